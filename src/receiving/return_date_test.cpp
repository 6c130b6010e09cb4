#include "receiving/return_date.h"

#include <doctest/doctest.h>

#include <string>

#include "core/time_text.h"

using namespace outrider;
using namespace outrider::receiving;

namespace {

// Tuesday, 3 March 2026.
const TimeMs kMailMs = days_from_date(2026, 3, 3) * kDayMs + 10 * kHourMs;

std::string day_text(std::string_view text, std::string_view domain = "acme.com", TimeMs mail_ms = kMailMs) {
  const auto day = find_return_day({.text = text, .mail_at_ms = mail_ms, .sender_domain = domain});
  return day ? instant_text(*day * kDayMs).substr(0, 10) : "none";
}

}  // namespace

TEST_CASE("a return date is read in the languages and forms people write") {
  const struct {
    const char* text;
    const char* expected;
  } cases[] = {
      {"I will be back on 2026-03-10.", "2026-03-10"},
      {"I am out of the office until March 10th, 2026", "2026-03-10"},
      {"I am away from March 3 to March 10, returning March 11.", "2026-03-11"},
      {"Back in the office on Monday, March 9", "2026-03-09"},
      {"I am out through Friday", "2026-03-09"},
      {"I will return on Thursday.", "2026-03-05"},
      {"Ich bin bis 13.03.2026 im Urlaub.", "2026-03-16"},
      {"Ab dem 16. März bin ich wieder erreichbar.", "2026-03-16"},
      {"Ich bin vom 2.3. bis 12.3. nicht im Büro", "2026-03-13"},
      {"Je suis absent jusqu'au 12 mars 2026 inclus.", "2026-03-13"},
      {"De retour le 16 mars", "2026-03-16"},
      {"Estoy de vacaciones hasta el 12 de marzo de 2026", "2026-03-13"},
      {"Volto em 16 de março", "2026-03-16"},
      {"Sono in ferie fino al 12 marzo", "2026-03-13"},
      {"Ik ben afwezig tot en met 12 maart", "2026-03-13"},
      {"Jestem na urlopie do 12 marca", "2026-03-13"},
      {"Jag är tillbaka den 16 mars", "2026-03-16"},
      {"Jeg er tilbage d. 16. marts", "2026-03-16"},
      {"Palaan 16. maaliskuuta", "2026-03-16"},
      {"Vrátím se 16. března", "2026-03-16"},
      {"16 Mart tarihinde döneceğim", "2026-03-16"},
      {"Я в отпуске до 12 марта", "2026-03-13"},
      {"Я у відпустці до 12 березня", "2026-03-13"},
      {"3月12日まで不在です", "2026-03-13"},
      {"我将于2026年3月16日回来", "2026-03-16"},
      {"3월 16일에 복귀합니다", "2026-03-16"},
      {"Ich bin bis Freitag abwesend", "2026-03-09"},
      {"I'm back next week", "2026-03-09"},
      {"Back tomorrow", "2026-03-04"},
      {"Thank you for your mail", "none"},
      {"Call 555-0123 or +1 415 555 2671", "none"},
      {"Open 24/7, version 3.5", "none"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.text);
    CHECK(day_text(c.text) == c.expected);
  }
}

TEST_CASE("the country of the sender decides between day first and month first") {
  CHECK(day_text("I return to the office 4/5/2026", "acme.com") == "2026-04-05");
  CHECK(day_text("I return to the office 4/5/2026", "acme.co.uk") == "2026-05-04");
  CHECK(day_text("I return to the office 25/3/2026", "acme.com") == "2026-03-25");
  CHECK(day_text("de retour le 4/5/2026", "acme.fr") == "2026-05-04");
}

TEST_CASE("ooo_date_100_days_cap: only a day in the next 100 days counts") {
  CHECK(day_text("back on 2026-03-04") == "2026-03-04");
  CHECK(day_text("back on 2026-06-11") == "2026-06-11");
  CHECK(day_text("back on 2026-06-12") == "none");
  CHECK(day_text("back on 2026-03-03") == "none");
  CHECK(day_text("back on 2025-03-10") == "none");
  CHECK(day_text("back on 31 February") == "none");
  CHECK(day_text("back on 7 January", "acme.com", days_from_date(2026, 12, 20) * kDayMs) == "2027-01-07");
}

TEST_CASE("any text is read in bounded time") {
  std::string text;
  while (text.size() < 20'000) text += "1/1 monday 3.3. until ";
  CHECK(day_text(text) != "");
  CHECK(day_text("until") == "none");
  CHECK(day_text("3月") == "none");
  CHECK(day_text("12") == "none");
}
