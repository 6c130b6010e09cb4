#include "inbox/importance.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/strings.h"
#include "inbox/columns.h"
#include "mail/fold.h"
#include "wire/json.h"

namespace outrider::inbox {
namespace {

using Words = std::initializer_list<std::string_view>;

bool has_any(std::string_view folded, Words phrases) {
  return std::ranges::any_of(phrases, [&](auto phrase) { return mail::contains_phrase(folded, phrase); });
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Digits with the marks that group or divide them: a mark with one or two digits behind it at the end is the
/// decimal one.
std::optional<double> number_of(std::string_view digits) {
  const auto last_mark = digits.find_last_of(".,");
  std::string plain;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (is_digit(digits[i])) plain += digits[i];
    const bool is_decimal = i == last_mark && digits.size() - i - 1 < 3 && digits.size() - i - 1 > 0;
    if (is_decimal) plain += '.';
  }
  constexpr std::size_t kDigitsMax = 15;
  if (plain.empty() || plain.size() > kDigitsMax) return std::nullopt;
  double value = 0;
  double scale = 0;
  for (const char c : plain) {
    if (c == '.') {
      scale = 1;
      continue;
    }
    value = value * 10 + (c - '0');
    scale *= 10;
  }
  return scale > 0 ? value / scale : value;
}

/// The value of the first field whose name, without regard to case, blanks and dashes, is one of `names`.
std::string field_of(const wire::Node& fields, Words names) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    std::string name = to_lower(fields.key(i));
    std::erase_if(name, [](char c) { return c == ' ' || c == '_' || c == '-'; });
    if (std::ranges::find(names, std::string_view(name)) != names.end())
      return std::string(fields.at(i).text());
  }
  return {};
}

}  // namespace

Importance score_importance(const ImportanceFacts& facts) {
  Importance result;
  const auto add = [&](bool holds, std::string_view word, int points) {
    if (!holds) return;
    result.reasons.push_back({word, points});
    result.score = std::min(kScoreMax, result.score + points);
  };
  const std::string reply = mail::fold_text(facts.reply);
  add(has_any(mail::fold_text(facts.title),
              {"ceo",
               "cto",
               "vp",
               "director",
               "chief executive officer",
               "chief technology officer",
               "chief technical officer",
               "vice president",
               "vice-president"}),
      "title",
      30);
  add(has_any(mail::fold_text(facts.company_size), {"enterprise"}), "company_size", 25);
  add(facts.deal_cents > kLargeDealCents, "deal_size", 20);
  add(facts.reply_after_ms && *facts.reply_after_ms < kFastReplyMs, "fast_reply", 15);
  add(reply.find("budget") != std::string::npos, "budget", 10);
  add(has_any(reply, {"urgent", "urgently", "asap", "budget approved"}), "urgent", 5);
  add(facts.has_vip_tag, "vip_tag", 5);
  return result;
}

std::optional<std::int64_t> amount_cents(std::string_view text) {
  const auto first = text.find_first_of("0123456789");
  if (first == std::string_view::npos || (first > 0 && text[first - 1] == '-')) return std::nullopt;
  std::size_t end = first;
  while (end < text.size() && (is_digit(text[end]) || text[end] == '.' || text[end] == ',' ||
                               (text[end] == ' ' && end + 1 < text.size() && is_digit(text[end + 1]))))
    ++end;
  auto value = number_of(text.substr(first, end - first));
  if (!value) return std::nullopt;
  const std::string unit = to_lower(trim(text.substr(end)));
  const std::string_view word = std::string_view(unit).substr(0, unit.find_first_of(" .,/"));
  if (word == "k") *value *= 1'000;
  if (word == "m" || word == "mio" || word == "mn" || word == "million") *value *= 1'000'000;
  constexpr double kAmountMax = 1e13;
  if (*value > kAmountMax) return std::nullopt;
  return std::llround(*value * 100);
}

std::optional<std::vector<std::string>> reason_texts(std::string_view json) {
  const auto parsed = wire::Document::parse(json);
  if (!parsed || parsed->root().size() == 0) return std::nullopt;
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < parsed->root().size(); ++i) {
    const auto reason = parsed->root().at(i);
    texts.push_back(std::string(reason.get("reason").text()) + " +" +
                    std::string(reason.get("points").text()));
  }
  return texts;
}

