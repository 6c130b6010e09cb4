// What the inbox lists are asked: page, sort and filters, read with every limit and dialect of
// INBOX-ACCEPTANCE sections 2 and 3. Nothing here knows SQL; list.h finds what matches.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "http/route.h"
#include "wire/wire.h"

namespace outrider::inbox {

inline constexpr int kPageMax = 20;
inline constexpr std::size_t kCampaignsMax = 5;
inline constexpr std::size_t kSentCampaignsMax = 15;
inline constexpr std::size_t kMailboxesMax = 20;
inline constexpr std::size_t kFilterIdsMax = 10;
inline constexpr std::size_t kSentIdsMax = 10'000;  // the contract names no limit
inline constexpr std::size_t kSearchCharactersMax = 30;
inline constexpr std::size_t kMessageIdCharactersMax = 998;

/// Words of the emailStatus filter; an item shows an EmailStatus instead.
enum class StatusFilter : std::uint8_t {
  Opened,
  Clicked,
  Replied,
  Unsubscribed,
  Bounced,
  Accepted,
  NotReplied,
};
constexpr wire::Words wire_words(StatusFilter) {
  static constexpr wire::Word kWords[] = {{"Opened", StatusFilter::Opened},
                                          {"Clicked", StatusFilter::Clicked},
                                          {"Replied", StatusFilter::Replied},
                                          {"Unsubscribed", StatusFilter::Unsubscribed},
                                          {"Bounced", StatusFilter::Bounced},
                                          {"Accepted", StatusFilter::Accepted},
                                          {"Not Replied", StatusFilter::NotReplied}};
  return kWords;
}

enum class SortBy : std::uint8_t {
  ReplyTime,
  SentTime,
  ScheduledFirst,
  ScheduledLast,
  ReminderFirst,
  ReminderLast,
};
/// Of the views of conversations; the two others have their own words.
constexpr wire::Words wire_words(SortBy) {
  static constexpr wire::Word kWords[] = {{"REPLY_TIME_DESC", SortBy::ReplyTime},
                                          {"SENT_TIME_DESC", SortBy::SentTime}};
  return kWords;
}

struct CategoryFilter {
  static constexpr const char* kName = "LeadCategoriesFilter";
  bool unassigned = false;
  bool is_assigned = false;
  std::vector<std::int64_t> ids_in;
  std::vector<std::int64_t> ids_not_in;

  /// Whether a conversation of this category, or of none, is wanted. `unassigned` and the assigned ones widen
  /// each other, `ids_in` narrows the assigned ones, `ids_not_in` is taken away last.
  bool accepts(std::optional<std::int64_t> category_id) const;
  bool narrows() const { return unassigned || is_assigned || !ids_in.empty() || !ids_not_in.empty(); }
  static wire::Fields wire();
};

/// An empty list, text or optional means no such filter.
struct Filters {
  static constexpr const char* kName = "InboxFilters";
  std::string search;
  std::vector<StatusFilter> email_status;
  std::vector<std::int64_t> campaign_ids;
  std::vector<std::int64_t> mailbox_ids;
  std::vector<std::int64_t> team_member_ids;
  std::vector<std::int64_t> tag_ids;
  std::vector<std::int64_t> client_ids;
  CategoryFilter categories;
  std::vector<wire::Instant> replied_between;  // first and last, both included; or empty
  std::optional<std::int64_t> sub_sequence_id;
  std::vector<std::string> message_ids;  // see list.h
  static wire::Fields wire();
};

/// The same with the limits of the sent view.
struct SentFilters : Filters {
  static constexpr const char* kName = "SentFilters";
  static wire::Fields wire();
};

struct ListRequest {
  static constexpr const char* kName = "InboxListRequest";
  std::int64_t offset = 0;
  int limit = kPageMax;
  Filters filters;
  SortBy sort_by = SortBy::ReplyTime;
  // One client puts these beside `filters`; the filter of the same meaning wins.
  std::vector<std::int64_t> campaign_ids;
  std::vector<std::int64_t> client_ids;
  static wire::Fields wire();
};

struct SentListRequest : ListRequest {
  static constexpr const char* kName = "SentListRequest";
  SentFilters sent_filters;  // in place of `filters`
  static wire::Fields wire();
};

struct ScheduledListRequest : ListRequest {
  static constexpr const char* kName = "ScheduledListRequest";
  ScheduledListRequest() { sort_by = SortBy::ScheduledFirst; }
  static wire::Fields wire();
};

struct ReminderListRequest : ListRequest {
  static constexpr const char* kName = "ReminderListRequest";
  ReminderListRequest() { sort_by = SortBy::ReminderFirst; }
  static wire::Fields wire();
};

struct HistoryQuery {
  static constexpr auto kSource = http::Source::Query;
  bool fetch_message_history = false;
  static wire::Fields wire();
};

/// The filters with those that stood beside them.
Filters filters_of(const ListRequest& request);
/// The request as the other views have it.
ListRequest plain(SentListRequest request);

}  // namespace outrider::inbox
