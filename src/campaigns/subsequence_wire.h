// Creating a subsequence, in the words of the contract and of older clients.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "campaigns/subsequence.h"
#include "wire/wire.h"

namespace outrider::campaigns {

/// ByHand has no word: nobody can ask for it.
constexpr wire::Words wire_words(Trigger) {
  static constexpr wire::Word kWords[] = {{"REPLY_AN_EMAIL", Trigger::Replied},
                                          {"EMAIL_REPLY", Trigger::Replied},
                                          {"EMAIL_REPLIED", Trigger::Replied},
                                          {"LEAD_CATEGORY_UPDATED", Trigger::CategorySet},
                                          {"OPEN_AN_EMAIL", Trigger::Opened},
                                          {"EMAIL_OPEN", Trigger::Opened},
                                          {"EMAIL_OPENED", Trigger::Opened},
                                          {"CLICK_ON_A_LINK", Trigger::Clicked},
                                          {"EMAIL_LINK_CLICK", Trigger::Clicked},
                                          {"EMAIL_CLICKED", Trigger::Clicked},
                                          {"REPLY_TEXT_CONTAINS", Trigger::ReplyContains},
                                          {"SEQUENCE_COMPLETED", Trigger::SequenceCompleted},
                                          {"NO_REPLY_AFTER", Trigger::NoReply},
                                          {"OOO_RETURN", Trigger::OutOfOfficeReturn}};
  return kWords;
}

struct ConditionInput {
  static constexpr const char* kName = "SubsequenceCondition";
  Trigger event_type = Trigger::Replied;
  std::optional<std::string> event_sub_type;
  std::optional<std::int64_t> category_id;
  std::optional<std::string> text;
  std::optional<std::int64_t> days;
  static wire::Fields wire();
};

/// What both paths take; one names the parent in the body, the other in itself.
struct SubsequenceInput {
  std::optional<std::string> name;
  std::vector<ConditionInput> conditions;
  std::optional<std::int64_t> client_id;
  std::int64_t delay_days = 0;
  bool stops_on_parent_reply = false;
  static wire::Fields wire();
};

struct CreateSubsequence {
  static constexpr const char* kName = "CreateSubsequenceInput";
  std::int64_t parent_campaign_id = 0;
  SubsequenceInput input;
  static wire::Fields wire();
};

struct CreatedSubsequence {
  static constexpr const char* kName = "CreatedSubsequence";
  bool ok = true;
  std::int64_t id = 0;
  std::string name;
  wire::Instant created_at;
  bool success = true;
  std::int64_t subsequence_id = 0;
  static wire::Fields wire();
};

/// Errors: Invalid for a condition without what its event needs.
Result<std::vector<Condition>> conditions_of(const SubsequenceInput& input);

}  // namespace outrider::campaigns
