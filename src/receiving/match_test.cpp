#include "receiving/match.h"

#include <doctest/doctest.h>

using namespace outrider;
using namespace outrider::receiving;

namespace {

constexpr TimeMs kNow = 1'772'524'800'000;

MatchCandidate candidate(MatchRule rule,
                         std::int64_t id,
                         TimeMs age_ms = kHourMs,
                         std::int64_t mailbox_id = 1) {
  return {.rule = rule,
          .campaign_lead_id = id,
          .mailbox_id = mailbox_id,
          .mailbox_email = "box" + std::to_string(mailbox_id) + "@us.com",
          .last_sent_ms = kNow - age_ms};
}

std::int64_t chosen_id(const std::vector<MatchCandidate>& candidates, const MatchInput& input) {
  const auto decision = choose_thread(input, candidates);
  return decision.chosen ? candidates[*decision.chosen].campaign_lead_id : 0;
}

const MatchInput kInBox1 = {.mailbox_id = 1, .addressed_to = {"box1@us.com"}, .received_ms = kNow};

}  // namespace

TEST_CASE("the surest rule wins, among equals the newest mail") {
  using enum MatchRule;
  CHECK(chosen_id({candidate(SenderSameMailbox, 1), candidate(References, 2)}, kInBox1) == 2);
  CHECK(chosen_id({candidate(SenderSameMailbox, 1, kDayMs), candidate(SenderSameMailbox, 2, kHourMs)},
                  kInBox1) == 2);
  auto answered = candidate(References, 3, kDayMs);
  auto older = candidate(References, 4, kHourMs);
  older.reference_rank = 1;
  CHECK(chosen_id({older, answered}, kInBox1) == 3);
  CHECK(chosen_id({}, kInBox1) == 0);
}

TEST_CASE("a mail by reference to another mailbox never falls through to the latest campaign") {
  using enum MatchRule;
  const std::vector<MatchCandidate> candidates = {candidate(References, 1, kHourMs, 2),
                                                  candidate(SenderSameMailbox, 2)};
  const auto decision = choose_thread(kInBox1, candidates);
  CHECK_FALSE(decision.chosen);
  CHECK(decision.suggested.size() == 2);

  auto forwarded = kInBox1;
  forwarded.addressed_to.push_back("box2@us.com");
  CHECK(chosen_id(candidates, forwarded) == 1);
}

TEST_CASE("a new mail from the lead counts for 90 days and stops the person's other threads") {
  using enum MatchRule;
  CHECK(chosen_id({candidate(SenderSameMailbox, 1, 91 * kDayMs)}, kInBox1) == 0);
  CHECK(chosen_id({candidate(SenderSameMailbox, 1, 89 * kDayMs)}, kInBox1) == 1);
  CHECK(chosen_id({candidate(SenderOtherMailbox, 5, kHourMs, 7)}, kInBox1) == 5);

  auto finished = candidate(SenderOtherMailbox, 3, 3 * kDayMs, 7);
  finished.is_live = false;
  const auto decision = choose_thread(
      kInBox1, {candidate(SenderSameMailbox, 1), candidate(SenderOtherMailbox, 2, 2 * kDayMs, 7), finished});
  CHECK(decision.also_stop == std::vector<std::size_t>{1});
  CHECK(decision.confidence == doctest::Approx(0.9));
}

TEST_CASE("a subject decides only when exactly one live lead fits") {
  using enum MatchRule;
  CHECK(chosen_id({candidate(SubjectAndDomain, 1)}, kInBox1) == 1);
  CHECK(chosen_id({candidate(SubjectAndDomain, 1), candidate(SubjectAndDomain, 2)}, kInBox1) == 0);
  CHECK(confidence_of(SubjectAndDomain) >= kAttachConfidence);
}

TEST_CASE("colleague_reply_same_company and forwarded_reply_different_company") {
  const LeadIdentity lead{
      .email = "ada@acme.co.uk", .name = "Ada Lovelace", .company_url = "https://www.acme.com/about"};
  const struct {
    const char* from;
    CompanyMatch expected;
  } cases[] = {
      {"ada@acme.co.uk", CompanyMatch::SameCompany},
      {"bob@mail.acme.co.uk", CompanyMatch::SameCompany},
      {"bob@acme.com", CompanyMatch::SameCompany},
      {"bob@other.com", CompanyMatch::DifferentCompany},
      {"bob@foo.co.uk", CompanyMatch::DifferentCompany},
      {"nobody", CompanyMatch::Unknown},
  };
  for (const auto& c : cases) {
    CAPTURE(c.from);
    CHECK(lead_correspondence(lead, c.from, "Bob").replied_company_domain == c.expected);
  }
  CHECK(wire_word(CompanyMatch::DifferentCompany) == "DifferentCompany");
}

TEST_CASE("freemail_unknown: a freemail address tells nothing unless the name is the lead's") {
  const LeadIdentity lead{.email = "ada@acme.com", .name = "Ada Lovelace"};
  CHECK(lead_correspondence(lead, "x@gmail.com", "Someone").replied_company_domain == CompanyMatch::Unknown);
  const auto same = lead_correspondence(lead, "ada1815@gmail.com", "LOVELACE, Ada");
  CHECK(same.replied_company_domain == CompanyMatch::SameCompany);
  CHECK(same.same_person_guess);
  CHECK(lead_correspondence({.email = "a@gmail.com"}, "b@gmail.com", "").replied_company_domain ==
        CompanyMatch::Unknown);
  CHECK(lead_correspondence({.email = "a@gmail.com"}, "A@gmail.com", "").replied_company_domain ==
        CompanyMatch::SameCompany);
}

TEST_CASE("the host of a company URL is found") {
  CHECK(host_of("https://www.Acme.com:8443/x?y") == "www.acme.com");
  CHECK(host_of("acme.com") == "acme.com");
  CHECK(host_of("not a url").empty());
}
