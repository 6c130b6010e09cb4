// fuzz: sending core
// Templates of any text: compiled for each medium, rendered twice alike, linted, and never longer than
// allowed.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/assert.h"
#include "sending/template.h"

namespace {

using namespace outrider;
using namespace outrider::sending;

const Fields& fields() {
  static const Fields kFields = [] {
    Fields made;
    made.add("first_name", "Ada");
    made.add("company", "<B&B> {a|b} {{x}}\n");
    made.add("long", std::string(9'000, 'x'));
    return made;
  }();
  return kFields;
}

void render_twice(std::string_view source, Medium medium) {
  const auto compiled = Template::compile(source, medium);
  if (!compiled) {
    OUTRIDER_ASSERT(!compiled.error().message.empty(), "a refusal says why");
    return;
  }
  static const Sender kSender{
      .name = "Sam Hill", .email = "sam@a.com", .signature_html = "<p>Sam</p>", .signature_text = "Sam"};
  const RenderContext context{.fields = fields(),
                              .sender = kSender,
                              .now = {.local_ms = 1'700'000'000'000, .utc_offset_minutes = 60},
                              .last_touch = {},
                              .unsubscribe_url = "https://t.a.com/u/x",
                              .seed = source.size()};
  Output first;
  Output second;
  const bool fits = compiled->render(context, first).has_value();
  OUTRIDER_ASSERT(compiled->render(context, second).has_value() == fits, "rendering is deterministic");
  OUTRIDER_ASSERT(first.text == second.text && first.picks == second.picks, "rendering is deterministic");
  OUTRIDER_ASSERT(!fits || first.text.size() <= kOutputBytesMax, "the output is bounded");
  const auto report = lint_spintax(source, medium);
  OUTRIDER_ASSERT(report && report->combinations > 0 && report->shortest <= report->longest, "lint agrees");
  const std::string header = header_text(first.text);
  OUTRIDER_ASSERT(header.find_first_of("\r\n") == std::string::npos, "a header is one line");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view source(reinterpret_cast<const char*>(data), size);
  for (const Medium medium : {Medium::Html, Medium::Text, Medium::Header}) render_twice(source, medium);
  return 0;
}
