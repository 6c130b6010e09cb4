#include "receiving/effects.h"

#include <algorithm>

#include "analytics/event.h"
#include "core/time_text.h"
#include "core/zone.h"
#include "inbox/importance.h"
#include "inbox/outgoing.h"
#include "inbox/search.h"
#include "leads/category.h"
#include "leads/membership.h"
#include "leads/store.h"
#include "leads/subsequence.h"
#include "leads/suppression.h"
#include "leads/unsubscribe.h"
#include "mail/address.h"
#include "mail/domain.h"
#include "receiving/categorise_reply.h"
#include "receiving/store.h"
#include "sending/outcome.h"
#include "wire/json.h"

namespace outrider::receiving {
namespace {

using analytics::EventType;
using campaigns::LeadEvent;
using inbox::MessageKind;
using leads::Category;
using leads::SuppressionSource;

inbox::ThreadKey key_of(const Arrival& arrival, const Target& target) {
  return {.workspace_id = arrival.mailbox.workspace_id, .campaign_lead_id = target.thread.campaign_lead_id};
}

/// Never before the mail it answers, whatever the clocks of others say.
TimeMs arrived_ms(const Arrival& arrival, const Target& target) {
  const TimeMs answered_ms = target.answered ? target.answered->at_ms.value_or(0) : 0;
  return std::max(arrival.received_ms, answered_ms);
}

Result<std::int64_t> store_in_thread(db::Tx& tx,
                                     const Arrival& arrival,
                                     const Target& target,
                                     MessageKind kind) {
  const NewMessage message{.mailbox = arrival.mailbox,
                           .kind = kind,
                           .campaign_lead_id = target.thread.campaign_lead_id,
                           .campaign_id = target.thread.campaign_id,
                           .lead_id = target.thread.lead_id,
                           .answers_id = target.answered ? std::optional(target.answered->id) : std::nullopt,
                           .message_class = arrival.classification.message_class,
                           .rule = arrival.classification.rule,
                           .at_ms = arrived_ms(arrival, target),
                           .now_ms = arrival.now_ms};
  TRY_AS(const auto id, store_message(tx, message, arrival.parsed, arrival.reading.new_text));
  TRY(store_body(tx, arrival.mailbox.workspace_id, id, arrival.parsed, arrival.reading.new_text));
  return id;
}

/// What the event is about: the step and variant of the mail that was answered.
struct Fact {
  EventType type = EventType::Replied;
  bool is_first = false;
  std::string data = "{}";
};
Result<> record(db::Tx& tx, const Arrival& arrival, const Target& target, Fact fact) {
  const auto& thread = target.thread;
  const auto& answered = target.answered;
  return analytics::record(tx,
                           {.workspace_id = arrival.mailbox.workspace_id,
                            .type = fact.type,
                            .at_ms = arrived_ms(arrival, target),
                            .campaign_id = thread.campaign_id,
                            .campaign_lead_id = thread.campaign_lead_id,
                            .lead_id = thread.lead_id,
                            .client_id = thread.client_id,
                            .mailbox_id = arrival.mailbox.id,
                            .message_id = answered ? std::optional(answered->id) : std::nullopt,
                            .step_id = answered ? answered->step_id : std::nullopt,
                            .variant_id = answered ? answered->variant_id : std::nullopt,
                            .is_first = fact.is_first,
                            .data = std::move(fact.data)});
}

/// Applies an event to one lead map where it applies there.
Result<> move_lead(db::Tx& tx,
                   const Arrival& arrival,
                   std::int64_t campaign_lead_id,
                   LeadEvent event,
                   const leads::Cause& cause) {
  TRY_AS(const auto membership, leads::load_membership(tx, arrival.mailbox.workspace_id, campaign_lead_id));
  if (!campaigns::after(membership.state, event)) return {};
  TRY(leads::apply(tx, membership, event, cause, arrival.now_ms));
  return {};
}

/// From every campaign of the workspace. An entry that stands already stays as it is.
Result<> suppress(db::Tx& tx, const Arrival& arrival, const std::string& email, SuppressionSource source) {
  TRY(leads::add_suppressions(
      tx,
      {.workspace_id = arrival.mailbox.workspace_id, .client_id = {}, .source = source},
      {email},
      arrival.now_ms));
  return {};
}

Result<> label(
    db::Tx& tx, const Arrival& arrival, const Target& target, Category category, std::int64_t message_id) {
  TRY(leads::set_category(tx,
                          arrival.mailbox.workspace_id,
                          target.thread.campaign_lead_id,
                          leads::by_rule(category),
                          {.text = "CATEGORY", .message_id = message_id},
                          arrival.now_ms));
  return {};
}

constexpr db::Query kColleagues{"receiving.colleagues", R"sql(
  SELECT id
    FROM campaign_lead
   WHERE workspace_id = $1
     AND lead_domain = $2
     AND COALESCE(client_id, 0) = $3
     AND state IN (0, 1)
     AND id <> $4
   ORDER BY id
   LIMIT $5
)sql"};
static_assert(static_cast<int>(campaigns::LeadState::Started) == 0 &&
              static_cast<int>(campaigns::LeadState::InProgress) == 1);

/// Leads of the same company wait for a person's decision, when the campaign says so. Nothing follows from a
/// domain whose users are strangers to each other.
Result<> pause_company(db::Tx& tx, const Arrival& arrival, const Target& target, std::int64_t message_id) {
  const auto& thread = target.thread;
  if (!thread.pause_domain_on_reply || mail::is_shared_domain(thread.lead_domain)) return {};
  TRY_AS(const auto rows,
         tx.rows(kColleagues,
                 arrival.mailbox.workspace_id,
                 thread.lead_domain,
                 thread.client_id.value_or(0),
                 thread.campaign_lead_id,
                 kDomainPausesMax));
  for (const auto& row : rows)
    TRY(move_lead(tx,
                  arrival,
                  row.int64(0),
                  LeadEvent::DomainReplied,
                  {.text = "DOMAIN_REPLY", .message_id = message_id}));
  return {};
}

/// What a person planned to send before this answer came needs a second look (BEHAVIOUR 3.11).
Result<> hold_scheduled(db::Tx& tx, const Arrival& arrival, const Target& target) {
  const auto& thread = target.thread;
  TRY_AS(const auto held,
         inbox::hold_replies(tx, arrival.mailbox.workspace_id, thread.campaign_lead_id, arrival.now_ms));
  for (const auto message_id : held)
    TRY(analytics::record(tx,
                          {.workspace_id = arrival.mailbox.workspace_id,
                           .type = EventType::ReplyHeld,
                           .at_ms = arrival.now_ms,
                           .campaign_id = thread.campaign_id,
                           .campaign_lead_id = thread.campaign_lead_id,
                           .lead_id = thread.lead_id,
                           .client_id = thread.client_id,
                           .mailbox_id = arrival.mailbox.id,
                           .message_id = message_id}));
  return {};
}

std::string reply_data(const Arrival& arrival, const Target& target, std::int64_t message_id) {
  const auto& parsed = arrival.parsed;
  const auto facts = lead_correspondence(target.thread.lead,
                                         parsed.sender(),
                                         parsed.from.empty() ? std::string_view() : parsed.from.front().name);
  std::string data;
  wire::Writer(data)
      .begin_object()
      .member("reply_id", message_id)
      .key("leadCorrespondence")
      .begin_object()
      .member("targetLeadEmail", facts.target_lead_email)
      .member("replyReceivedFrom", facts.reply_received_from)
      .member("repliedCompanyDomain", wire_word(facts.replied_company_domain))
      .member("samePersonGuess", facts.same_person_guess)
      .end_object()
      .end_object();
  return data;
}

/// The inbox row, the count and the search text: common to everything that counts as an answer.
Result<> count_reply(db::Tx& tx, const Arrival& arrival, const Target& target, std::int64_t message_id) {
  const TimeMs at_ms = arrived_ms(arrival, target);
  TRY(inbox::thread_replied(tx, key_of(arrival, target), message_id, at_ms));
  TRY(inbox::index_thread(tx, arrival.mailbox.workspace_id, target.thread.campaign_lead_id));
  TRY(inbox::refresh_importance(tx, key_of(arrival, target)));
  if (!target.thread.track_replies) return {};
  bool is_first = false;
  if (target.answered) {
    TRY_AS(is_first, mark_replied(tx, arrival.mailbox.workspace_id, target.answered->id, at_ms));
  }
  return record(
      tx,
      arrival,
      target,
      {.type = EventType::Replied, .is_first = is_first, .data = reply_data(arrival, target, message_id)});
}

/// A person answered: this thread ends and so do the person's others, in every campaign, but for subsequences
/// of this one that were told to go on.
Result<> stop_person(db::Tx& tx, const Arrival& arrival, const Target& target, std::int64_t message_id) {
  const auto& thread = target.thread;
  TRY(move_lead(
      tx, arrival, thread.campaign_lead_id, LeadEvent::Replied, {.text = "REPLY", .message_id = message_id}));
  const leads::Cause elsewhere{.text = "REPLY_ELSEWHERE", .message_id = message_id};
  TRY_AS(const auto places, leads::memberships_of_lead(tx, arrival.mailbox.workspace_id, thread.lead_id));
  TRY_AS(const auto unmoved,
         leads::places_unmoved_by_reply(tx, arrival.mailbox.workspace_id, thread.campaign_lead_id));
  for (const auto& place : places)
    if (place.id != thread.campaign_lead_id && std::ranges::find(unmoved, place.id) == unmoved.end())
      TRY(leads::apply(tx, place, LeadEvent::Replied, elsewhere, arrival.now_ms));
  for (const auto other : target.also_stop) TRY(move_lead(tx, arrival, other, LeadEvent::Replied, elsewhere));
  return {};
}

/// When a lead that is away is written to again: the day after the day of return, at the opening of the
/// window.
TimeMs resume_at_ms(const Arrival& arrival, const Thread& thread) {
  const Zone zone = Zone::load(thread.timezone).value_or(Zone());
  const auto return_day = arrival.classification.return_day;
  const LocalDay day =
      return_day ? *return_day + kReturnMarginDays
                 : zone.day_of(arrival.now_ms) + thread.ooo_reactivate_days.value_or(kReturnDefaultDays);
  return std::max(zone.midnight(day), arrival.now_ms);
}

Result<> pause_until_return(db::Tx& tx,
                            const Arrival& arrival,
                            const Target& target,
                            std::int64_t message_id) {
  const auto& thread = target.thread;
  TRY_AS(auto membership, leads::load_membership(tx, arrival.mailbox.workspace_id, thread.campaign_lead_id));
  TRY_AS(const bool paused,
         leads::apply(tx,
                      membership,
                      LeadEvent::OutOfOfficePaused,
                      {.text = "OUT_OF_OFFICE", .message_id = message_id},
                      arrival.now_ms));
  if (!paused && !thread.paused_until_return) return {};
  return leads::resume_later(tx, membership, resume_at_ms(arrival, thread));
}

Result<> out_of_office(db::Tx& tx, const Arrival& arrival, const Target& target, std::int64_t message_id) {
  const auto& thread = target.thread;
  if (thread.ooo_categorise) TRY(label(tx, arrival, target, Category::OutOfOffice, message_id));
  if (thread.ooo_reactivate) TRY(pause_until_return(tx, arrival, target, message_id));
  if (thread.ooo_ignore_as_reply)
    return inbox::thread_noted(tx, key_of(arrival, target), message_id, arrived_ms(arrival, target));
  TRY(inbox::thread_replied(tx, key_of(arrival, target), message_id, arrived_ms(arrival, target)));
  TRY(inbox::index_thread(tx, arrival.mailbox.workspace_id, thread.campaign_lead_id));
  // Told to whoever listens for replies, but never the first of a message: it stays out of the reply rate.
  return record(
      tx, arrival, target, {.type = EventType::Replied, .data = reply_data(arrival, target, message_id)});
}

constexpr db::Query kRestAfterSoftBounce{"receiving.rest_after_soft_bounce", R"sql(
  UPDATE campaign_lead
     SET soft_bounces = soft_bounces + 1,
         due_at_ms = CASE WHEN due_at_ms < $3 THEN $3 ELSE due_at_ms END,
         updated_at_ms = $4
   WHERE workspace_id = $1
     AND id = $2
)sql"};

/// The address is gone: nothing leaves for it any more, in no campaign.
Result<> block_address(db::Tx& tx, const Arrival& arrival, const Target& target, std::int64_t message_id) {
  const auto& thread = target.thread;
  const auto workspace_id = arrival.mailbox.workspace_id;
  TRY(suppress(tx, arrival, thread.lead.email, SuppressionSource::Bounce));
  TRY_AS(const auto places, leads::memberships_of_lead(tx, workspace_id, thread.lead_id));
  for (const auto& place : places)
    TRY(leads::apply(
        tx, place, LeadEvent::HardBounced, {.text = "BOUNCE", .message_id = message_id}, arrival.now_ms));
  return inbox::thread_bounced(tx, key_of(arrival, target), arrived_ms(arrival, target));
}

std::string bounce_data(const DeliveryReport& report) {
  std::string data;
  wire::Writer(data)
      .begin_object()
      .member("class", mail::name_of(report.bounce_class))
      .member("status", report.status)
      .member("code", report.code)
      .member("text", report.diagnostic)
      .member("recipient", report.recipient)
      .end_object();
  return data;
}

/// Lead and mailbox as the table of 3.6 says; true when the recipient's address is to blame.
Result<bool> judge_bounce(db::Tx& tx, const Arrival& arrival, const Target& target, std::int64_t message_id) {
  const auto bounce = arrival.reading.report->bounce_class;
  const bool is_full = bounce == mail::BounceClass::MailboxFull;
  if (bounce == mail::BounceClass::Temporary) return false;
  if (is_full && target.thread.soft_bounces < sending::kSoftBouncesMax) {
    TRY(tx.run(kRestAfterSoftBounce,
               arrival.mailbox.workspace_id,
               target.thread.campaign_lead_id,
               arrival.now_ms + sending::kSoftBounceRetryMs,
               arrival.now_ms));
    return false;
  }
  if (is_full) {
    TRY(move_lead(tx,
                  arrival,
                  target.thread.campaign_lead_id,
                  LeadEvent::HardBounced,
                  {.text = "MAILBOX_FULL", .message_id = message_id}));
    TRY(inbox::thread_bounced(tx, key_of(arrival, target), arrived_ms(arrival, target)));
    return true;
  }
  if (bounce == mail::BounceClass::Invalid) {
    TRY(block_address(tx, arrival, target, message_id));
    return true;
  }
  TRY(label(tx, arrival, target, Category::SenderOriginatedBounce, message_id));
  return false;
}

}  // namespace

Result<Target> load_target(db::Tx& tx,
                           const MailboxKey& mailbox,
                           std::int64_t campaign_lead_id,
                           std::optional<std::int64_t> message_id) {
  TRY_AS(auto thread, load_thread(tx, mailbox.workspace_id, campaign_lead_id));
  TRY_AS(const auto answered, find_answered(tx, mailbox.workspace_id, campaign_lead_id, message_id));
  return Target{.thread = std::move(thread), .answered = answered};
}

Result<std::int64_t> apply_reply(db::Tx& tx, const Arrival& arrival, const Target& target) {
  TRY_AS(const auto id, store_in_thread(tx, arrival, target, MessageKind::Answer));
  TRY(count_reply(tx, arrival, target, id));
  TRY(stop_person(tx, arrival, target, id));
  TRY(pause_company(tx, arrival, target, id));
  TRY(hold_scheduled(tx, arrival, target));
  TRY_AS(const auto place,
         leads::load_membership(tx, arrival.mailbox.workspace_id, target.thread.campaign_lead_id));
  TRY(leads::trigger_subsequences(
      tx,
      place,
      {.trigger = campaigns::Trigger::Replied, .has_replied = true, .message_id = id},
      arrival.now_ms));
  TRY(categorise_reply(tx, arrival, target, id));
  return id;
}

Result<std::int64_t> apply_auto_reply(db::Tx& tx, const Arrival& arrival, const Target& target) {
  TRY_AS(const auto id, store_in_thread(tx, arrival, target, MessageKind::AutoReply));
  TRY(record(tx, arrival, target, {.type = EventType::AutoReplied}));
  const auto kind = arrival.classification.auto_reply.value_or(AutoReplyKind::Other);
  if (kind == AutoReplyKind::OutOfOffice) {
    TRY(out_of_office(tx, arrival, target, id));
    return id;
  }
  TRY(inbox::thread_noted(tx, key_of(arrival, target), id, arrived_ms(arrival, target)));
  if (kind != AutoReplyKind::LeftCompany) return id;
  TRY(move_lead(tx,
                arrival,
                target.thread.campaign_lead_id,
                LeadEvent::Replied,
                {.text = "LEFT_COMPANY", .message_id = id}));
  TRY(label(tx, arrival, target, Category::WrongPerson, id));
  return id;
}

Result<std::int64_t> apply_unsubscribe(db::Tx& tx, const Arrival& arrival, const Target& target) {
  const bool is_written = arrival.classification.rule != "unsubscribe.token";
  TRY_AS(const auto id,
         store_in_thread(tx, arrival, target, is_written ? MessageKind::Answer : MessageKind::Other));
  if (is_written)
    TRY(count_reply(tx, arrival, target, id));
  else
    TRY(inbox::thread_noted(tx, key_of(arrival, target), id, arrived_ms(arrival, target)));
  TRY(hold_scheduled(tx, arrival, target));
  TRY_AS(const auto lead,
         leads::load(tx, {.workspace_id = arrival.mailbox.workspace_id}, target.thread.lead_id));
  TRY(leads::unsubscribe_everywhere(
      tx, lead, std::nullopt, {.text = "REPLY", .message_id = id}, arrival.now_ms));
  TRY(label(tx, arrival, target, Category::DoNotContact, id));
  // A colleague who answers for the lead wants no mail either.
  const std::string sender = mail::normalise_address(arrival.parsed.sender());
  if (!sender.empty() && sender != target.thread.lead.email)
    TRY(suppress(tx, arrival, sender, SuppressionSource::Unsubscribe));
  return id;
}

Result<std::int64_t> apply_bounce(db::Tx& tx, const Arrival& arrival, const Target& target) {
  TRY_AS(const auto id, store_in_thread(tx, arrival, target, MessageKind::Bounce));
  TRY_AS(const bool is_lead_at_fault, judge_bounce(tx, arrival, target, id));
  bool is_first = false;
  if (is_lead_at_fault && target.answered) {
    TRY_AS(is_first,
           mark_bounced(tx, arrival.mailbox.workspace_id, target.answered->id, arrived_ms(arrival, target)));
  }
  TRY(record(
      tx,
      arrival,
      target,
      {.type = EventType::Bounced, .is_first = is_first, .data = bounce_data(*arrival.reading.report)}));
  return id;
}

Result<std::int64_t> apply_complaint(db::Tx& tx, const Arrival& arrival, const Target& target) {
  TRY_AS(const auto id, store_in_thread(tx, arrival, target, MessageKind::Other));
  const auto workspace_id = arrival.mailbox.workspace_id;
  TRY(suppress(tx, arrival, target.thread.lead.email, SuppressionSource::Complaint));
  TRY_AS(const auto places, leads::memberships_of_lead(tx, workspace_id, target.thread.lead_id));
  for (const auto& place : places)
    TRY(leads::apply(
        tx, place, LeadEvent::BlockListed, {.text = "COMPLAINT", .message_id = id}, arrival.now_ms));
  TRY(label(tx, arrival, target, Category::DoNotContact, id));
  TRY(record(tx, arrival, target, {.type = EventType::Complaint, .is_first = true}));
  return id;
}

Result<std::int64_t> store_untracked(db::Tx& tx, const Arrival& arrival) {
  const NewMessage message{.mailbox = arrival.mailbox,
                           .kind = MessageKind::Other,
                           .message_class = arrival.classification.message_class,
                           .rule = arrival.classification.rule,
                           .at_ms = arrival.received_ms,
                           .now_ms = arrival.now_ms};
  TRY_AS(const auto id, store_message(tx, message, arrival.parsed, arrival.reading.new_text));
  TRY(analytics::record(tx,
                        {.workspace_id = arrival.mailbox.workspace_id,
                         .type = EventType::UntrackedReply,
                         .at_ms = arrival.received_ms,
                         .mailbox_id = arrival.mailbox.id,
                         .message_id = id}));
  return id;
}

}  // namespace outrider::receiving
