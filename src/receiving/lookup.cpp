#include "receiving/lookup.h"

#include <algorithm>

#include "core/strings.h"
#include "inbox/thread.h"
#include "mail/address.h"
#include "mail/domain.h"
#include "mail/subject.h"
#include "receiving/unsubscribe_request.h"

namespace outrider::receiving {
namespace {

using campaigns::LeadState;
using mail::ParsedMessage;

bool has_steps_ahead(std::optional<std::int64_t> state) {
  if (!state) return false;
  const auto is = static_cast<LeadState>(*state);
  return is == LeadState::Started || is == LeadState::InProgress || is == LeadState::Paused;
}

KnownMessage known_of(const db::Row& row) {
  return {.id = row.int64(0),
          .is_ours = row.as<inbox::Direction>(1) == inbox::Direction::Outbound,
          .from_email = row.string(2),
          .campaign_lead_id = row.opt_int64(3),
          .mailbox_id = row.int64(4),
          .mailbox_email = std::string(row.opt_text(5).value_or("")),
          .last_sent_ms = row.opt_int64(6).value_or(0),
          .is_live = has_steps_ahead(row.opt_int64(7))};
}

ThreadCandidate candidate_of(const KnownMessage& known, MatchRule rule, std::size_t rank) {
  return {.match = {.rule = rule,
                    .campaign_lead_id = known.campaign_lead_id.value_or(0),
                    .mailbox_id = known.mailbox_id,
                    .mailbox_email = known.mailbox_email,
                    .last_sent_ms = known.last_sent_ms,
                    .reference_rank = rank,
                    .is_live = known.is_live},
          .message_id = known.id};
}

/// In-Reply-To, then References from the newest on, each once.
std::vector<std::string_view> answered_ids(const ParsedMessage& message) {
  std::vector<std::string_view> ids;
  const auto add = [&ids](std::string_view id) {
    if (!id.empty() && ids.size() < kReferencesMax && std::ranges::find(ids, id) == ids.end())
      ids.push_back(id);
  };
  for (const auto& id : message.in_reply_to) add(id);
  for (auto id = message.references.rbegin(); id != message.references.rend(); ++id) add(*id);
  return ids;
}

constexpr db::Query kByMessage{"receiving.find_message", R"sql(
  SELECT m.id, m.direction, m.from_email, m.campaign_lead_id, m.mailbox_id, b.from_email, t.last_sent_at_ms,
         t.state
    FROM message m
    LEFT JOIN campaign_lead t
      ON t.workspace_id = m.workspace_id
     AND t.id = m.campaign_lead_id
    LEFT JOIN mailbox b
      ON b.workspace_id = m.workspace_id
     AND b.id = m.mailbox_id
   WHERE m.workspace_id = $1
     AND m.id = $2
)sql"};

Result<std::optional<KnownMessage>> find_message(db::Tx& tx,
                                                 std::int64_t workspace_id,
                                                 std::int64_t message_id) {
  TRY_AS(const auto row, tx.row(kByMessage, workspace_id, message_id));
  return row ? std::optional(known_of(*row)) : std::nullopt;
}

constexpr db::Query kThreadsOfAddress{"receiving.threads_of_address", R"sql(
  SELECT t.id, t.mailbox_id, b.from_email, t.last_sent_at_ms, t.state
    FROM lead l
    JOIN campaign_lead t
      ON t.workspace_id = l.workspace_id
     AND t.lead_id = l.id
    JOIN mailbox b
      ON b.workspace_id = t.workspace_id
     AND b.id = t.mailbox_id
   WHERE l.workspace_id = $1
     AND l.email = $2
     AND t.last_sent_at_ms IS NOT NULL
   ORDER BY t.last_sent_at_ms DESC, t.id DESC
   LIMIT $3
)sql"};

MatchCandidate thread_of(const db::Row& row, MatchRule rule) {
  return {.rule = rule,
          .campaign_lead_id = row.int64(0),
          .mailbox_id = row.int64(1),
          .mailbox_email = row.string(2),
          .last_sent_ms = row.int64(3),
          .is_live = has_steps_ahead(row.int64(4))};
}

Result<> add_by_sender(db::Tx& tx,
                       const MailboxKey& mailbox,
                       std::string_view sender,
                       std::vector<ThreadCandidate>& into) {
  TRY_AS(const auto rows, tx.rows(kThreadsOfAddress, mailbox.workspace_id, sender, kCandidatesMax));
  for (const auto& row : rows) {
    const auto rule =
        row.int64(1) == mailbox.id ? MatchRule::SenderSameMailbox : MatchRule::SenderOtherMailbox;
    into.push_back({.match = thread_of(row, rule)});
  }
  return {};
}

constexpr db::Query kThreadsOfDomain{"receiving.threads_of_domain", R"sql(
  SELECT t.id, t.mailbox_id, b.from_email, t.last_sent_at_ms, t.state, m.subject
    FROM campaign_lead t
    JOIN mailbox b
      ON b.workspace_id = t.workspace_id
     AND b.id = t.mailbox_id
    JOIN message m
      ON m.workspace_id = t.workspace_id
     AND m.id = t.last_message_id
   WHERE t.workspace_id = $1
     AND t.lead_domain = $2
     AND t.last_sent_at_ms IS NOT NULL
   ORDER BY t.id DESC
   LIMIT $3
)sql"};

Result<> add_by_subject(db::Tx& tx,
                        const MailboxKey& mailbox,
                        const ParsedMessage& message,
                        std::string_view domain,
                        std::vector<ThreadCandidate>& into) {
  if (domain.empty() || message.subject.empty() || mail::is_shared_domain(domain)) return {};
  const std::string organisation = mail::organisational_domain(domain);
  TRY_AS(const auto rows, tx.rows(kThreadsOfDomain, mailbox.workspace_id, organisation, kCandidatesMax));
  for (const auto& row : rows)
    if (mail::same_subject(row.text(5), message.subject))
      into.push_back({.match = thread_of(row, MatchRule::SubjectAndDomain)});
  return {};
}

Result<> add_by_token(db::Tx& tx,
                      const MailboxKey& mailbox,
                      const ParsedMessage& message,
                      const tracking::TokenSigner& signer,
                      std::vector<ThreadCandidate>& into) {
  using tracking::TokenKind;
  auto tokens = tracking_tokens(message.html);
  for (const auto token : tracking_tokens(message.text)) tokens.push_back(token);
  for (const auto text : tokens) {
    auto token = signer.verify(text, TokenKind::Click);
    if (!token) token = signer.verify(text, TokenKind::Open);
    if (!token) token = signer.verify(text, TokenKind::Unsubscribe);
    if (!token || token->workspace_id != mailbox.workspace_id) continue;
    TRY_AS(const auto known, find_message(tx, mailbox.workspace_id, token->message_id));
    if (known && known->campaign_lead_id) into.push_back(candidate_of(*known, MatchRule::QuotedToken, 0));
  }
  return {};
}

}  // namespace

constexpr db::Query kByHeaderId{"receiving.find_by_header_id", R"sql(
  SELECT m.id, m.direction, m.from_email, m.campaign_lead_id, m.mailbox_id, b.from_email, t.last_sent_at_ms,
         t.state
    FROM message_header_id h
    JOIN message m
      ON m.workspace_id = h.workspace_id
     AND m.id = h.message_id
    LEFT JOIN campaign_lead t
      ON t.workspace_id = m.workspace_id
     AND t.id = m.campaign_lead_id
    LEFT JOIN mailbox b
      ON b.workspace_id = m.workspace_id
     AND b.id = m.mailbox_id
   WHERE h.workspace_id = $1
     AND h.header_id = $2
   ORDER BY m.id DESC
   LIMIT 5
)sql"};

Result<std::vector<KnownMessage>> find_by_header_id(db::Tx& tx,
                                                    std::int64_t workspace_id,
                                                    std::string_view header_id) {
  std::vector<KnownMessage> found;
  if (header_id.empty() || !is_valid_utf8(header_id)) return found;
  TRY_AS(const auto rows, tx.rows(kByHeaderId, workspace_id, header_id));
  for (const auto& row : rows) found.push_back(known_of(row));
  return found;
}

Result<std::vector<ThreadCandidate>> find_candidates(db::Tx& tx,
                                                     const MailboxKey& mailbox,
                                                     const ParsedMessage& message,
                                                     const tracking::TokenSigner& signer) {
  std::vector<ThreadCandidate> candidates;
  const auto ids = answered_ids(message);
  for (std::size_t rank = 0; rank < ids.size(); ++rank) {
    TRY_AS(const auto known, find_by_header_id(tx, mailbox.workspace_id, ids[rank]));
    for (const auto& one : known)
      if (one.campaign_lead_id) candidates.push_back(candidate_of(one, MatchRule::References, rank));
  }
  const std::string sender = mail::normalise_address(message.sender());
  if (!sender.empty()) TRY(add_by_sender(tx, mailbox, sender, candidates));
  if (!candidates.empty()) return candidates;
  TRY(add_by_token(tx, mailbox, message, signer, candidates));
  if (candidates.empty()) TRY(add_by_subject(tx, mailbox, message, mail::domain_of(sender), candidates));
  return candidates;
}

constexpr db::Query kOwnAddress{"receiving.is_own_address", R"sql(
  SELECT id
    FROM mailbox
   WHERE workspace_id = $1
     AND from_email = $2
     AND deleted_at_ms IS NULL
)sql"};

Result<bool> is_own_address(db::Tx& tx, std::int64_t workspace_id, std::string_view email) {
  TRY_AS(const auto row, tx.row(kOwnAddress, workspace_id, email));
  return row.has_value();
}

constexpr db::Query kRecentMail{"receiving.recent_mail_to", R"sql(
  SELECT m.id
    FROM lead l
    JOIN campaign_lead t
      ON t.workspace_id = l.workspace_id
     AND t.lead_id = l.id
    JOIN message m
      ON m.workspace_id = t.workspace_id
     AND m.campaign_lead_id = t.id
   WHERE l.workspace_id = $1
     AND l.email = $2
     AND m.mailbox_id = $3
     AND m.direction = 0
     AND m.at_ms >= $4
   ORDER BY m.at_ms DESC, m.id DESC
   LIMIT 1
)sql"};
static_assert(static_cast<int>(inbox::Direction::Outbound) == 0);

Result<std::optional<KnownMessage>> find_reported(db::Tx& tx,
                                                  const MailboxKey& mailbox,
                                                  const DeliveryReport& report,
                                                  TimeMs since_ms) {
  const std::size_t ids = std::min(report.original_ids.size(), kReferencesMax);
  for (std::size_t i = 0; i < ids; ++i) {
    TRY_AS(auto known, find_by_header_id(tx, mailbox.workspace_id, report.original_ids[i]));
    for (auto& one : known)
      if (one.is_ours && one.campaign_lead_id) return std::optional(std::move(one));
  }
  if (report.recipient.empty()) return std::nullopt;
  TRY_AS(const auto row, tx.row(kRecentMail, mailbox.workspace_id, report.recipient, mailbox.id, since_ms));
  if (!row) return std::nullopt;
  return find_message(tx, mailbox.workspace_id, row->int64(0));
}

Result<std::optional<KnownMessage>> find_unsubscribed(db::Tx& tx,
                                                      std::int64_t workspace_id,
                                                      std::string_view subject,
                                                      const tracking::TokenSigner& signer) {
  const auto text = unsubscribe_token(subject);
  const auto token = text ? signer.verify(*text, tracking::TokenKind::Unsubscribe) : std::nullopt;
  if (!token || token->workspace_id != workspace_id) return std::nullopt;
  TRY_AS(auto known, find_message(tx, workspace_id, token->message_id));
  if (!known || !known->campaign_lead_id) return std::nullopt;
  return known;
}

constexpr db::Query kThread{"receiving.load_thread", R"sql(
  SELECT t.campaign_id, t.lead_id, t.client_id, t.lead_domain, t.state, t.state_cause, t.soft_bounces,
         l.email, l.first_name, l.last_name, l.company_url,
         c.timezone, c.track_replies, c.pause_domain_on_reply, c.ooo_ignore_as_reply, c.ooo_reactivate,
         c.ooo_reactivate_days, c.ooo_categorise, COALESCE(c.category_options, '')
    FROM campaign_lead t
    JOIN lead l
      ON l.workspace_id = t.workspace_id
     AND l.id = t.lead_id
    JOIN campaign c
      ON c.workspace_id = t.workspace_id
     AND c.id = t.campaign_id
   WHERE t.workspace_id = $1
     AND t.id = $2
)sql"};

Result<Thread> load_thread(db::Tx& tx, std::int64_t workspace_id, std::int64_t campaign_lead_id) {
  TRY_AS(const auto row, tx.row(kThread, workspace_id, campaign_lead_id));
  if (!row) return fail(Code::NotFound, "Lead not found in this campaign");
  std::string name(row->opt_text(8).value_or(""));
  name += ' ';
  name += row->opt_text(9).value_or("");
  return Thread{.campaign_lead_id = campaign_lead_id,
                .campaign_id = row->int64(0),
                .lead_id = row->int64(1),
                .client_id = row->opt_int64(2),
                .lead_domain = row->string(3),
                .lead = {.email = row->string(7),
                         .name = std::string(trim(name)),
                         .company_url = std::string(row->opt_text(10).value_or(""))},
                .paused_until_return =
                    row->as<LeadState>(4) == LeadState::Paused && row->opt_text(5) == "OUT_OF_OFFICE",
                .soft_bounces = row->int64(6),
                .timezone = std::string(row->opt_text(11).value_or("UTC")),
                .track_replies = row->flag(12),
                .pause_domain_on_reply = row->flag(13),
                .ooo_ignore_as_reply = row->flag(14),
                .ooo_reactivate = row->flag(15),
                .ooo_reactivate_days = row->opt_int64(16),
                .ooo_categorise = row->flag(17),
                .category_options = row->string(18)};
}

constexpr db::Query kAnswered{"receiving.find_answered", R"sql(
  SELECT id, step_id, variant_id, at_ms
    FROM message
   WHERE workspace_id = $1
     AND campaign_lead_id = $2
     AND id = $3
     AND direction = 0
)sql"};

constexpr db::Query kNewestOurs{"receiving.newest_ours", R"sql(
  SELECT id, step_id, variant_id, at_ms
    FROM message
   WHERE workspace_id = $1
     AND campaign_lead_id = $2
     AND at_ms IS NOT NULL
     AND direction = 0
   ORDER BY at_ms DESC, id DESC
   LIMIT 1
)sql"};

Result<std::optional<Answered>> find_answered(db::Tx& tx,
                                              std::int64_t workspace_id,
                                              std::int64_t campaign_lead_id,
                                              std::optional<std::int64_t> message_id) {
  std::optional<db::Row> row;
  if (message_id) {
    TRY_AS(row, tx.row(kAnswered, workspace_id, campaign_lead_id, *message_id));
  }
  if (!row) {
    TRY_AS(row, tx.row(kNewestOurs, workspace_id, campaign_lead_id));
  }
  if (!row) return std::nullopt;
  return Answered{.id = row->int64(0),
                  .step_id = row->opt_int64(1),
                  .variant_id = row->opt_int64(2),
                  .at_ms = row->opt_int64(3)};
}

std::vector<std::string_view> tracking_tokens(std::string_view text) {
  const auto belongs = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  std::vector<std::string_view> tokens;
  std::size_t at = 0;
  while (tokens.size() < kTokensMax && (at = text.find('/', at)) != std::string_view::npos) {
    ++at;
    const auto rest = text.substr(at);
    const bool is_ours = rest.starts_with("o/") || rest.starts_with("c/") || rest.starts_with("u/");
    const auto token =
        rest.substr(std::min<std::size_t>(2, rest.size())).substr(0, tracking::kTokenCharacters);
    if (is_ours && token.size() == tracking::kTokenCharacters && std::ranges::all_of(token, belongs))
      tokens.push_back(token);
  }
  return tokens;
}

}  // namespace outrider::receiving
