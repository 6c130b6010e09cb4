#include "inbox/filter.h"

#include <algorithm>

#include "core/time_text.h"

namespace outrider::inbox {
namespace {

// A word, or several in a list.
constexpr const char* kStatusSchema =
    R"({"oneOf":[)"
    R"({"enum":["Opened","Clicked","Replied","Unsubscribed","Bounced","Accepted","Not Replied"]},)"
    R"({"type":"array","minItems":1,"maxItems":7,"items":)"
    R"({"enum":["Opened","Clicked","Replied","Unsubscribed","Bounced","Accepted","Not Replied"]}},)"
    R"({"type":"null"}]})";
constexpr const char* kRangeSchema =
    R"({"type":"array","minItems":2,"maxItems":2,"items":{"type":"string","format":"date-time"}})";

constexpr std::size_t kStatusesMax = 7;
constexpr int kNestedMax = 3;
constexpr std::string_view kRange = "replyTimeBetween";

// The error stands at the filter itself, not at an element of its list.
Result<std::vector<StatusFilter>> read_statuses(const wire::Node& node) {
  const std::size_t count = node.is_list() ? node.size() : 1;
  std::vector<StatusFilter> statuses;
  for (std::size_t i = 0; i < count; ++i) {
    const wire::Node word = node.is_list() ? node.at(i) : node;
    const auto status = word.is_text() ? wire::parse_word<StatusFilter>(word.text()) : std::nullopt;
    if (!status || count > kStatusesMax)
      return fail(Code::Invalid,
                  "must be one or several of Opened, Clicked, Replied, Unsubscribed, Bounced, Accepted, "
                  "Not Replied");
    statuses.push_back(*status);
  }
  if (statuses.empty()) return fail(Code::Invalid, "needs at least 1 item");
  return statuses;
}

/// One documented example nests the range once more under its own name.
wire::Node unwrapped(wire::Node node) {
  for (int i = 0; i < kNestedMax && node.is_object(); ++i) node = node.get(kRange);
  return node;
}

Result<std::vector<wire::Instant>> read_range(const wire::Node& given) {
  const wire::Node node = unwrapped(given);
  const auto refusal = [] {
    return fail(Code::Invalid,
                "must be two ISO 8601 times, the first not after the second, such as "
                "[\"2026-03-01T00:00:00Z\", \"2026-03-03T23:59:59Z\"]");
  };
  if (!node.is_list() || node.size() != 2) return refusal();
  std::vector<wire::Instant> range;
  for (std::size_t i = 0; i < 2; ++i) {
    const auto at_ms = node.at(i).is_text() ? parse_instant(node.at(i).text()) : fail(Code::Invalid, "");
    if (!at_ms) return refusal();
    range.push_back({*at_ms});
  }
  if (range[0] > range[1]) return refusal();
  return range;
}

template <auto Member>
consteval wire::Field ids(std::string_view name, std::size_t ids_max) {
  return wire::optional<Member>(
      name, wire::range(1, INT64_MAX), wire::items(1, ids_max), wire::lenient(), wire::one_or_many());
}

consteval wire::Field client_field(std::size_t ids_max) {
  return wire::optional<&Filters::client_ids>("campaignClientId",
                                              wire::alias("clientId"),
                                              wire::range(1, INT64_MAX),
                                              wire::items(1, ids_max),
                                              wire::lenient(),
                                              wire::one_or_many());
}

consteval wire::Field message_field() {
  return wire::optional<&Filters::message_ids>("messageId",
                                               wire::length(1, kMessageIdCharactersMax),
                                               wire::items(1, kFilterIdsMax),
                                               wire::one_or_many());
}

constexpr wire::Field kOffset = wire::optional<&ListRequest::offset>(
    "offset", wire::range(0, INT64_MAX), wire::lenient(), wire::fallback(0));
constexpr wire::Field kLimit = wire::optional<&ListRequest::limit>(
    "limit", wire::range(1, kPageMax), wire::lenient(), wire::fallback(kPageMax));

bool contains(const std::vector<std::int64_t>& ids, std::int64_t id) {
  return std::ranges::find(ids, id) != ids.end();
}

}  // namespace

bool CategoryFilter::accepts(std::optional<std::int64_t> category_id) const {
  const bool is_narrowed = unassigned || is_assigned || !ids_in.empty();
  if (!category_id) return !is_narrowed || unassigned;
  if (contains(ids_not_in, *category_id)) return false;
  if (!ids_in.empty()) return contains(ids_in, *category_id);
  return !is_narrowed || is_assigned;
}

wire::Fields CategoryFilter::wire() {
  static constexpr wire::Field kFields[] = {
      wire::optional<&CategoryFilter::unassigned>("unassigned", wire::lenient()),
      wire::optional<&CategoryFilter::is_assigned>("isAssigned", wire::lenient()),
      wire::optional<&CategoryFilter::ids_in>("categoryIdsIn",
                                              wire::range(1, INT64_MAX),
                                              wire::items(0, kFilterIdsMax),
                                              wire::lenient(),
                                              wire::one_or_many()),
      wire::optional<&CategoryFilter::ids_not_in>("categoryIdsNotIn",
                                                  wire::range(1, INT64_MAX),
                                                  wire::items(0, kFilterIdsMax),
                                                  wire::lenient(),
                                                  wire::one_or_many()),
  };
  return kFields;
}

wire::Fields Filters::wire() {
  static constexpr wire::Field kFields[] = {
      wire::optional<&Filters::search>("search", wire::length(0, kSearchCharactersMax)),
      wire::optional<&Filters::email_status>("emailStatus", wire::read_by<read_statuses>(kStatusSchema)),
      ids<&Filters::campaign_ids>("campaignId", kCampaignsMax),
      ids<&Filters::mailbox_ids>("emailAccountId", kMailboxesMax),
      ids<&Filters::team_member_ids>("campaignTeamMemberId", kFilterIdsMax),
      ids<&Filters::tag_ids>("campaignTagId", kFilterIdsMax),
      client_field(kFilterIdsMax),
      wire::optional<&Filters::categories>("leadCategories"),
      wire::optional<&Filters::replied_between>(kRange, wire::read_by<read_range>(kRangeSchema)),
      wire::optional<&Filters::sub_sequence_id>("subSequenceId", wire::range(1, INT64_MAX), wire::lenient()),
      message_field(),
  };
  return kFields;
}

wire::Fields SentFilters::wire() {
  static constexpr wire::Field kFields[] = {
      wire::optional<&Filters::search>("search", wire::length(0, kSearchCharactersMax)),
      wire::optional<&Filters::email_status>("emailStatus", wire::read_by<read_statuses>(kStatusSchema)),
      ids<&Filters::campaign_ids>("campaignId", kSentCampaignsMax),
      ids<&Filters::mailbox_ids>("emailAccountId", kSentIdsMax),
      ids<&Filters::team_member_ids>("campaignTeamMemberId", kSentIdsMax),
      ids<&Filters::tag_ids>("campaignTagId", kSentIdsMax),
      client_field(kSentIdsMax),
      wire::optional<&Filters::categories>("leadCategories"),
      wire::optional<&Filters::replied_between>(kRange, wire::read_by<read_range>(kRangeSchema)),
      wire::optional<&Filters::sub_sequence_id>("subSequenceId", wire::range(1, INT64_MAX), wire::lenient()),
      message_field(),
  };
  return kFields;
}

wire::Fields ListRequest::wire() {
  static constexpr wire::Field kFields[] = {
      kOffset,
      kLimit,
      wire::optional<&ListRequest::filters>("filters"),
      wire::optional<&ListRequest::sort_by>("sortBy", wire::fallback("REPLY_TIME_DESC")),
      ids<&ListRequest::campaign_ids>("campaign_id", kCampaignsMax),
      ids<&ListRequest::client_ids>("client_id", kFilterIdsMax),
  };
  return kFields;
}

wire::Fields SentListRequest::wire() {
  static constexpr wire::Field kFields[] = {
      kOffset,
      kLimit,
      wire::optional<&SentListRequest::sent_filters>("filters"),
      wire::optional<&ListRequest::sort_by>("sortBy", wire::fallback("REPLY_TIME_DESC")),
      ids<&ListRequest::campaign_ids>("campaign_id", kSentCampaignsMax),
      ids<&ListRequest::client_ids>("client_id", kSentIdsMax),
  };
  return kFields;
}

wire::Fields ScheduledListRequest::wire() {
  static constexpr wire::Word kWords[] = {{"SCHEDULED_TIME_ASC", SortBy::ScheduledFirst},
                                          {"SCHEDULED_TIME_DESC", SortBy::ScheduledLast}};
  static constexpr wire::Field kFields[] = {
      kOffset,
      kLimit,
      wire::optional<&ListRequest::filters>("filters"),
      wire::optional<&ListRequest::sort_by>(
          "sortBy", wire::words(kWords), wire::fallback("SCHEDULED_TIME_ASC")),
      ids<&ListRequest::campaign_ids>("campaign_id", kCampaignsMax),
      ids<&ListRequest::client_ids>("client_id", kFilterIdsMax),
  };
  return kFields;
}

wire::Fields ReminderListRequest::wire() {
  static constexpr wire::Word kWords[] = {{"REMINDER_TIME_ASC", SortBy::ReminderFirst},
                                          {"REMINDER_TIME_DESC", SortBy::ReminderLast}};
  static constexpr wire::Field kFields[] = {
      kOffset,
      kLimit,
      wire::optional<&ListRequest::filters>("filters"),
      wire::optional<&ListRequest::sort_by>(
          "sortBy", wire::words(kWords), wire::fallback("REMINDER_TIME_ASC")),
      ids<&ListRequest::campaign_ids>("campaign_id", kCampaignsMax),
      ids<&ListRequest::client_ids>("client_id", kFilterIdsMax),
  };
  return kFields;
}

wire::Fields HistoryQuery::wire() {
  static constexpr wire::Field kFields[] = {
      wire::optional<&HistoryQuery::fetch_message_history>("fetch_message_history", wire::fallback(false)),
  };
  return kFields;
}

Filters filters_of(const ListRequest& request) {
  Filters filters = request.filters;
  if (filters.campaign_ids.empty()) filters.campaign_ids = request.campaign_ids;
  if (filters.client_ids.empty()) filters.client_ids = request.client_ids;
  return filters;
}

ListRequest plain(SentListRequest request) {
  request.filters = std::move(request.sent_filters);
  return std::move(request);
}

}  // namespace outrider::inbox
