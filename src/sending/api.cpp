#include "sending/api.h"

#include "sending/ledger.h"

namespace outrider::sending {
namespace {

constexpr db::Query kList{"sending.list_doubtful", R"sql(
  SELECT outgoing.id, outgoing.campaign_lead_id, outgoing.campaign_id, message.to_email, outgoing.header_id,
         COALESCE(outgoing.sending_at_ms, outgoing.not_before_ms)
    FROM outgoing
    JOIN message
      ON message.workspace_id = outgoing.workspace_id AND message.id = outgoing.message_id
    JOIN campaign_lead
      ON campaign_lead.workspace_id = outgoing.workspace_id AND campaign_lead.id = outgoing.campaign_lead_id
   WHERE outgoing.workspace_id = $1
     AND outgoing.state IN (4, 5)
     AND ($2 = 0 OR outgoing.state = 5)
     AND (CAST($3 AS BIGINT) IS NULL OR campaign_lead.client_id = $3)
   ORDER BY outgoing.id
   LIMIT $4
  OFFSET $5
)sql"};

constexpr db::Query kCount{"sending.count_doubtful", R"sql(
  SELECT COUNT(*)
    FROM outgoing
    JOIN campaign_lead
      ON campaign_lead.workspace_id = outgoing.workspace_id AND campaign_lead.id = outgoing.campaign_lead_id
   WHERE outgoing.workspace_id = $1
     AND outgoing.state IN (4, 5)
     AND ($2 = 0 OR outgoing.state = 5)
     AND (CAST($3 AS BIGINT) IS NULL OR campaign_lead.client_id = $3)
)sql"};
static_assert(static_cast<int>(OutgoingState::Unconfirmed) == 4 &&
              static_cast<int>(OutgoingState::Unknown) == 5);

constexpr db::Query kResend{"sending.resend", R"sql(
  UPDATE outgoing
     SET state = 0,
         not_before_ms = $3,
         settled_at_ms = NULL
   WHERE workspace_id = $1
     AND id = $2
     AND state IN (4, 5)
     AND (CAST($4 AS BIGINT) IS NULL OR campaign_lead_id IN (SELECT id
                                                               FROM campaign_lead
                                                              WHERE workspace_id = $1
                                                                AND client_id = $4))
)sql"};

}  // namespace

wire::Fields LedgerQuery::wire() {
  static constexpr wire::Field kFields[] = {
      wire::optional<&LedgerQuery::state>("state", wire::fallback("UNCONFIRMED")),
      wire::optional<&LedgerQuery::limit>("limit", wire::range(1, 1'000), wire::fallback(100)),
      wire::optional<&LedgerQuery::offset>("offset", wire::range(0, INT64_MAX), wire::fallback(0)),
  };
  return kFields;
}

wire::Fields LedgerEntry::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&LedgerEntry::id>("id"),
      wire::required<&LedgerEntry::lead_map_id>("lead_map_id"),
      wire::required<&LedgerEntry::campaign_id>("campaign_id"),
      wire::required<&LedgerEntry::email>("email"),
      wire::required<&LedgerEntry::message_id>("message_id"),
      wire::required<&LedgerEntry::since>("since", wire::with_ms()),
  };
  return kFields;
}

wire::Fields LedgerList::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&LedgerList::ok>("ok"),
      wire::required<&LedgerList::data>("data"),
      wire::required<&LedgerList::total_count>("total_count"),
  };
  return kFields;
}

wire::Fields LedgerPath::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&LedgerPath::outgoing_id>("outgoing_id", wire::range(1, INT64_MAX)),
  };
  return kFields;
}

wire::Fields Resent::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&Resent::ok>("ok"),
  };
  return kFields;
}

Result<LedgerList> Api::list(http::Context& context, const LedgerQuery& query) {
  const auto& caller = context.principal;
  const int unknown_only = query.state == LedgerFilter::Unknown ? 1 : 0;
  return database_.read([&](db::Tx& tx) -> Result<LedgerList> {
    TRY_AS(const auto rows,
           tx.rows(kList, caller.workspace_id, unknown_only, caller.client_id, query.limit, query.offset));
    TRY_AS(const auto total, tx.row(kCount, caller.workspace_id, unknown_only, caller.client_id));
    LedgerList answer{.data = {}, .total_count = total->int64(0)};
    for (const auto& row : rows)
      answer.data.push_back({.id = row.int64(0),
                             .lead_map_id = row.int64(1),
                             .campaign_id = row.int64(2),
                             .email = row.string(3),
                             .message_id = "<" + row.string(4) + ">",
                             .since = {.at_ms = row.int64(5)}});
    return answer;
  });
}

Result<Resent> Api::resend(http::Context& context, const LedgerPath& path) {
  const auto& caller = context.principal;
  TRY(database_.write([&](db::Tx& tx) -> Result<> {
    TRY_AS(const auto resent,
           tx.run(kResend, caller.workspace_id, path.outgoing_id, clock_.now_ms(), caller.client_id));
    if (resent == 0) return fail(Code::NotFound, "No unconfirmed message with this id");
    return {};
  }));
  changed_();
  return Resent{};
}

std::vector<http::Route> Api::routes() {
  std::vector<http::Route> all;
  all.push_back(http::route(http::Verb::Get,
                            "/outgoing",
                            "Messages of which nobody knows whether they were delivered.",
                            http::on(*this, &Api::list))
                    .operation_id("listOutgoing")
                    .tag("Sending")
                    .extension());
  all.push_back(http::route(http::Verb::Post,
                            "/outgoing/{outgoing_id}/resend",
                            "Send an unconfirmed message again, under the same Message-ID.",
                            http::on(*this, &Api::resend))
                    .operation_id("resendOutgoing")
                    .tag("Sending")
                    .extension());
  return all;
}

}  // namespace outrider::sending
