// A subsequence: a campaign that leads enter from another one, on what they do (BEHAVIOUR 2.4).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "campaigns/campaign.h"

namespace outrider::campaigns {

/// What brings a lead in, the weakest first: a lead is in one live subsequence of a campaign, and only a
/// trigger at least as strong takes it out of that one. Stored as these numbers.
enum class Trigger : std::uint8_t {
  NoReply = 1,  // `days` after the last mail
  SequenceCompleted,
  Opened,
  Clicked,
  OutOfOfficeReturn,
  Replied,
  ReplyContains,
  CategorySet,
  ByHand,  // through the API, never a condition
};

struct Condition {
  Trigger trigger = Trigger::Replied;
  std::optional<std::int64_t> category_id;  // Replied: once the answer has it; CategorySet: absent is any
  std::optional<std::string> text;          // Replied, ReplyContains: in the answer; Clicked: in the link
  std::optional<std::int64_t> days;         // NoReply
};

inline constexpr std::size_t kConditionsMax = 20;
inline constexpr std::int64_t kEnterDelayDaysMax = 365;

struct Subsequence {
  Campaign campaign;
  std::int64_t enter_delay_days = 0;
  bool stops_on_parent_reply = false;
  std::vector<Condition> conditions;
};

/// Whether leads may enter by themselves: one that is not yet or not any more to run takes nobody.
constexpr bool takes_leads(CampaignState state) {
  return state == CampaignState::Active || state == CampaignState::Paused;
}

}  // namespace outrider::campaigns
