// One conversation as the inbox lists show it: the nested keys of the newer documents and the flat keys of
// the older ones, side by side (RULINGS 11).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "campaigns/campaign_wire.h"
#include "core/clock.h"
#include "db/database.h"
#include "inbox/history.h"
#include "inbox/list.h"
#include "inbox/thread.h"
#include "wire/wire.h"

namespace outrider::inbox {

/// What an item shows: the status of the conversation, or that it stands for a queued mail.
enum class ItemStatus : std::uint8_t {
  None,
  Accepted,
  Opened,
  Clicked,
  Bounced,
  Unsubscribed,
  Replied,
  Scheduled
};
static_assert(static_cast<int>(ItemStatus::Replied) == static_cast<int>(EmailStatus::Replied));
// Nothing sent yet shows like the first status; only views of unsent conversations meet it.
constexpr wire::Words wire_words(ItemStatus) {
  static constexpr wire::Word kWords[] = {{"Accepted", ItemStatus::Accepted},
                                          {"Opened", ItemStatus::Opened},
                                          {"Clicked", ItemStatus::Clicked},
                                          {"Replied", ItemStatus::Replied},
                                          {"Bounced", ItemStatus::Bounced},
                                          {"Unsubscribed", ItemStatus::Unsubscribed},
                                          {"Scheduled", ItemStatus::Scheduled},
                                          {"Accepted", ItemStatus::None}};
  return kWords;
}

struct NamedRef {
  static constexpr const char* kName = "NamedRef";
  std::int64_t id = 0;
  std::optional<std::string> name;
  static wire::Fields wire();
};

struct ItemLead {
  static constexpr const char* kName = "InboxLead";
  std::string id;
  std::string email;
  std::optional<std::string> first_name;
  std::optional<std::string> last_name;
  std::optional<std::string> title;
  std::optional<std::string> company;
  std::optional<std::string> phone;
  static wire::Fields wire();
};

struct ItemAccount {
  static constexpr const char* kName = "InboxEmailAccount";
  std::int64_t id = 0;
  std::string email;
  std::optional<std::string> name;
  static wire::Fields wire();
};

struct ItemAssignee {
  static constexpr const char* kName = "InboxAssignee";
  std::int64_t id = 0;
  std::string name;
  std::optional<std::string> email;
  static wire::Fields wire();
};

struct LastMessage {
  static constexpr const char* kName = "LastMessage";
  std::string id;
  std::optional<std::string> subject;
  std::optional<std::string> body;           // its beginning: lists read no bodies
  std::optional<wire::Instant> received_at;  // of an inbound one; the others are of our own
  std::optional<wire::Instant> sent_at;
  std::optional<wire::Instant> opened_at;
  std::optional<wire::Instant> clicked_at;
  std::optional<wire::Instant> replied_at;
  std::optional<std::string> sent_from;
  std::optional<std::string> sent_to;
  static wire::Fields wire();
};

struct ItemStats {
  static constexpr const char* kName = "InboxStats";
  std::int64_t sent = 0;
  std::int64_t opened = 0;
  std::int64_t clicked = 0;
  std::int64_t replied = 0;
  std::optional<wire::Instant> last_activity;
  static wire::Fields wire();
};

struct Item {
  static constexpr const char* kName = "InboxItem";
  std::string id;
  std::string thread_id;  // of campaign_lead
  ItemLead lead;
  NamedRef campaign;
  std::optional<ItemAccount> email_account;
  LastMessage last_message;
  ItemStatus email_status = ItemStatus::None;
  std::optional<NamedRef> category;
  std::optional<ItemAssignee> assigned_to;
  std::optional<NamedRef> subsequence;
  ItemStats stats;
  bool is_read = true;
  bool is_important = false;
  bool is_archived = false;
  std::int64_t importance_score = 0;
  std::optional<std::vector<std::string>> importance_reasons;  // "title +30"; ours, not of the contract
  std::vector<std::string> tags;
  std::optional<double> reply_age_hours;  // one decimal
  std::optional<wire::Instant> snoozed_until;
  std::optional<wire::Instant> scheduled_time;  // of a queued mail
  std::optional<wire::Instant> reminder_time;
  std::optional<std::string> reminder_message;
  std::optional<bool> is_overdue;
  std::optional<std::int64_t> reminder_id;
  std::string lead_status;
  std::optional<wire::Instant> last_sent_time;
  std::optional<wire::Instant> last_reply_time;
  std::string revenue;
  std::optional<wire::Instant> next_send_time;
  std::optional<std::int64_t> step_id;
  std::optional<std::int64_t> step_number;
  std::int64_t step_count = 0;
  bool is_snoozed = false;
  bool is_in_subsequence = false;  // its campaign is one
  std::optional<std::int64_t> client_id;
  std::optional<campaigns::SchedulerCron> schedule;
  std::optional<wire::Json> history;  // the encoded list, when it was asked for

  // The flat keys of the older document.
  std::string email_lead_id;
  std::optional<std::string> lead_first_name;
  std::optional<std::string> lead_last_name;
  std::string lead_email;
  std::int64_t email_campaign_id = 0;
  std::string email_campaign_name;
  std::optional<wire::Json> old_replaced_lead_data;
  std::optional<bool> is_ooo_automated_push_lead;
  std::optional<std::int64_t> category_id;
  std::optional<std::int64_t> email_account_id;
  std::optional<std::int64_t> team_member_id;
  std::optional<std::int64_t> sub_sequence_id;
  bool is_pushed_to_sub_sequence = false;
  bool has_new_unread_email = false;

  static wire::Fields wire();
};

/// The items of a page of a view, in order; conversations that are not there any more are left out.
Result<std::vector<Item>> load_items(
    db::Tx& tx, std::int64_t workspace_id, View view, const Page& page, TimeMs now_ms);

/// "12500.50".
std::string money_text(std::int64_t cents);

}  // namespace outrider::inbox
