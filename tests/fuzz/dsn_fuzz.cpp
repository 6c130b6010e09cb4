// fuzz: receiving mail core
// Any bytes as a message, read and classified to the end.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/assert.h"
#include "receiving/classify.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace outrider;
  const auto message = mail::parse_message({reinterpret_cast<const char*>(data), size});
  const auto reading = receiving::read_message(message);
  if (reading.report) {
    OUTRIDER_ASSERT(reading.report->diagnostic.size() <= 4 * receiving::kDiagnosticBytesMax, "it is bounded");
    OUTRIDER_ASSERT(!reading.report->rule.empty(), "a report names its rule");
  }
  const receiving::InboundFacts facts{.is_matched = true, .received_ms = 1'772'524'800'000};
  const auto result = receiving::classify(message, reading, facts);
  OUTRIDER_ASSERT(!result.rule.empty(), "each class names its rule");
  return 0;
}
