#include <doctest/doctest.h>

#include <vector>

#include "campaigns/campaign_state.h"
#include "campaigns/lead_state.h"

using namespace outrider::campaigns;

TEST_CASE("status words and their aliases become events") {
  const struct {
    const char* word;
    std::optional<CampaignEvent> event;
  } cases[] = {
      {"START", CampaignEvent::Start},
      {"ACTIVE", CampaignEvent::Start},
      {"RESUME", CampaignEvent::Start},
      {"PAUSED", CampaignEvent::Pause},
      {"PAUSE", CampaignEvent::Pause},
      {"STOPPED", CampaignEvent::Stop},
      {"STOP", CampaignEvent::Stop},
      {"start", std::nullopt},
      {"", std::nullopt},
      {"COMPLETED", std::nullopt},
  };
  for (const auto& c : cases) {
    CAPTURE(c.word);
    CHECK(campaign_event_from_status(c.word) == c.event);
  }
}

TEST_CASE("every state has a name and is found by it") {
  for (const auto text : kCampaignStateNames) CHECK(name(campaign_state_from_name(text).value()) == text);
  for (const auto text : kLeadStateNames) CHECK(name(lead_state_from_name(text).value()) == text);
  CHECK_FALSE(campaign_state_from_name("DRAFT"));
  CHECK_FALSE(lead_state_from_name("ACTIVE"));
}

TEST_CASE("a blocked lead never comes back") {
  for (int event = 0; event <= static_cast<int>(LeadEvent::MailboxGone); ++event) {
    CAPTURE(event);
    const auto next = after(LeadState::Blocked, static_cast<LeadEvent>(event));
    CHECK((!next || next == LeadState::Blocked));
  }
}

TEST_CASE("pausing and resuming gives back the state of before") {
  for (const auto from : {LeadState::Started, LeadState::InProgress}) {
    REQUIRE(after(from, LeadEvent::Pause) == LeadState::Paused);
    CHECK(after(LeadState::Paused, LeadEvent::Resume, from) == from);
  }
}

TEST_CASE("a campaign that was stopped or archived takes no leads and no start") {
  for (const auto from : {CampaignState::Stopped, CampaignState::Archived}) {
    CHECK_FALSE(after(from, CampaignEvent::Start));
    CHECK_FALSE(after(from, CampaignEvent::LeadsAdded));
    CHECK(after(from, CampaignEvent::Reopen) == CampaignState::Paused);
  }
}
