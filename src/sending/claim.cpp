#include "sending/claim.h"

#include <algorithm>

#include "campaigns/sequence_store.h"
#include "core/encoding.h"
#include "core/ids.h"
#include "core/log.h"
#include "core/strings.h"
#include "leads/membership.h"
#include "leads/suppression.h"
#include "mail/address.h"
#include "mail/compose.h"
#include "sending/lead_fields.h"
#include "sending/schedule_columns.h"
#include "sending/thread_store.h"
#include "sending/variants.h"

namespace outrider::sending {
namespace {

using campaigns::LeadEvent;
using campaigns::LeadState;

constexpr std::size_t kPreviewCharacters = 140;
constexpr TimeMs kBrokenStepRetryMs = kHourMs;
constexpr TimeMs kFirstMailApartMs = kDayMs;  // of two campaigns to one person
constexpr TimeMs kFirstMailRetryMs = 15 * kMinuteMs;

constexpr db::Query kLead{"sending.claim_lead", R"sql(
  SELECT campaign_lead.state, campaign_lead.is_claimed, campaign_lead.next_seq, campaign_lead.lead_id,
         campaign_lead.sent_count, campaign_lead.last_sent_at_ms, campaign_lead.is_unsubscribed,
         lead.is_unsubscribed, campaign_lead.client_id, lead.email, lead.first_name,
         lead.last_name, lead.phone_number, lead.company_name, lead.website,
         lead.location, lead.linkedin_profile, lead.company_url, lead.custom_fields
    FROM campaign_lead
    JOIN lead
      ON lead.workspace_id = campaign_lead.workspace_id AND lead.id = campaign_lead.lead_id
   WHERE campaign_lead.workspace_id = $1
     AND campaign_lead.id = $2
)sql"};

// The same person's places in other campaigns that got a first mail since $4, or are about to.
constexpr db::Query kFirstElsewhere{"sending.first_mail_elsewhere", R"sql(
  SELECT COALESCE(first_sent_at_ms, 0)
    FROM campaign_lead
   WHERE workspace_id = $1
     AND lead_id = $2
     AND id <> $3
     AND (first_sent_at_ms > $4 OR (is_claimed = 1 AND sent_count = 0))
   ORDER BY COALESCE(first_sent_at_ms, 0) DESC, id
   LIMIT 1
)sql"};

constexpr db::Query kTake{"sending.take_lead", R"sql(
  UPDATE campaign_lead
     SET is_claimed = 1,
         mailbox_id = $3,
         next_seq = $5,
         next_attempt_ms = $6
   WHERE workspace_id = $1
     AND id = $2
     AND is_claimed = 0
     AND state IN (0, 1)
     AND next_seq = $4
     AND (mailbox_id IS NULL OR mailbox_id = $3)
)sql"};
static_assert(static_cast<int>(LeadState::Started) == 0 && static_cast<int>(LeadState::InProgress) == 1);

constexpr db::Query kAddMessage{"sending.add_message", R"sql(
  INSERT INTO message (workspace_id, stats_id, campaign_lead_id, campaign_id, lead_id, mailbox_id, direction,
                       kind, step_id, seq_number, variant_id, header_id, from_email, from_name, to_email,
                       subject, track_opens, track_clicks, created_at_ms)
  VALUES ($1, $2, $3, $4, $5, $6, 0, 0, $7, $8, $9, $10, $11, $12, $13, '', $14, $15, $16)
  RETURNING id
)sql"};

constexpr db::Query kAddRow{"sending.add_outgoing", R"sql(
  INSERT INTO outgoing (workspace_id, kind, campaign_lead_id, campaign_id, step_id, message_id, mailbox_id,
                        header_id, state, not_before_ms, first_step_date, created_at_ms)
  VALUES ($1, 0, $2, $3, $4, $5, $6, $7, 0, $8, $9, $10)
      ON CONFLICT DO NOTHING
  RETURNING id
)sql"};

constexpr db::Query kRenderMessage{"sending.store_rendered", R"sql(
  UPDATE message
     SET subject = $3,
         thread_subject = $4,
         starts_thread = $5,
         preview = $6
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kAddBody{"sending.add_body", R"sql(
  INSERT INTO message_body (workspace_id, message_id, html, text)
  VALUES ($1, $2, $3, $4)
)sql"};

constexpr db::Query kAddHeaderId{"sending.add_header_id", R"sql(
  INSERT INTO message_header_id (workspace_id, header_id, message_id)
  VALUES ($1, $2, $3)
)sql"};

constexpr db::Query kAddLink{"sending.add_link", R"sql(
  INSERT INTO message_link (workspace_id, message_id, link_index, url)
  VALUES ($1, $2, $3, $4)
)sql"};

constexpr db::Query kDropMessage{"sending.drop_unclaimed_message", R"sql(
  DELETE FROM message
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kCountVariant{"sending.count_variant", R"sql(
  UPDATE step_variant
     SET claimed = claimed + $3
   WHERE workspace_id = $1
     AND id = $2
)sql"};

// Named so that it comes before the mailboxes, as in every other transaction (db/sums.h).
constexpr db::Query kReserve{"sending.count_new_lead", R"sql(
  INSERT INTO campaign_day (workspace_id, campaign_id, local_date, new_leads)
  VALUES ($1, $2, $3, $4)
      ON CONFLICT (workspace_id, campaign_id, local_date)
      DO UPDATE SET new_leads = campaign_day.new_leads + excluded.new_leads
)sql"};

constexpr db::Query kHold{"sending.hold_lead", R"sql(
  UPDATE campaign_lead
     SET reason = $3,
         due_at_ms = $4,
         next_attempt_ms = $4,
         updated_at_ms = $5
   WHERE workspace_id = $1
     AND id = $2
)sql"};

std::vector<std::int64_t> shares_of(const campaigns::SequenceStep& step) {
  if (step.distribution == campaigns::Distribution::ManualPercentage) {
    std::vector<double> percents;
    for (const auto& variant : step.variants) percents.push_back(variant.percentage.value_or(0));
    if (auto shares = percentage_shares(percents)) return *std::move(shares);
  }
  return equal_shares(step.variants.size());
}

/// The first line or so of the text, for lists.
std::string preview_of(std::string_view text) {
  std::string line;
  bool is_blank = true;
  for (const char c : text.substr(0, 8 * kPreviewCharacters)) {
    const bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (blank && is_blank) continue;
    line += blank ? ' ' : c;
    is_blank = blank;
  }
  const auto whole = to_valid_utf8(line);
  return std::string(utf8_prefix(whole, kPreviewCharacters));
}

WallTime wall_time(const Zone& zone, TimeMs at_ms) {
  const auto local = zone.local(at_ms);
  const auto local_ms = local.day * kDayMs + local.in_day_ms;
  return {.local_ms = local_ms, .utc_offset_minutes = static_cast<int>((local_ms - at_ms) / kMinuteMs)};
}

/// BEHAVIOUR 1.9 step 6: one first mail to a person within 24 hours, whatever campaigns they are in.
Result<std::optional<NotYet>> mailed_elsewhere(db::Tx& tx,
                                               const ClaimOrder& order,
                                               const campaigns::Campaign& campaign,
                                               std::int64_t lead_id,
                                               TimeMs now_ms) {
  if (order.work != Work::NewLead || campaign.settings.repeats_first_mail) return std::nullopt;
  const auto since_ms = order.slot_ms - kFirstMailApartMs;
  const auto& head = order.head;
  TRY_AS(const auto row, tx.row(kFirstElsewhere, head.workspace_id, lead_id, head.lead_map_id, since_ms));
  if (!row) return std::nullopt;
  const auto free_ms = row->int64(0) + kFirstMailApartMs;
  return NotYet{Reason::RecentlyMailed, std::max(free_ms, now_ms + kFirstMailRetryMs)};
}

Result<std::optional<LeadEvent>> suppressed_by(db::Tx& tx, std::int64_t workspace_id, const db::Row& lead) {
  if (lead.flag(7)) return LeadEvent::UnsubscribedEverywhere;
  if (lead.flag(6)) return LeadEvent::Unsubscribed;
  TRY_AS(const auto is_suppressed, leads::is_suppressed(tx, workspace_id, lead.opt_int64(8), lead.text(9)));
  return is_suppressed ? std::optional(LeadEvent::BlockListed) : std::nullopt;
}

}  // namespace

/// One transaction's worth of claims.
struct Claimer::Batch {
  db::Tx& tx;
  const ClaimWorld& world;
  TimeMs now_ms = 0;
  std::unordered_map<std::int64_t, std::vector<campaigns::SequenceStep>> steps = {};  // by campaign
  std::vector<OutgoingRef> claimed = {};
};

struct Claimer::Lead {
  std::int64_t lead_id = 0;
  std::string email;
  std::optional<TimeMs> last_sent_ms;
  bool is_first = true;
  Fields fields;
};

/// The text a lead gets.
struct Claimer::Choice {
  const campaigns::SequenceStep* step = nullptr;
  campaigns::Variant* variant = nullptr;  // nullptr: the step's own text

  std::optional<std::int64_t> variant_id() const {
    return variant == nullptr ? std::nullopt : std::optional(variant->id);
  }
};

namespace {

campaigns::Variant* choose(campaigns::SequenceStep& step, std::int64_t lead_id) {
  if (step.variants.empty()) return nullptr;
  const auto shares = shares_of(step);
  std::vector<Variant> counted;
  for (std::size_t i = 0; i < step.variants.size(); ++i)
    counted.push_back({.id = step.variants[i].id, .share = shares[i], .count = step.variants[i].claimed});
  const auto picked = pick_variant(counted, variant_tie(lead_id, step.id));
  return picked ? &step.variants[*picked] : nullptr;
}

}  // namespace

std::string tracking_base_url(const MailboxRecord& mailbox, const std::string& public_url) {
  std::string url = mailbox.custom_tracking_url.value_or("");
  if (url.empty()) url = public_url;
  if (!starts_with_ignoring_case(url, "http://") && !starts_with_ignoring_case(url, "https://"))
    url = "https://" + url;
  while (url.ends_with('/')) url.pop_back();
  return url;
}

Result<std::vector<OutgoingRef>> Claimer::claim(db::Tx& tx,
                                                std::span<const ClaimOrder> orders,
                                                const ClaimWorld& world,
                                                TimeMs now_ms) {
  Batch batch{.tx = tx, .world = world, .now_ms = now_ms};
  for (const auto& order : orders) TRY(claim_one(batch, order));
  return std::move(batch.claimed);
}

Result<> Claimer::claim_one(Batch& batch, const ClaimOrder& order) {
  const auto& head = order.head;
  const auto& campaign = batch.world.campaigns.at(head.campaign_id);
  TRY_AS(const auto row, batch.tx.row(kLead, head.workspace_id, head.lead_map_id));
  if (!row || row->flag(1) || row->int64(2) != head.next_seq) return {};
  TRY_AS(const auto event, suppressed_by(batch.tx, head.workspace_id, *row));
  if (event) {
    TRY_AS(const auto membership, leads::load_membership(batch.tx, head.workspace_id, head.lead_map_id));
    TRY(leads::apply(batch.tx, membership, *event, {.text = "SUPPRESSED"}, batch.now_ms));
    return {};
  }
  TRY_AS(const auto recently, mailed_elsewhere(batch.tx, order, campaign, row->int64(3), batch.now_ms));
  if (recently) return put_off(batch, order, *recently);
  TRY_AS(auto* const steps, steps_of(batch, campaign));
  const auto step = std::ranges::find_if(
      *steps, [&](const campaigns::SequenceStep& one) { return one.seq_number >= head.next_seq; });
  if (step == steps->end()) return {};

  const Lead lead{.lead_id = row->int64(3),
                  .email = row->string(9),
                  .last_sent_ms = row->opt_int64(5),
                  .is_first = row->int64(4) == 0,
                  .fields = lead_fields(*row, 9)};
  return store(batch, order, lead, {.step = &*step, .variant = choose(*step, lead.lead_id)});
}

Result<std::vector<campaigns::SequenceStep>*> Claimer::steps_of(Batch& batch,
                                                                const campaigns::Campaign& campaign) {
  const auto known = batch.steps.find(campaign.id);
  if (known != batch.steps.end()) return &known->second;
  TRY_AS(auto steps, campaigns::list_steps(batch.tx, campaign.workspace_id, campaign.id));
  return &batch.steps.emplace(campaign.id, std::move(steps)).first->second;
}

Result<std::shared_ptr<const MailTemplate>> Claimer::compiled(const Choice& choice) {
  const auto version = choice.variant == nullptr ? choice.step->version : choice.variant->version;
  const TemplateKey key{{choice.step->id, choice.variant_id().value_or(0)}, version};
  if (const auto known = templates_.find(key); known != templates_.end()) return known->second;
  const auto& subject =
      choice.variant == nullptr ? choice.step->subject.value_or("") : choice.variant->subject;
  const auto& body = choice.variant == nullptr ? choice.step->body.value_or("") : choice.variant->body;
  TRY_AS(auto mail, MailTemplate::compile(subject, body));
  if (templates_.size() >= kTemplatesMax) templates_.clear();
  return templates_.emplace(key, std::make_shared<const MailTemplate>(std::move(mail))).first->second;
}

Result<RenderedMail> Claimer::render(
    Batch& batch, const ClaimOrder& order, const Lead& lead, const Choice& choice, std::int64_t message_id) {
  using tracking::Switch;
  const auto& campaign = batch.world.campaigns.at(order.head.campaign_id);
  const auto& mailbox = batch.world.mailboxes.at(order.mailbox_id);
  const auto workspace_id = campaign.workspace_id;
  TRY_AS(const auto mail, compiled(choice));
  std::vector<ThreadMessage> thread;
  if (!lead.is_first || campaign.parent_campaign_id) {
    TRY_AS(thread, load_thread(batch.tx, workspace_id, order.head.lead_map_id));
  }
  const tracking::MessageLinks links(
      settings_.signer, tracking_base_url(mailbox, settings_.public_url), workspace_id, message_id);
  const auto spin_key = settings_.master_key.derive("spintax " + std::to_string(workspace_id));
  const auto zone = campaign.schedule ? zone_or_utc(campaign.schedule->timezone) : Zone();
  const auto& settings = campaign.settings;
  const auto sender = mailbox.sender();
  return render_message(
      {.mail = *mail,
       .fields = lead.fields,
       .sender = sender,
       .thread = thread,
       .links = links,
       .tracking = {.clicks = settings.track_clicks ? Switch::On : Switch::Off,
                    .opens = settings.track_opens ? Switch::On : Switch::Off,
                    .unsubscribe_text = settings.unsubscribe_text.value_or("")},
       .form =
           settings.send_as_plain_text || settings.force_plain_text ? BodyForm::PlainText : BodyForm::Html,
       .now = wall_time(zone, order.slot_ms),
       .last_touch = lead.last_sent_ms ? std::optional(wall_time(zone, *lead.last_sent_ms)) : std::nullopt,
       .seed = spin_seed({.workspace_key = spin_key,
                          .campaign_id = campaign.id,
                          .lead_id = lead.lead_id,
                          .step_id = choice.step->id,
                          .variant_id = choice.variant_id().value_or(0)})});
}

Result<std::int64_t> Claimer::add_message(
    Batch& batch, const ClaimOrder& order, const Lead& lead, const Choice& choice, std::string_view mail_id) {
  const auto& campaign = batch.world.campaigns.at(order.head.campaign_id);
  const auto& mailbox = batch.world.mailboxes.at(order.mailbox_id);
  const auto stats_id = uuid_v7(batch.now_ms);
  TRY_AS(const auto message,
         batch.tx.row(kAddMessage,
                      order.head.workspace_id,
                      stats_id,
                      order.head.lead_map_id,
                      campaign.id,
                      lead.lead_id,
                      mailbox.id,
                      choice.step->id,
                      choice.step->seq_number,
                      choice.variant_id(),
                      mail_id,
                      mailbox.from_email,
                      mailbox.from_name,
                      lead.email,
                      campaign.settings.track_opens,
                      campaign.settings.track_clicks,
                      batch.now_ms));
  return message->int64(0);
}

Result<> Claimer::store(Batch& batch, const ClaimOrder& order, const Lead& lead, const Choice& choice) {
  auto& tx = batch.tx;
  const auto& head = order.head;
  const auto& campaign = batch.world.campaigns.at(head.campaign_id);
  const auto& mailbox = batch.world.mailboxes.at(order.mailbox_id);
  // A broken text must be known before the lead is taken.
  if (const auto mail = compiled(choice); !mail) return hold(batch, order, mail.error().message);
  TRY_AS(const auto taken,
         tx.run(kTake,
                head.workspace_id,
                head.lead_map_id,
                mailbox.id,
                head.next_seq,
                choice.step->seq_number,
                order.slot_ms));
  if (taken != 1) return {};

  const auto mail_id = header_id(order, mailbox, lead, choice.step->id);
  TRY_AS(const auto message_id, add_message(batch, order, lead, choice, mail_id));
  const auto zone = campaign.schedule ? zone_or_utc(campaign.schedule->timezone) : Zone();
  const auto reserved = lead.is_first ? std::optional(zone.day_of(order.slot_ms)) : std::nullopt;
  TRY_AS(const auto row,
         tx.row(kAddRow,
                head.workspace_id,
                head.lead_map_id,
                campaign.id,
                choice.step->id,
                message_id,
                mailbox.id,
                mail_id,
                order.slot_ms,
                reserved,
                batch.now_ms));
  if (!row) {
    // The step was sent or refused before: its row stands, and so does the lead's claim.
    TRY(tx.run(kDropMessage, head.workspace_id, message_id));
    return {};
  }
  TRY_AS(const auto mail, render(batch, order, lead, choice, message_id));
  TRY(store_content(batch, order, message_id, mail));
  TRY(tx.post(kAddHeaderId, head.workspace_id, mail_id, message_id));
  if (choice.variant != nullptr) {
    ++choice.variant->claimed;
    tx.add(kCountVariant, {head.workspace_id, choice.variant->id}, {1});
  }
  if (reserved) tx.add(kReserve, {head.workspace_id, campaign.id, *reserved}, {1});
  if (order.work == Work::NewLead) note_served(tx, head.workspace_id, campaign.id, order.slot_ms);
  note_slot(tx, head.workspace_id, mailbox.id, order.slot_ms);
  batch.claimed.push_back({.workspace_id = head.workspace_id,
                           .id = row->int64(0),
                           .mailbox_id = mailbox.id,
                           .not_before_ms = order.slot_ms});
  return {};
}

/// Made from what the mail is, not drawn: when a claim was given up before anything left, the next one of
/// this step gives the mail the same id. The address keeps two people apart whose rows had the same numbers
/// before and after a restored backup.
std::string Claimer::header_id(const ClaimOrder& order,
                               const MailboxRecord& mailbox,
                               const Lead& lead,
                               std::int64_t step_id) const {
  constexpr std::size_t kIdBytes = 13;
  const auto& head = order.head;
  const auto facts = std::to_string(head.workspace_id) + '/' + std::to_string(head.campaign_id) + '/' +
                     std::to_string(head.lead_map_id) + '/' + std::to_string(step_id) + '/' + lead.email;
  const auto unique = hex_encode(hmac_sha256(id_key_, facts).substr(0, kIdBytes));
  return mail::make_message_id(unique + "." + std::to_string(head.lead_map_id), mailbox.from_email);
}

Result<> Claimer::store_content(Batch& batch,
                                const ClaimOrder& order,
                                std::int64_t message_id,
                                const RenderedMail& mail) {
  const auto workspace_id = order.head.workspace_id;
  const auto& subject = mail.headers.subject;
  const auto opens_thread = mail.headers.starts_thread;
  const auto preview = preview_of(mail.text);
  const auto html = mail.html.empty() ? std::nullopt : std::optional<std::string_view>(mail.html);
  TRY(batch.tx.post(kRenderMessage,
                    workspace_id,
                    message_id,
                    subject,
                    opens_thread ? std::optional<std::string_view>(subject) : std::nullopt,
                    opens_thread,
                    preview));
  TRY(batch.tx.post(kAddBody, workspace_id, message_id, html, mail.text));
  std::int64_t index = 0;
  for (const auto& url : mail.links) TRY(batch.tx.post(kAddLink, workspace_id, message_id, index++, url));
  return {};
}

Result<> Claimer::hold(Batch& batch, const ClaimOrder& order, std::string_view why) {
  log::warn("sending.step_broken",
            {{"campaign_id", order.head.campaign_id}, {"lead_map_id", order.head.lead_map_id}, {"why", why}});
  return put_off(batch, order, {Reason::StepFailed, batch.now_ms + kBrokenStepRetryMs});
}

/// The lead is not looked at before that instant, so that it stands in nobody's way.
Result<> Claimer::put_off(Batch& batch, const ClaimOrder& order, const NotYet& not_yet) {
  TRY(batch.tx.run(kHold,
                   order.head.workspace_id,
                   order.head.lead_map_id,
                   not_yet.reason,
                   not_yet.next_attempt_ms,
                   batch.now_ms));
  return {};
}

}  // namespace outrider::sending
