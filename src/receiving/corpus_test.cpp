// Reads every message of tests/corpus and compares what becomes of it with tests/corpus/expected.tsv.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "core/strings.h"
#include "core/time_text.h"
#include "mail/bounce_class.h"
#include "receiving/classify.h"

using namespace outrider;
using namespace outrider::receiving;

namespace {

const std::filesystem::path kCorpus = OUTRIDER_CORPUS_DIR;

std::string file_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  REQUIRE(in.good());
  return {std::istreambuf_iterator<char>(in), {}};
}

/// What the database would say: one mail of ours, <sent@us.example>, to the corpus's people at acme.
InboundFacts facts_for(const mail::ParsedMessage& message, const Reading& reading) {
  const auto names_ours = [](const std::vector<std::string>& ids) {
    return std::ranges::find(ids, "sent@us.example") != ids.end();
  };
  InboundFacts facts{.received_ms = message.date_ms.value_or(0) + kMinuteMs};
  facts.is_matched = names_ours(message.in_reply_to) || names_ours(message.references) ||
                     message.sender().starts_with("ada@acme.");
  facts.since_send_ms = facts.is_matched ? std::optional(kHourMs) : std::nullopt;
  facts.report_is_ours = reading.report && names_ours(reading.report->original_ids);
  return facts;
}

void check_detail(std::string_view detail, const Reading& reading, const Classification& result) {
  if (detail.starts_with("return ")) {
    REQUIRE(result.return_day);
    CHECK(instant_text(*result.return_day * kDayMs).substr(0, 10) == detail.substr(7));
  } else if (detail.starts_with("text ")) {
    CHECK(reading.new_text.substr(0, detail.size() - 5) == detail.substr(5));
  } else if (detail == "left") {
    CHECK(result.auto_reply == AutoReplyKind::LeftCompany);
  } else if (detail == "ticket") {
    CHECK(result.auto_reply == AutoReplyKind::TicketAck);
  } else if (!detail.empty()) {
    REQUIRE(reading.report);
    CHECK(reading.report->status + " " + std::string(mail::name_of(reading.report->bounce_class)) == detail);
    CHECK(reading.report->recipient == "ada@acme.example.com");
  }
}

}  // namespace

TEST_CASE("every message of the corpus is classified as expected") {
  const std::string expected = file_text(kCorpus / "expected.tsv");
  std::size_t checked = 0;
  for (const auto line : split(expected, '\n')) {
    if (line.empty() || line.starts_with('#')) continue;
    const auto columns = split(line, '\t');
    REQUIRE(columns.size() == 4);
    CAPTURE(columns[0]);
    const auto message = mail::parse_message(file_text(kCorpus / (std::string(columns[0]) + ".eml")));
    const auto reading = read_message(message);
    const auto result = classify(message, reading, facts_for(message, reading));
    CHECK(class_name(result.message_class) == columns[1]);
    CHECK(result.rule == columns[2]);
    check_detail(columns[3], reading, result);
    ++checked;
  }
  const auto files = std::distance(std::filesystem::directory_iterator(kCorpus), {});
  CHECK(checked + 1 == static_cast<std::size_t>(files));
}
