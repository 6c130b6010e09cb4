#include "classifier/categorise.h"

#include <doctest/doctest.h>

#include <array>

#include "classifier/report.h"

namespace outrider::classifier {
namespace {

TEST_CASE("plain replies get their category in many languages") {
  const struct {
    const char* text;
    CategoryId category;
  } cases[] = {
      {"Sounds interesting, tell me more.", kInterested},
      {"Can you send me an invite for Tuesday?", kMeetingRequest},
      {"https://calendly.com/ada/30min", kMeetingRequest},
      {"Thanks, but we are not interested.", kNotInterested},
      {"We'd love to, but not interested right now.", kNotInterested},
      {"Please remove me from your list and never write again.", kDoNotContact},
      {"What does it cost?", kInformationRequest},
      {"I'm not the right person, please ask Tom.", kWrongPerson},
      {"Klingt interessant, erzählen Sie mir mehr.", kInterested},
      {"Kein Interesse, danke.", kNotInterested},
      {"Was kostet das?", kInformationRequest},
      {"Je ne suis pas la bonne personne.", kWrongPerson},
      {"No nos interesa, gracias.", kNotInterested},
      {"Quanto costa?", kInformationRequest},
      {"Não tenho interesse.", kNotInterested},
      {"Nee bedankt.", kNotInterested},
      {"Nie jesteśmy zainteresowani.", kNotInterested},
      {"Vad kostar det?", kInformationRequest},
      {"Nej tak.", kNotInterested},
      {"Ei kiitos.", kNotInterested},
      {"Nemáme zájem.", kNotInterested},
      {"İlgilenmiyoruz.", kNotInterested},
      {"Сколько это стоит?", kInformationRequest},
      {"Не цікавить.", kNotInterested},
      {"資料を送ってください。", kInformationRequest},
      {"不感兴趣", kNotInterested},
      {"관심이 없습니다.", kNotInterested},
  };
  for (const auto& c : cases) {
    CAPTURE(c.text);
    const auto verdict = categorise(c.text, shipped());
    CHECK(verdict.category_id == c.category);
    CHECK(verdict.confidence >= kConfidenceMin);
  }
}

TEST_CASE("what is unclear is uncategorizable") {
  for (const char* text : {"", "qwrtz plmk vbnx", "???", "1234"}) {
    CAPTURE(text);
    CHECK(categorise(text, shipped()).category_id == kUncategorizable);
  }
}

TEST_CASE("a category that the campaign does not want is uncategorizable") {
  constexpr std::array kWanted = {kInterested, kNotInterested};
  CHECK(categorise("What does it cost?", shipped(), kWanted).category_id == kUncategorizable);
  CHECK(categorise("No thanks", shipped(), kWanted).category_id == kNotInterested);
}

TEST_CASE("replies that nobody trained on are categorised well enough") {
  const auto report = judge(shipped(), held_out_examples());
  MESSAGE("accuracy ", report.accuracy(), ", of those given a category ", report.precision());
  CHECK(report.accuracy() > 0.6);
  CHECK(report.precision() > 0.8);
}

}  // namespace
}  // namespace outrider::classifier
