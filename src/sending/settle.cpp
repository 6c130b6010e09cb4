#include "sending/settle.h"

#include <algorithm>

#include "analytics/event.h"
#include "campaigns/schedule.h"
#include "core/strings.h"
#include "inbox/thread.h"
#include "leads/membership.h"
#include "leads/suppression.h"
#include "sending/mailbox_store.h"
#include "sending/schedule_columns.h"

namespace outrider::sending {
namespace {

using analytics::EventType;
using campaigns::LeadEvent;
using campaigns::LeadState;

// ---- what was sent, and what comes after it

struct Facts {
  std::optional<std::int64_t> seq_number;
  std::optional<std::int64_t> variant_id;
  TimeMs sending_at_ms = 0;
  Zone mailbox_zone;
  std::optional<campaigns::Schedule> schedule;
  std::optional<std::int64_t> next_seq;
  int next_delay_days = 0;
};

constexpr db::Query kFacts{"sending.settle_facts", R"sql(
  SELECT message.seq_number, message.variant_id, outgoing.sending_at_ms,
         COALESCE(mailbox.timezone, workspace.timezone), sequence_step.seq_number, sequence_step.delay_days,
         campaign.timezone, campaign.days, campaign.start_minute, campaign.end_minute,
         campaign.min_gap_minutes, campaign.max_new_leads_per_day, campaign.start_at_ms,
         campaign.blackout_dates, workspace.blackout_dates
    FROM outgoing
    JOIN message
      ON message.workspace_id = outgoing.workspace_id AND message.id = outgoing.message_id
    JOIN mailbox
      ON mailbox.workspace_id = outgoing.workspace_id AND mailbox.id = outgoing.mailbox_id
    JOIN workspace ON workspace.id = outgoing.workspace_id
    JOIN campaign
      ON campaign.workspace_id = outgoing.workspace_id AND campaign.id = outgoing.campaign_id
    LEFT JOIN sequence_step
      ON sequence_step.workspace_id = outgoing.workspace_id
     AND sequence_step.campaign_id = outgoing.campaign_id
     AND sequence_step.seq_number > message.seq_number
     AND sequence_step.is_deleted = 0
   WHERE outgoing.workspace_id = $1
     AND outgoing.id = $2
   ORDER BY sequence_step.seq_number, sequence_step.id
   LIMIT 1
)sql"};

Result<Facts> load_facts(db::Tx& tx, const Outgoing& row) {
  TRY_AS(const auto found, tx.row(kFacts, row.workspace_id, row.id));
  if (!found) return fail(Code::NotFound, "the campaign of a mail that was sent is gone");
  return Facts{.seq_number = found->opt_int64(0),
               .variant_id = found->opt_int64(1),
               .sending_at_ms = found->opt_int64(2).value_or(0),
               .mailbox_zone = zone_or_utc(found->text(3)),
               .schedule = schedule_of(*found, 6),
               .next_seq = found->opt_int64(4),
               .next_delay_days = static_cast<int>(found->opt_int64(5).value_or(0))};
}

TimeMs next_due_ms(const Facts& facts, const Outgoing& row, TimeMs at_ms) {
  if (!facts.next_seq) return at_ms + kLastStepWaitMs;
  const auto plain_ms = at_ms + facts.next_delay_days * kDayMs;
  if (!facts.schedule) return plain_ms;
  return campaigns::due_after(*facts.schedule,
                              {.delay_days = facts.next_delay_days,
                               .previous_accepted_ms = at_ms,
                               .lead_map_id = row.campaign_lead_id})
      .value_or(plain_ms);
}

constexpr db::Query kAdvance{"sending.advance_lead", R"sql(
  UPDATE campaign_lead
     SET next_seq = $3,
         due_at_ms = $4,
         is_claimed = 0,
         reason = $5,
         next_attempt_ms = $4,
         soft_bounces = 0
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kCountCampaign{"sending.count_campaign_day", R"sql(
  INSERT INTO campaign_day (workspace_id, campaign_id, local_date, sent)
  VALUES ($1, $2, $3, $4)
      ON CONFLICT (workspace_id, campaign_id, local_date)
      DO UPDATE SET sent = campaign_day.sent + excluded.sent
)sql"};

constexpr db::Query kDateMessage{"sending.date_message", R"sql(
  UPDATE message
     SET at_ms = $3,
         header_id = CASE WHEN CAST($4 AS TEXT) IS NULL THEN header_id ELSE $4 END
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kLearnId{"sending.learn_header_id", R"sql(
  INSERT INTO message_header_id (workspace_id, header_id, message_id)
  VALUES ($1, $2, $3)
      ON CONFLICT DO NOTHING
)sql"};

/// The caps: as soon as the mail may have been delivered, and once.
void count(db::Tx& tx, const Outgoing& row, const Facts& facts, TimeMs at_ms) {
  const bool is_step = row.kind == OutgoingKind::Step;
  count_send(tx,
             row.workspace_id,
             row.mailbox_id,
             facts.mailbox_zone.day_of(at_ms),
             is_step ? Counted::Campaign : Counted::Personal);
  // A punctual mail counts at its slot, so that what is planned after it stays where it was.
  const bool is_punctual = at_ms - row.not_before_ms < 5 * kSecondMs;
  note_send(tx, row.workspace_id, row.mailbox_id, is_punctual ? row.not_before_ms : at_ms);
  if (!is_step || row.is_counted) return;
  const auto zone = facts.schedule ? facts.schedule->zone : Zone();
  tx.add(kCountCampaign, {row.workspace_id, row.campaign_id, zone.day_of(at_ms)}, {1});
}

Result<> record_for(db::Tx& tx,
                    const Outgoing& row,
                    const leads::Membership& membership,
                    std::optional<std::int64_t> variant_id,
                    EventType type,
                    TimeMs at_ms) {
  return analytics::record(tx,
                           {.workspace_id = row.workspace_id,
                            .type = type,
                            .at_ms = at_ms,
                            .campaign_id = row.campaign_id,
                            .campaign_lead_id = row.campaign_lead_id,
                            .lead_id = membership.lead_id,
                            .client_id = membership.client_id,
                            .mailbox_id = row.mailbox_id,
                            .message_id = row.message_id,
                            .step_id = row.step_id == 0 ? std::nullopt : std::optional(row.step_id),
                            .variant_id = variant_id,
                            .is_first = true});
}

/// The lead's progress and the thread, once for each message.
Result<> advance(db::Tx& tx, const Outgoing& row, const Facts& facts, const Acceptance& acceptance) {
  const auto at_ms = acceptance.at_ms;
  const auto learned =
      acceptance.provider_id.empty() ? std::nullopt : std::optional<std::string>(acceptance.provider_id);
  TRY(tx.post(kDateMessage, row.workspace_id, row.message_id, at_ms, learned));
  if (learned) TRY(tx.post(kLearnId, row.workspace_id, *learned, row.message_id));
  TRY(inbox::thread_sent(tx, {row.workspace_id, row.campaign_lead_id}, row.message_id, at_ms));
  if (row.kind != OutgoingKind::Step) return {};

  TRY_AS(const auto membership, leads::load_membership(tx, row.workspace_id, row.campaign_lead_id));
  const auto next_seq = facts.next_seq.value_or(facts.seq_number.value_or(0) + 1);
  TRY(tx.post(kAdvance,
              row.workspace_id,
              row.campaign_lead_id,
              next_seq,
              next_due_ms(facts, row, at_ms),
              Reason::WaitingStepDelay));
  if (membership.state == LeadState::Started)
    TRY(leads::apply(tx,
                     membership,
                     LeadEvent::FirstStepAccepted,
                     {.text = "FIRST_STEP_ACCEPTED", .message_id = row.message_id},
                     at_ms));
  return record_for(tx, row, membership, facts.variant_id, EventType::Sent, at_ms);
}

constexpr db::Query kMakeSent{"sending.make_sent", R"sql(
  UPDATE outgoing
     SET state = 2,
         settled_at_ms = $3,
         smtp_code = $4,
         smtp_text = $5,
         tls = $6
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kMakeUnknown{"sending.make_unknown", R"sql(
  UPDATE outgoing
     SET state = 5
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kMakeUnconfirmed{"sending.make_unconfirmed", R"sql(
  UPDATE outgoing
     SET state = 4,
         settled_at_ms = $3
   WHERE workspace_id = $1
     AND id = $2
)sql"};

// ---- refused for good

constexpr db::Query kMakeFailed{"sending.make_failed", R"sql(
  UPDATE outgoing
     SET state = 3,
         settled_at_ms = $3,
         smtp_code = $4,
         smtp_text = $5,
         bounce_class = $6,
         reason = $7
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kEndLead{"sending.end_lead", R"sql(
  UPDATE campaign_lead
     SET due_at_ms = NULL,
         reason = $3,
         next_attempt_ms = NULL
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kFreeNewLead{"sending.free_new_lead", R"sql(
  UPDATE campaign_day
     SET new_leads = new_leads - 1
   WHERE workspace_id = $1
     AND campaign_id = $2
     AND local_date = $3
     AND new_leads > 0
)sql"};

constexpr db::Query kMarkBounced{"sending.mark_bounced", R"sql(
  UPDATE message
     SET bounced_at_ms = $3
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kEmail{"sending.email_of_lead", R"sql(
  SELECT email
    FROM lead
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kOfMessage{"sending.outgoing_of_message", R"sql(
  SELECT id
    FROM outgoing
   WHERE workspace_id = $1
     AND campaign_lead_id = (SELECT campaign_lead_id
                               FROM message
                              WHERE workspace_id = $1
                                AND id = $2)
     AND message_id = $2
     AND state IN (4, 5)
)sql"};

std::optional<LeadEvent> event_of(LeadFate fate) {
  switch (fate) {
    case LeadFate::Untouched:
      return std::nullopt;
    case LeadFate::Blocked:
    case LeadFate::GivenUp:
      return LeadEvent::HardBounced;
    case LeadFate::Finished:
      return LeadEvent::MarkedComplete;
  }
  return std::nullopt;
}

std::string_view cause_of(LeadFate fate) {
  if (fate == LeadFate::Blocked) return "BOUNCE";
  return fate == LeadFate::GivenUp ? "UNDELIVERABLE" : "STEP_FAILED";
}

Result<> suppress(db::Tx& tx, std::int64_t workspace_id, std::int64_t lead_id, TimeMs now_ms) {
  TRY_AS(const auto lead, tx.row(kEmail, workspace_id, lead_id));
  if (!lead) return {};
  TRY(leads::add_suppressions(tx,
                              {.workspace_id = workspace_id, .source = leads::SuppressionSource::Bounce},
                              {lead->string(0)},
                              now_ms));
  return {};
}

Result<> bounce(
    db::Tx& tx, const Outgoing& row, const leads::Membership& membership, LeadFate fate, TimeMs now_ms) {
  TRY(tx.run(kMarkBounced, row.workspace_id, row.message_id, now_ms));
  TRY(inbox::thread_bounced(tx, {row.workspace_id, row.campaign_lead_id}, now_ms));
  if (fate == LeadFate::Blocked) TRY(suppress(tx, row.workspace_id, membership.lead_id, now_ms));
  return record_for(tx, row, membership, std::nullopt, EventType::Bounced, now_ms);
}

}  // namespace

Result<bool> settle_sent(db::Tx& tx,
                         std::int64_t workspace_id,
                         std::int64_t id,
                         const Acceptance& acceptance) {
  TRY_AS(const auto row, find_outgoing(tx, workspace_id, id));
  using enum OutgoingState;
  if (!row || (row->state != Sending && row->state != Unknown && row->state != Unconfirmed)) return false;
  const auto code = acceptance.smtp_code == 0 ? std::nullopt : std::optional(acceptance.smtp_code);
  TRY(tx.post(kMakeSent, workspace_id, id, acceptance.at_ms, code, acceptance.smtp_text, acceptance.tls));
  if (row->state == Unconfirmed) return true;
  TRY_AS(const auto facts, load_facts(tx, *row));
  auto accepted = acceptance;
  if (row->state == Sending)
    count(tx, *row, facts, accepted.at_ms);
  else
    accepted.at_ms = facts.sending_at_ms;
  if (!row->is_counted) TRY(advance(tx, *row, facts, accepted));
  return true;
}

Result<> settle_unknown(db::Tx& tx, std::int64_t workspace_id, std::int64_t id, TimeMs now_ms) {
  TRY_AS(const auto row, find_outgoing(tx, workspace_id, id));
  if (!row || row->state != OutgoingState::Sending) return {};
  TRY(tx.post(kMakeUnknown, workspace_id, id));
  TRY_AS(const auto facts, load_facts(tx, *row));
  count(tx, *row, facts, facts.sending_at_ms > 0 ? facts.sending_at_ms : now_ms);
  return {};
}

Result<> settle_unconfirmed(db::Tx& tx, std::int64_t workspace_id, std::int64_t id, TimeMs now_ms) {
  TRY_AS(const auto row, find_outgoing(tx, workspace_id, id));
  if (!row || row->state != OutgoingState::Unknown) return {};
  TRY(tx.post(kMakeUnconfirmed, workspace_id, id, now_ms));
  TRY_AS(const auto facts, load_facts(tx, *row));
  if (!row->is_counted) TRY(advance(tx, *row, facts, {.at_ms = facts.sending_at_ms}));
  TRY_AS(const auto membership, leads::load_membership(tx, workspace_id, row->campaign_lead_id));
  return record_for(tx, *row, membership, facts.variant_id, EventType::SendUnconfirmed, now_ms);
}

Result<> settle_failed(db::Tx& tx, const Outgoing& row, const Decision& decision, TimeMs now_ms) {
  const auto code = decision.smtp_code == 0 ? std::nullopt : std::optional(decision.smtp_code);
  TRY(tx.run(
      kMakeFailed, row.workspace_id, row.id, now_ms, code, decision.text, decision.bounce, decision.reason));
  TRY_AS(const auto membership, leads::load_membership(tx, row.workspace_id, row.campaign_lead_id));
  // Whoever a mail was forwarded to is not the lead.
  if (row.kind == OutgoingKind::Forward) return {};
  const bool is_bounce = decision.lead == LeadFate::Blocked || decision.lead == LeadFate::GivenUp;
  if (is_bounce) TRY(bounce(tx, row, membership, decision.lead, now_ms));
  if (row.kind != OutgoingKind::Step && decision.lead != LeadFate::Blocked) return {};

  const auto event = event_of(decision.lead);
  const bool applies = event && campaigns::after(membership.state, *event);
  if (applies)
    TRY(leads::apply(
        tx, membership, *event, {.text = cause_of(decision.lead), .message_id = row.message_id}, now_ms));
  if (row.kind != OutgoingKind::Step) return {};
  TRY(tx.run(kEndLead, row.workspace_id, row.campaign_lead_id, decision.reason));
  if (!row.first_step_date) return {};
  TRY(tx.run(kFreeNewLead, row.workspace_id, row.campaign_id, *row.first_step_date));
  return {};
}

Result<bool> confirm_sent(db::Tx& tx, std::int64_t workspace_id, std::int64_t message_id, TimeMs now_ms) {
  TRY_AS(const auto row, tx.row(kOfMessage, workspace_id, message_id));
  if (!row) return false;
  return settle_sent(tx, workspace_id, row->int64(0), {.at_ms = now_ms});
}

std::string provider_id_in(std::string_view reply_text) {
  constexpr std::size_t kIdBytesMax = 250;
  const auto open = reply_text.find('<');
  const auto close = reply_text.find('>', open);
  if (open == std::string_view::npos || close == std::string_view::npos) return {};
  const auto id = reply_text.substr(open + 1, close - open - 1);
  const bool is_rewritten = find_ignoring_case(id, ".outlook.com") != std::string_view::npos;
  const bool is_clean = id.find_first_of(" \t<") == std::string_view::npos && id.size() <= kIdBytesMax;
  return is_rewritten && is_clean ? std::string(id) : std::string();
}

}  // namespace outrider::sending