namespace {

constexpr db::Query kFacts{"inbox.importance_facts", R"sql(
  SELECT thread.revenue_cents, thread.reply_count, lead.custom_fields, reply.at_ms, answered.at_ms,
         COALESCE(reply.subject, ''), COALESCE(body.new_text, ''),
         CASE WHEN EXISTS (SELECT 1
                             FROM lead_tag
                             JOIN tag
                               ON tag.workspace_id = lead_tag.workspace_id
                              AND tag.id = lead_tag.tag_id
                            WHERE lead_tag.workspace_id = $1
                              AND lead_tag.lead_id = thread.lead_id
                              AND LOWER(tag.name) = 'vip')
                OR EXISTS (SELECT 1
                             FROM campaign_tag
                             JOIN tag
                               ON tag.workspace_id = campaign_tag.workspace_id
                              AND tag.id = campaign_tag.tag_id
                            WHERE campaign_tag.workspace_id = $1
                              AND campaign_tag.campaign_id = thread.campaign_id
                              AND LOWER(tag.name) = 'vip')
              THEN 1 ELSE 0 END
    FROM campaign_lead AS thread
    JOIN lead
      ON lead.workspace_id = thread.workspace_id
     AND lead.id = thread.lead_id
    LEFT JOIN message AS reply
      ON reply.workspace_id = thread.workspace_id
     AND reply.id = thread.last_reply_id
    LEFT JOIN message AS answered
      ON answered.workspace_id = reply.workspace_id
     AND answered.id = reply.answers_id
    LEFT JOIN message_body AS body
      ON body.workspace_id = reply.workspace_id
     AND body.message_id = reply.id
   WHERE thread.workspace_id = $1
     AND thread.id = $2
)sql"};

Result<std::optional<ImportanceFacts>> load_facts(db::Tx& tx, const ThreadKey& key) {
  TRY_AS(const auto row, tx.row(kFacts, key.workspace_id, key.campaign_lead_id));
  if (!row) return std::nullopt;
  Columns next(*row);
  ImportanceFacts facts{.deal_cents = next.int64()};
  const bool has_reply = next.int64() > 0;
  const std::string fields = next.text();
  const auto replied_ms = next.opt_int64();
  const auto answered_ms = next.opt_int64();
  const std::string subject = next.text();
  const std::string text = next.text();
  if (has_reply) facts.reply = subject + '\n' + text;
  facts.has_vip_tag = next.flag();
  if (has_reply && replied_ms && answered_ms) facts.reply_after_ms = *replied_ms - *answered_ms;
  if (const auto parsed = wire::Document::parse(fields)) {
    const auto root = parsed->root();
    facts.title = field_of(root, {"title", "jobtitle", "position", "jobposition", "role", "designation"});
    facts.company_size = field_of(root, {"companysize", "size", "companysegment", "segment"});
    const auto deal = amount_cents(field_of(root, {"dealsize", "dealvalue", "dealamount"}));
    facts.deal_cents = std::max(facts.deal_cents, deal.value_or(0));
  }
  return facts;
}

std::string reasons_json(const Importance& importance) {
  std::string json;
  wire::Writer writer(json);
  writer.begin_list();
  for (const auto& reason : importance.reasons)
    writer.begin_object().member("reason", reason.word).member("points", reason.points).end_object();
  writer.end_list();
  return json;
}

constexpr db::Query kStore{"inbox.store_importance", R"sql(
  UPDATE campaign_lead
     SET importance_score = $3,
         importance_reasons = $4,
         is_important = CASE WHEN important_by_hand = 1 THEN is_important ELSE $5 END
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kAnsweredOfLead{"inbox.answered_threads_of_lead", R"sql(
  SELECT id
    FROM campaign_lead
   WHERE workspace_id = $1
     AND lead_id = $2
     AND reply_count > 0
   ORDER BY id
)sql"};

}  // namespace

Result<> refresh_importance(db::Tx& tx, const ThreadKey& key) {
  TRY_AS(const auto facts, load_facts(tx, key));
  if (!facts) return {};
  const auto importance = score_importance(*facts);
  const std::string reasons = reasons_json(importance);
  TRY(tx.run(
      kStore, key.workspace_id, key.campaign_lead_id, importance.score, reasons, importance.is_important()));
  return {};
}

Result<> refresh_importance_of_lead(db::Tx& tx, std::int64_t workspace_id, std::int64_t lead_id) {
  TRY_AS(const auto rows, tx.rows(kAnsweredOfLead, workspace_id, lead_id));
  for (const auto& row : rows)
    TRY(refresh_importance(tx, {.workspace_id = workspace_id, .campaign_lead_id = row.int64(0)}));
  return {};
}

}  // namespace outrider::inbox
