#include "receiving/ingest.h"

#include <algorithm>

#include "core/encoding.h"
#include "core/log.h"
#include "core/secrets.h"
#include "core/strings.h"
#include "mail/address.h"
#include "mail/mime.h"
#include "receiving/effects.h"
#include "receiving/lookup.h"
#include "receiving/store.h"
#include "sending/settle.h"

namespace outrider::receiving {
namespace {

constexpr std::size_t kFingerprintBytes = 16;

/// Message-ID, date and size; where there is no Message-ID, all that was read.
std::string fingerprint_of(const RawMessage& raw, const mail::ParsedMessage& message) {
  std::string text = message.message_id;
  if (text.empty()) text = raw.bytes;
  text += '\n';
  text += message.header("Date");
  text += '\n';
  text += std::to_string(raw.size_bytes);
  return hex_encode(sha256(text).substr(0, kFingerprintBytes));
}

std::vector<std::string> addressed_to(const mail::ParsedMessage& message) {
  std::vector<std::string> addresses;
  for (const auto& list : {message.to, message.cc})
    for (const auto& address : list) addresses.push_back(mail::normalise_address(address.email));
  if (const auto delivered = message.header("Delivered-To"); !delivered.empty())
    addresses.push_back(mail::normalise_address(trim(delivered)));
  return addresses;
}

/// What is known of one message before it is classified.
struct Findings {
  InboundFacts facts = {};
  std::optional<KnownMessage> about = {};  // a report, or an unsubscribe link: the mail of ours it names
  std::optional<std::int64_t> campaign_lead_id = {};
  std::optional<std::int64_t> message_id = {};
  std::vector<std::int64_t> also_stop = {};
  bool is_known_inbound = false;  // stored before, out of another mailbox
};

Result<> find_thread(db::Tx& tx,
                     const MailboxKey& mailbox,
                     const mail::ParsedMessage& message,
                     const tracking::TokenSigner& signer,
                     Findings& findings) {
  TRY_AS(const auto found, find_candidates(tx, mailbox, message, signer));
  std::vector<MatchCandidate> candidates;
  candidates.reserve(found.size());
  for (const auto& candidate : found) candidates.push_back(candidate.match);
  const auto decision = choose_thread({.mailbox_id = mailbox.id,
                                       .addressed_to = addressed_to(message),
                                       .received_ms = findings.facts.received_ms},
                                      candidates);
  if (!decision.chosen) return {};
  const auto& chosen = found[*decision.chosen];
  findings.facts.is_matched = true;
  findings.campaign_lead_id = chosen.match.campaign_lead_id;
  findings.message_id = chosen.message_id;
  if (findings.facts.received_ms >= chosen.match.last_sent_ms && chosen.match.last_sent_ms > 0)
    findings.facts.since_send_ms = findings.facts.received_ms - chosen.match.last_sent_ms;
  for (const auto index : decision.also_stop)
    findings.also_stop.push_back(candidates[index].campaign_lead_id);
  return {};
}

Result<> find_own(db::Tx& tx,
                  const MailboxKey& mailbox,
                  const mail::ParsedMessage& message,
                  Findings& findings) {
  const std::string sender = mail::normalise_address(message.sender());
  TRY_AS(const auto known, find_by_header_id(tx, mailbox.workspace_id, message.message_id));
  for (const auto& one : known) {
    findings.facts.id_is_ours = findings.facts.id_is_ours || one.is_ours;
    findings.is_known_inbound = findings.is_known_inbound || (!one.is_ours && one.from_email == sender);
  }
  if (sender.empty() || !is_valid_utf8(sender)) return {};
  TRY_AS(findings.facts.from_own_mailbox, is_own_address(tx, mailbox.workspace_id, sender));
  return {};
}

Result<Findings> look_up(db::Tx& tx,
                         const MailboxKey& mailbox,
                         const mail::ParsedMessage& message,
                         const Reading& reading,
                         const tracking::TokenSigner& signer,
                         const InboundFacts& start) {
  Findings findings{.facts = start};
  TRY(find_own(tx, mailbox, message, findings));
  if (findings.facts.id_is_ours || findings.facts.from_own_mailbox || findings.is_known_inbound)
    return findings;
  if (reading.report) {
    const TimeMs since_ms = findings.facts.received_ms - kReportWindowMs;
    TRY_AS(findings.about, find_reported(tx, mailbox, *reading.report, since_ms));
    findings.facts.report_is_ours = findings.about.has_value();
    return findings;
  }
  TRY_AS(findings.about, find_unsubscribed(tx, mailbox.workspace_id, message.subject, signer));
  findings.facts.unsubscribe_token_is_ours = findings.about.has_value();
  if (!findings.about) TRY(find_thread(tx, mailbox, message, signer, findings));
  return findings;
}

Result<std::optional<std::int64_t>> take_effect(db::Tx& tx,
                                                const Arrival& arrival,
                                                const Findings& findings) {
  using enum MessageClass;
  const auto message_class = arrival.classification.message_class;
  const bool is_personal = message_class == Untracked && !arrival.reading.report;
  if (is_personal) return store_untracked(tx, arrival);
  const auto thread = findings.about ? findings.about->campaign_lead_id : findings.campaign_lead_id;
  if (!thread) return std::nullopt;
  const auto named = findings.about ? std::optional(findings.about->id) : findings.message_id;
  // Whoever names a mail of ours has it: the end of any doubt whether it was sent.
  if (named) TRY(sending::confirm_sent(tx, arrival.mailbox.workspace_id, *named, arrival.now_ms));
  TRY_AS(auto target, load_target(tx, arrival.mailbox, *thread, named));
  target.also_stop = findings.also_stop;
  switch (message_class) {
    case Reply:
      return apply_reply(tx, arrival, target);
    case OutOfOffice:
    case AutoOther:
      return apply_auto_reply(tx, arrival, target);
    case Unsubscribe:
      return apply_unsubscribe(tx, arrival, target);
    case Bounce:
      return apply_bounce(tx, arrival, target);
    case Complaint:
      return apply_complaint(tx, arrival, target);
    default:
      return std::nullopt;
  }
}

}  // namespace

struct Ingester::Prepared {
  const RawMessage* raw = nullptr;
  mail::ParsedMessage message;
  Reading reading;
  std::string fingerprint;
};

Ingester::Prepared Ingester::prepare(const RawMessage& raw) const {
  Prepared prepared{.raw = &raw, .message = mail::parse_message(raw.bytes), .reading = {}, .fingerprint = {}};
  prepared.reading = read_message(prepared.message);
  prepared.fingerprint = fingerprint_of(raw, prepared.message);
  return prepared;
}

Result<IngestCounts> Ingester::ingest(const MailboxKey& mailbox,
                                      const FolderKey& folder,
                                      std::span<const RawMessage> messages,
                                      std::uint32_t uid_next) {
  std::vector<Prepared> prepared;
  prepared.reserve(messages.size());
  for (const auto& raw : messages) prepared.push_back(prepare(raw));
  const auto advance = [&](db::Tx& tx) -> Result<> {
    return uid_next > 0 ? store_progress(tx, mailbox, folder, uid_next, clock_.now_ms()) : Result<>{};
  };
  const auto stored = database_.write([&](db::Tx& tx) -> Result<IngestCounts> {
    TRY_AS(const auto counts, store_all(tx, mailbox, folder, prepared));
    TRY(advance(tx));
    return counts;
  });
  if (stored || stored.error().code == Code::Unavailable) return stored;
  TRY_AS(const auto counts, store_singly(mailbox, folder, prepared));
  TRY(database_.write(advance));
  return counts;
}

Result<IngestCounts> Ingester::store_all(db::Tx& tx,
                                         const MailboxKey& mailbox,
                                         const FolderKey& folder,
                                         std::span<const Prepared> messages) {
  IngestCounts counts;
  if (messages.empty()) return counts;
  const auto [first, last] = std::ranges::minmax(messages, {}, [](const auto& m) { return m.raw->uid; });
  TRY_AS(const auto known, read_uids(tx, mailbox, folder, first.raw->uid, last.raw->uid));
  for (const auto& message : messages)
    if (!known.contains(message.raw->uid)) TRY(store_one(tx, mailbox, folder, message, counts));
  return counts;
}

Result<> Ingester::store_one(db::Tx& tx,
                             const MailboxKey& mailbox,
                             const FolderKey& folder,
                             const Prepared& message,
                             IngestCounts& counts) {
  const TimeMs now_ms = clock_.now_ms();
  const TimeMs received_ms = received_at_ms(message.message.date_ms, message.raw->internal_date_ms, now_ms);
  InboundRecord record{
      .uid = message.raw->uid, .fingerprint = message.fingerprint, .rule = "copy", .at_ms = received_ms};
  TRY_AS(const auto copy, find_copy(tx, mailbox, message.fingerprint));
  if (copy) {
    ++counts.copies;
    record.message_class = copy->message_class;
    record.message_id = copy->message_id;
    return store_inbound(tx, mailbox, folder, record);
  }
  TRY_AS(const auto findings,
         look_up(tx,
                 mailbox,
                 message.message,
                 message.reading,
                 signer_,
                 {.folder = folder.kind, .received_ms = received_ms}));
  if (findings.is_known_inbound) {
    ++counts.copies;
    return store_inbound(tx, mailbox, folder, record);
  }
  const Arrival arrival{.mailbox = mailbox,
                        .parsed = message.message,
                        .reading = message.reading,
                        .classification = classify(message.message, message.reading, findings.facts),
                        .received_ms = received_ms,
                        .now_ms = now_ms,
                        .models = models_};
  TRY_AS(record.message_id, take_effect(tx, arrival, findings));
  record.message_class = arrival.classification.message_class;
  record.rule = arrival.classification.rule;
  ++counts.read;
  if (record.message_class == MessageClass::Reply) ++counts.replies;
  return store_inbound(tx, mailbox, folder, record);
}

/// After a batch failed: one transaction for each message, so that one alone cannot hold up the others.
Result<IngestCounts> Ingester::store_singly(const MailboxKey& mailbox,
                                            const FolderKey& folder,
                                            std::span<const Prepared> messages) {
  IngestCounts all;
  for (const auto& message : messages) {
    const std::span<const Prepared> one(&message, 1);
    const auto counts = database_.write([&](db::Tx& tx) { return store_all(tx, mailbox, folder, one); });
    if (counts) {
      all.read += counts->read;
      all.replies += counts->replies;
      all.copies += counts->copies;
      continue;
    }
    if (counts.error().code == Code::Unavailable) return counts;
    log::error("message not stored",
               {{"mailbox_id", mailbox.id},
                {"folder", folder.name},
                {"uid", static_cast<std::int64_t>(message.raw->uid)},
                {"error", counts.error().message}});
    TRY(database_.write([&](db::Tx& tx) {
      return store_inbound(tx,
                           mailbox,
                           folder,
                           {.uid = message.raw->uid,
                            .fingerprint = message.fingerprint,
                            .rule = "failed",
                            .at_ms = clock_.now_ms()});
    }));
  }
  return all;
}

TimeMs received_at_ms(std::optional<TimeMs> date_ms, TimeMs internal_date_ms, TimeMs now_ms) {
  const TimeMs arrived_ms = internal_date_ms > 0 ? internal_date_ms : now_ms;
  const bool is_plausible = date_ms && *date_ms <= arrived_ms && *date_ms >= arrived_ms - kDayMs;
  return std::min(is_plausible ? *date_ms : arrived_ms, now_ms);
}

}  // namespace outrider::receiving
