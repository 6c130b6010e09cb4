#include "sandbox/temper.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "sandbox/sample_words.h"

using namespace outrider;
using namespace outrider::sandbox;

namespace {

bool does(const std::vector<Reaction>& reactions, Deed deed) {
  return std::ranges::find(reactions, deed, &Reaction::deed) != reactions.end();
}

std::vector<Reaction> reactions_to_first(std::string_view address, double speed = 1) {
  Prospect prospect = prospect_of(1, address);
  prospect.answers_mail = 1;
  return reactions_of(prospect, address, {.seed = 1, .speed = speed, .mail_number = 1});
}

}  // namespace

TEST_CASE("a prospect stays the same person, whatever the letter case") {
  const Prospect first = prospect_of(7, "mira.lopez@northwind.example");
  const Prospect again = prospect_of(7, "Mira.Lopez@Northwind.example");

  CHECK(first.temper == again.temper);
  CHECK(first.language == again.language);
  CHECK(first.client == again.client);
  CHECK(first.answers_mail == again.answers_mail);
}

TEST_CASE("another seed gives other people") {
  int others = 0;
  for (int i = 0; i < 100; ++i) {
    const std::string address = "p" + std::to_string(i) + "@x.example";
    others += prospect_of(1, address).temper != prospect_of(2, address).temper ? 1 : 0;
  }
  CHECK(others > 50);
}

TEST_CASE("the first part of an address chooses the temper") {
  for (int i = 0; i < kTempers; ++i) {
    const auto temper = static_cast<Temper>(i);
    CAPTURE(word_of(temper));
    CHECK(prospect_of(1, std::string(word_of(temper)) + ".anna@x.example").temper == temper);
    CHECK(prospect_of(9, std::string(word_of(temper)) + "@x.example").temper == temper);
  }
}

TEST_CASE("tempers are drawn by their weights") {
  std::map<Temper, int> drawn;
  constexpr int kPeople = 20'000;
  for (int i = 0; i < kPeople; ++i) ++drawn[prospect_of(1, "p" + std::to_string(i) + "@x.example").temper];

  CHECK(drawn.size() == kTempers);
  CHECK(drawn[Temper::Keen] == doctest::Approx(0.14 * kPeople).epsilon(0.1));
  CHECK(drawn[Temper::Silent] == doctest::Approx(0.14 * kPeople).epsilon(0.1));
  CHECK(drawn[Temper::HardBouncer] == doctest::Approx(0.03 * kPeople).epsilon(0.2));
}

TEST_CASE("the sample campaign meets every temper with the default seed") {
  std::map<Temper, int> met;
  const auto leads = sample_leads();
  for (const auto& lead : leads) ++met[prospect_of(1, lead.email).temper];

  CHECK(leads.size() == 40);
  CHECK(met.size() == kTempers);
}

TEST_CASE("each temper does what it is named for") {
  struct {
    const char* address;
    Deed deed;
  } cases[] = {
      {"keen.a@x.example", Deed::Answer},
      {"curious.a@x.example", Deed::Click},
      {"opener.a@x.example", Deed::Open},
      {"refuser.a@x.example", Deed::Answer},
      {"asker.a@x.example", Deed::Answer},
      {"ooo.a@x.example", Deed::OfficeNote},
      {"unsubscriber.a@x.example", Deed::ConfirmUnsubscribe},
      {"oneclick.a@x.example", Deed::OneClickUnsubscribe},
      {"stop.a@x.example", Deed::Answer},
      {"dsn.a@x.example", Deed::BounceReport},
      {"greylist.a@x.example", Deed::Open},
      {"colleague.a@x.example", Deed::Answer},
      {"forwarder.a@x.example", Deed::Answer},
  };
  for (const auto& c : cases) {
    CAPTURE(c.address);
    CHECK(does(reactions_to_first(c.address), c.deed));
  }
  CHECK(reactions_to_first("silent.a@x.example").empty());
  CHECK(reactions_to_first("bounce.a@x.example").empty());
}

TEST_CASE("nobody acts twice in one conversation") {
  Prospect prospect = prospect_of(1, "refuser.a@x.example");
  prospect.answers_mail = 2;
  for (int mail = 1; mail <= 4; ++mail) {
    CAPTURE(mail);
    const auto reactions = reactions_of(prospect, "refuser.a@x.example", {.mail_number = mail});
    CHECK(does(reactions, Deed::Answer) == (mail == 2));
  }
}

TEST_CASE("speed shortens every wait but the one before reading, which a server takes for a machine's") {
  for (const double speed : {1.0, 10.0, 1000.0}) {
    CAPTURE(speed);
    const auto reactions = reactions_to_first("keen.b@x.example", speed);
    REQUIRE_FALSE(reactions.empty());
    CHECK(reactions.front().deed == Deed::Open);
    CHECK(reactions.front().after >= kReadingStarts);
    CHECK(reactions.back().after <=
          kReadingStarts + std::chrono::milliseconds(static_cast<int>(31'000 / speed) + 1));
    CHECK(std::ranges::is_sorted(reactions, {}, &Reaction::after));
  }
}

TEST_CASE("refusals in the dialogue") {
  struct {
    const char* address;
    int attempts;
    std::string_view starts_with;  // empty: taken
  } cases[] = {
      {"bounce.bob@x.example", 0, "550 5.1.1 <bounce.bob@x.example>"},
      {"bounce.bob@x.example", 3, "550 5.1.1"},
      {"full.bob@x.example", 0, "452 4.2.2"},
      {"greylist.bob@x.example", 0, "450 4.7.1"},
      {"greylist.bob@x.example", 1, ""},
      {"dsn.bob@x.example", 0, ""},
      {"keen.bob@x.example", 0, ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.address);
    const auto refusal = refusal_of(prospect_of(1, c.address), c.address, c.attempts);
    CHECK(refusal.has_value() == !c.starts_with.empty());
    if (refusal) CHECK(refusal->starts_with(c.starts_with));
  }
}
