#include "sending/ledger.h"

#include <algorithm>

#include "campaigns/campaign_state.h"
#include "campaigns/lead_state.h"
#include "leads/membership.h"
#include "leads/suppression.h"
#include "sending/mailbox_store.h"
#include "sending/plan_store.h"
#include "sending/provider.h"
#include "sending/schedule_columns.h"

namespace outrider::sending {
namespace {

using campaigns::CampaignState;
using campaigns::LeadEvent;
using campaigns::LeadState;

constexpr TimeMs kPersonalRetryMs = kMinuteMs;

constexpr db::Query kFind{"sending.find_outgoing", R"sql(
  SELECT kind, campaign_lead_id, campaign_id, step_id, message_id, mailbox_id, header_id, state, attempt,
         not_before_ms, first_step_date, bounce_class, created_at_ms,
         (SELECT soft_bounces
            FROM campaign_lead
           WHERE campaign_lead.workspace_id = outgoing.workspace_id
             AND campaign_lead.id = outgoing.campaign_lead_id),
         (SELECT at_ms
            FROM message
           WHERE message.workspace_id = outgoing.workspace_id
             AND message.id = outgoing.message_id)
    FROM outgoing
   WHERE workspace_id = $1
     AND id = $2
  /*+for_update*/
)sql"};

constexpr db::Query kListDue{"sending.list_due", R"sql(
  SELECT workspace_id, id, mailbox_id, not_before_ms
    FROM outgoing
   WHERE state = 0
     AND not_before_ms <= $1
     AND ($2 = 0 OR mailbox_id IN (SELECT id
                                     FROM mailbox
                                    WHERE send_node = $3))
   ORDER BY not_before_ms, id
   LIMIT $4
)sql"};

constexpr db::Query kListInterrupted{"sending.list_interrupted", R"sql(
  SELECT outgoing.workspace_id, outgoing.id, outgoing.mailbox_id, outgoing.not_before_ms
    FROM outgoing
    JOIN mailbox
      ON mailbox.workspace_id = outgoing.workspace_id AND mailbox.id = outgoing.mailbox_id
   WHERE outgoing.state = 1
     AND ($1 = 0 OR mailbox.send_node = $2 OR mailbox.send_lease_until_ms <= $3)
   ORDER BY outgoing.sending_at_ms, outgoing.id
   LIMIT $4
)sql"};

constexpr db::Query kListUnknown{"sending.list_unknown", R"sql(
  SELECT workspace_id, id, mailbox_id, not_before_ms, header_id, sending_at_ms
    FROM outgoing
   WHERE state = 5
   ORDER BY sending_at_ms, id
   LIMIT $1
)sql"};

// Whoever stops a campaign or a lead holds its row FOR UPDATE: the look waits for them, and they wait for a
// look that came first. So a stop that was acknowledged is seen by every mail that has not begun.
constexpr db::Query kLook{"sending.look_before_data", R"sql(
  SELECT campaign.state, campaign_lead.state, campaign_lead.is_unsubscribed, campaign_lead.sent_count,
         lead.is_unsubscribed, campaign_lead.client_id, lead.email, campaign_lead.mailbox_id,
         campaign.timezone, campaign.days, campaign.start_minute, campaign.end_minute,
         campaign.min_gap_minutes, campaign.max_new_leads_per_day, campaign.start_at_ms,
         campaign.blackout_dates, workspace.blackout_dates
    FROM outgoing
    JOIN workspace ON workspace.id = outgoing.workspace_id
    JOIN campaign
      ON campaign.workspace_id = outgoing.workspace_id AND campaign.id = outgoing.campaign_id
    JOIN campaign_lead
      ON campaign_lead.workspace_id = outgoing.workspace_id AND campaign_lead.id = outgoing.campaign_lead_id
    JOIN lead
      ON lead.workspace_id = campaign_lead.workspace_id AND lead.id = campaign_lead.lead_id
   WHERE outgoing.workspace_id = $1
     AND outgoing.id = $2
  /*+key_share(campaign, campaign_lead)*/
)sql"};

constexpr db::Query kMakeSending{"sending.make_sending", R"sql(
  UPDATE outgoing
     SET state = 1,
         attempt = attempt + 1,
         sending_at_ms = $3,
         mime_sha256 = $4
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kPutBack{"sending.put_back", R"sql(
  UPDATE outgoing
     SET state = 0,
         not_before_ms = $3,
         reason = $4,
         smtp_code = $5,
         smtp_text = $6,
         bounce_class = $7,
         attempt = CASE WHEN state = 0 THEN attempt + 1 ELSE attempt END
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kPostpone{"sending.postpone", R"sql(
  UPDATE outgoing
     SET not_before_ms = $3,
         reason = $4
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kExplain{"sending.explain_lead", R"sql(
  UPDATE campaign_lead
     SET reason = $3,
         next_attempt_ms = $4,
         soft_bounces = soft_bounces + $5,
         updated_at_ms = $6
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kUndoBegin{"sending.undo_begin", R"sql(
  UPDATE outgoing
     SET state = 0
   WHERE workspace_id = $1
     AND id = $2
     AND state = 1
)sql"};

constexpr db::Query kUnclaimVariant{"sending.unclaim_variant", R"sql(
  UPDATE step_variant
     SET claimed = claimed - 1
   WHERE workspace_id = $1
     AND id = (SELECT variant_id
                 FROM message
                WHERE message.workspace_id = $1
                  AND message.id = $2)
     AND claimed > 0
)sql"};

constexpr db::Query kDropRow{"sending.drop_outgoing", R"sql(
  DELETE FROM outgoing
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kDropLinks{"sending.drop_links", R"sql(
  DELETE FROM message_link
   WHERE workspace_id = $1
     AND message_id = $2
)sql"};

constexpr db::Query kDropBody{"sending.drop_body", R"sql(
  DELETE FROM message_body
   WHERE workspace_id = $1
     AND message_id = $2
)sql"};

constexpr db::Query kDropHeaderId{"sending.drop_header_id", R"sql(
  DELETE FROM message_header_id
   WHERE workspace_id = $1
     AND header_id = $2
     AND message_id = $3
)sql"};

constexpr db::Query kDropMessage{"sending.drop_message", R"sql(
  DELETE FROM message
   WHERE workspace_id = $1
     AND id = $2
     AND at_ms IS NULL
)sql"};

constexpr db::Query kUnclaimLead{"sending.unclaim_lead", R"sql(
  UPDATE campaign_lead
     SET is_claimed = 0,
         mailbox_id = CASE WHEN $5 = 1 AND sent_count = 0 THEN NULL ELSE mailbox_id END,
         reason = $3,
         next_attempt_ms = $4,
         updated_at_ms = $6
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kReleaseNewLead{"sending.release_new_lead", R"sql(
  UPDATE campaign_day
     SET new_leads = new_leads - 1
   WHERE workspace_id = $1
     AND campaign_id = $2
     AND local_date = $3
     AND new_leads > 0
)sql"};

constexpr db::Query kStandUnconfirmed{"sending.stand_unconfirmed", R"sql(
  UPDATE outgoing
     SET state = 4
   WHERE workspace_id = $1
     AND id = $2
)sql"};

/// What stands in the way of a row at the last moment.
struct Obstacle {
  Release release;
  std::optional<LeadEvent> ends_lead = {};
};

std::optional<Obstacle> mailbox_obstacle(const MailboxRecord& mailbox, TimeMs now_ms) {
  const auto held = mailbox.held(now_ms);
  if (!held) return std::nullopt;
  return Obstacle{.release = {.reason = held->reason,
                              .next_attempt_ms = held->next_attempt_ms,
                              .binding = Binding::Drop}};
}

std::optional<Obstacle> lead_obstacle(const db::Row& look, const Outgoing& row) {
  const auto state = look.as<LeadState>(1);
  if (look.flag(4)) return Obstacle{{.reason = Reason::Suppressed}, LeadEvent::UnsubscribedEverywhere};
  if (look.flag(2)) return Obstacle{{.reason = Reason::Suppressed}, LeadEvent::Unsubscribed};
  const bool is_done = state == LeadState::Completed && row.is_counted;  // a person sends the last step again
  if (state != LeadState::Started && state != LeadState::InProgress && !is_done)
    return Obstacle{.release = {.reason = Reason::Paused}};
  // It was given to another mailbox since the claim.
  if (look.opt_int64(7) != row.mailbox_id) return Obstacle{.release = {.reason = Reason::MailboxGap}};
  return std::nullopt;
}

std::optional<Obstacle> campaign_obstacle(const db::Row& look, TimeMs now_ms) {
  if (look.as<CampaignState>(0) != CampaignState::Active)
    return Obstacle{.release = {.reason = Reason::Paused}};
  const auto schedule = schedule_of(look, 8);
  if (!schedule) return Obstacle{.release = {.reason = Reason::OutsideWindow}};
  if (campaigns::is_open(*schedule, now_ms)) return std::nullopt;
  return Obstacle{
      .release = {.reason = Reason::OutsideWindow,
                  .next_attempt_ms = campaigns::next_open(*schedule, now_ms).value_or(kOnChange)}};
}

std::optional<Obstacle> freshness_obstacle(const db::Row& look,
                                           const MailboxRecord& mailbox,
                                           const BeginRules& rules,
                                           TimeMs now_ms) {
  const bool is_first = look.int64(3) == 0;
  const auto limit_ms = is_first ? rules.new_lead_freshness_ms : rules.follow_up_freshness_ms;
  const auto seen_ms = is_first ? mailbox.seen_for_new_leads_ms() : mailbox.inbound_watermark_ms;
  if (now_ms - seen_ms <= limit_ms) return std::nullopt;
  return Obstacle{.release = {.reason = Reason::InboundSyncStale, .next_attempt_ms = now_ms + kMinuteMs}};
}

Result<std::optional<Obstacle>> step_obstacle(
    db::Tx& tx, const Outgoing& row, const MailboxRecord& mailbox, const BeginRules& rules, TimeMs now_ms) {
  TRY_AS(const auto look, tx.row(kLook, row.workspace_id, row.id));
  if (!look) return Obstacle{.release = {.reason = Reason::Paused}};
  if (auto found = lead_obstacle(*look, row)) return found;
  TRY_AS(const auto is_suppressed,
         leads::is_suppressed(tx, row.workspace_id, look->opt_int64(5), look->text(6)));
  if (is_suppressed) return Obstacle{{.reason = Reason::Suppressed}, LeadEvent::BlockListed};
  if (auto found = campaign_obstacle(*look, now_ms)) return found;
  return freshness_obstacle(*look, mailbox, rules, now_ms);
}

/// Steps are planned under it; what a person wrote meets it here.
Result<std::optional<Obstacle>> ceiling_obstacle(db::Tx& tx, const MailboxRecord& mailbox, TimeMs now_ms) {
  const auto ceiling = provider_ceiling(mailbox);
  if (ceiling == kUnlimited) return std::nullopt;
  TRY_AS(const auto day, load_rolling_day(tx, mailbox, now_ms));
  const auto full = day.check_day(ceiling, now_ms);
  if (!full) return std::nullopt;
  return Obstacle{.release = {.reason = full->reason, .next_attempt_ms = full->next_attempt_ms}};
}

bool is_elsewhere(const MailboxRecord& mailbox, const Leaseholder& node, TimeMs now_ms) {
  return node.needs_lease && (mailbox.send_node != node.id || mailbox.send_lease_until_ms <= now_ms);
}

/// Over by itself, so a mail that a server has refused for now stays the same mail, under its Message-ID.
bool is_passing(Reason reason) {
  return reason == Reason::InboundSyncStale || reason == Reason::OutsideWindow;
}

Result<> postpone(db::Tx& tx, const Outgoing& row, const Release& obstacle, TimeMs now_ms) {
  const auto at_ms = std::max(obstacle.next_attempt_ms, now_ms + kMinuteMs);
  TRY(tx.run(kPostpone, row.workspace_id, row.id, at_ms, obstacle.reason));
  TRY(tx.run(kExplain, row.workspace_id, row.campaign_lead_id, obstacle.reason, at_ms, 0, now_ms));
  return {};
}

Result<> give_up_claim(db::Tx& tx, const Outgoing& row, const Obstacle& obstacle, TimeMs now_ms) {
  TRY(release(tx, row, obstacle.release, now_ms));
  if (!obstacle.ends_lead) return {};
  TRY_AS(const auto membership, leads::load_membership(tx, row.workspace_id, row.campaign_lead_id));
  TRY(leads::apply(tx, membership, *obstacle.ends_lead, {.text = "SUPPRESSED"}, now_ms));
  return {};
}

Result<> discard_message(db::Tx& tx, const Outgoing& row) {
  TRY(tx.run(kUnclaimVariant, row.workspace_id, row.message_id));
  TRY(tx.run(kDropRow, row.workspace_id, row.id));
  TRY(tx.run(kDropLinks, row.workspace_id, row.message_id));
  TRY(tx.run(kDropBody, row.workspace_id, row.message_id));
  TRY(tx.run(kDropHeaderId, row.workspace_id, row.header_id, row.message_id));
  TRY(tx.run(kDropMessage, row.workspace_id, row.message_id));
  return {};
}

/// Whether the row may be sent at `at_ms`; when not, it is put off or given up.
Result<Begun> look(db::Tx& tx, const Outgoing& row, const BeginRules& rules, TimeMs at_ms, TimeMs now_ms) {
  if (row.state != OutgoingState::Claimed) return Begun::Elsewhere;
  TRY_AS(const auto mailbox, load_mailbox_record(tx, row.workspace_id, row.mailbox_id));
  if (is_elsewhere(mailbox, rules.node, now_ms)) return Begun::Elsewhere;
  auto obstacle = mailbox_obstacle(mailbox, at_ms);
  if (!obstacle && row.kind == OutgoingKind::Step) {
    TRY_AS(obstacle, step_obstacle(tx, row, mailbox, rules, at_ms));
  } else if (!obstacle) {
    TRY_AS(obstacle, ceiling_obstacle(tx, mailbox, at_ms));
  }
  if (!obstacle) return Begun::Yes;
  if (row.attempt > 0 && is_passing(obstacle->release.reason))
    TRY(postpone(tx, row, obstacle->release, now_ms));
  else
    TRY(give_up_claim(tx, row, *obstacle, now_ms));
  return Begun::Released;
}

OutgoingRef ref_of(const db::Row& row) {
  return {.workspace_id = row.int64(0),
          .id = row.int64(1),
          .mailbox_id = row.int64(2),
          .not_before_ms = row.int64(3)};
}

std::vector<OutgoingRef> refs_of(const db::Rows& rows) {
  std::vector<OutgoingRef> refs;
  refs.reserve(rows.size());
  for (const auto& row : rows) refs.push_back(ref_of(row));
  return refs;
}

std::optional<TimeMs> instant_or_null(TimeMs next_attempt_ms) {
  return next_attempt_ms == kOnChange ? std::nullopt : std::optional(next_attempt_ms);
}

}  // namespace

Result<std::optional<Outgoing>> find_outgoing(db::Tx& tx, std::int64_t workspace_id, std::int64_t id) {
  TRY_AS(const auto row, tx.row(kFind, workspace_id, id));
  if (!row) return std::nullopt;
  Outgoing outgoing{.workspace_id = workspace_id,
                    .id = id,
                    .kind = row->as<OutgoingKind>(0),
                    .campaign_lead_id = row->int64(1),
                    .campaign_id = row->int64(2),
                    .step_id = row->int64(3),
                    .message_id = row->int64(4),
                    .mailbox_id = row->int64(5),
                    .header_id = row->string(6),
                    .state = row->as<OutgoingState>(7),
                    .attempt = row->int64(8),
                    .not_before_ms = row->int64(9),
                    .first_step_date = row->opt_int64(10),
                    .last_bounce = {},
                    .created_at_ms = row->int64(12),
                    .soft_bounces = row->opt_int64(13).value_or(0),
                    .is_counted = !row->is_null(14)};
  if (!row->is_null(11)) outgoing.last_bounce = row->as<mail::BounceClass>(11);
  return outgoing;
}

Result<std::vector<OutgoingRef>> list_due(db::Tx& tx,
                                          const Leaseholder& node,
                                          TimeMs until_ms,
                                          std::int64_t rows_max) {
  TRY_AS(const auto rows, tx.rows(kListDue, until_ms, node.needs_lease ? 1 : 0, node.id, rows_max));
  return refs_of(rows);
}

Result<std::vector<OutgoingRef>> list_interrupted(db::Tx& tx,
                                                  const Leaseholder& node,
                                                  TimeMs now_ms,
                                                  std::int64_t rows_max) {
  TRY_AS(const auto rows, tx.rows(kListInterrupted, node.needs_lease ? 1 : 0, node.id, now_ms, rows_max));
  return refs_of(rows);
}

Result<std::vector<Doubtful>> list_unknown(db::Tx& tx, std::int64_t rows_max) {
  TRY_AS(const auto rows, tx.rows(kListUnknown, rows_max));
  std::vector<Doubtful> doubtful;
  doubtful.reserve(rows.size());
  for (const auto& row : rows)
    doubtful.push_back({.ref = ref_of(row),
                        .header_id = row.string(4),
                        .sending_at_ms = row.opt_int64(5).value_or(row.int64(3))});
  return doubtful;
}

Result<Begun> look_ahead(
    db::Tx& tx, std::int64_t workspace_id, std::int64_t id, const BeginRules& rules, TimeMs now_ms) {
  TRY_AS(const auto row, find_outgoing(tx, workspace_id, id));
  if (!row) return Begun::Elsewhere;
  return look(tx, *row, rules, std::max(now_ms, row->not_before_ms), now_ms);
}

Result<Begun> begin_sending(db::Tx& tx, const BeginRequest& request, const BeginRules& rules, TimeMs now_ms) {
  TRY_AS(const auto row, find_outgoing(tx, request.workspace_id, request.id));
  if (!row) return Begun::Elsewhere;
  TRY_AS(const auto begun, look(tx, *row, rules, now_ms, now_ms));
  if (begun == Begun::Yes)
    TRY(tx.post(kMakeSending, row->workspace_id, row->id, now_ms, request.mime_sha256));
  return begun;
}

Result<> put_back(db::Tx& tx, const Outgoing& row, const Retry& retry, TimeMs now_ms) {
  const bool is_full = retry.bounce == mail::BounceClass::MailboxFull;
  TRY(tx.run(kPutBack,
             row.workspace_id,
             row.id,
             retry.retry_at_ms,
             retry.reason,
             retry.smtp_code == 0 ? std::nullopt : std::optional(retry.smtp_code),
             retry.smtp_text,
             retry.bounce));
  if (row.kind != OutgoingKind::Step) return {};
  TRY(tx.run(kExplain,
             row.workspace_id,
             row.campaign_lead_id,
             retry.reason,
             retry.retry_at_ms,
             is_full ? 1 : 0,
             now_ms));
  return {};
}

Result<> undo_begin(db::Tx& tx, std::int64_t workspace_id, std::int64_t id) {
  TRY(tx.run(kUndoBegin, workspace_id, id));
  return {};
}

Result<> release(db::Tx& tx, const Outgoing& row, const Release& release, TimeMs now_ms) {
  if (row.is_counted) {
    TRY(tx.run(kStandUnconfirmed, row.workspace_id, row.id));
    return {};
  }
  if (row.kind != OutgoingKind::Step) {
    const auto retry_at_ms = std::max(release.next_attempt_ms, now_ms + kPersonalRetryMs);
    return put_back(tx, row, {.retry_at_ms = retry_at_ms, .reason = release.reason}, now_ms);
  }
  TRY(discard_message(tx, row));
  TRY(tx.run(kUnclaimLead,
             row.workspace_id,
             row.campaign_lead_id,
             release.reason,
             instant_or_null(release.next_attempt_ms),
             release.binding == Binding::Drop ? 1 : 0,
             now_ms));
  if (!row.first_step_date) return {};
  TRY(tx.run(kReleaseNewLead, row.workspace_id, row.campaign_id, *row.first_step_date));
  return {};
}

}  // namespace outrider::sending
