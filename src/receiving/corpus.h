// The messages of tests/corpus and what becomes of each on its way through the whole of ingest: shared by the
// test and by bench/corpus.cpp, which prints the confusion matrix. Not part of the program.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "core/strings.h"
#include "core/time_text.h"
#include "mail/address.h"
#include "mail/bounce_class.h"
#include "mail/domain.h"
#include "receiving/classify.h"
#include "receiving/effects.h"
#include "receiving/ingest.h"
#include "wire/json.h"

namespace outrider::receiving {

/// A line of expected.tsv, or what ingest made of the message; "-" for none.
struct CorpusLine {
  std::string file = {};
  std::string message_class = "-";
  std::string rule = "-";
  std::string thread = "-";
  std::string return_date = "-";
  std::string category = "-";
  std::string correspondence = "-";
  std::string detail = "-";  // "STATUS CLASS" of a bounce; left, ticket, challenge or other of a machine
  std::string text = "-";    // new text; "*": not compared, "^...": how it begins
};

inline std::string corpus_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline std::vector<CorpusLine> read_expected(const std::filesystem::path& folder) {
  std::vector<CorpusLine> lines;
  const std::string text = corpus_file(folder / "expected.tsv");
  for (const auto line : split(text, '\n')) {
    if (line.empty() || line.starts_with('#')) continue;
    const auto parts = split(line, '\t');
    if (parts.size() != 9) {
      lines.push_back({.file = "not nine columns: " + std::string(line)});
      continue;
    }
    const auto column = [&](std::size_t i) { return std::string(parts[i]); };
    lines.push_back({.file = column(0),
                     .message_class = column(1),
                     .rule = column(2),
                     .thread = column(3),
                     .return_date = column(4),
                     .category = column(5),
                     .correspondence = column(6),
                     .detail = column(7),
                     .text = replace_all(column(8), "\\n", "\n")});
  }
  return lines;
}

/// A workspace that has sent one mail to each person of world.tsv, an hour before the messages of the corpus.
class CorpusWorld {
 public:
  CorpusWorld(db::Database& database, std::filesystem::path folder)
      : database_(database), folder_(std::move(folder)) {}

  Result<> set_up() {
    const std::string text = corpus_file(folder_ / "world.tsv");
    return database_.write([&](db::Tx& tx) -> Result<> {
      TRY(tx.run(kAddMailbox));
      TRY(tx.run(kAddCampaign, kNoDateDays));
      for (const auto line : split(text, '\n')) {
        const auto columns = split(line, '\t');
        if (columns.size() == 7 && !line.starts_with('#')) TRY(add_thread(tx, columns));
      }
      // Under another id too: mail systems rewrite them.
      TRY(tx.run(kAddId, "sent@us.example", 1));
      return {};
    });
  }

  /// Ingests one message of the corpus, reads what it did and undoes it.
  Result<CorpusLine> outcome_of(const std::string& file) {
    const std::string bytes = corpus_file(folder_ / (file + ".eml"));
    const auto message = mail::parse_message(bytes);
    const RawMessage raw{.uid = ++uid_,
                         .internal_date_ms = message.date_ms.value_or(kSentMs + kHourMs) + kMinuteMs,
                         .size_bytes = bytes.size(),
                         .bytes = bytes};
    const FolderKey inbox{.name = "INBOX", .uid_validity = 1};
    TRY(ingester_.ingest({.workspace_id = 1, .id = 1}, inbox, {&raw, 1}, uid_ + 1));
    return database_.write([&](db::Tx& tx) -> Result<CorpusLine> {
      TRY_AS(auto line, read_outcome(tx, file));
      add_reading(message, line);
      TRY(undo(tx));
      return line;
    });
  }

 private:
  static constexpr TimeMs kSentMs = 1'772'524'800'000;  // 2026-03-03 08:00 UTC

  static constexpr std::int64_t kNoDateDays = 40;  // the campaign's delay after a note without a date

  static constexpr db::Query kAddMailbox{"corpus.mailbox", R"sql(
    INSERT INTO mailbox (workspace_id, id, user_id, from_name, from_email, kind, smtp_host, smtp_port,
                         smtp_security, smtp_user, imap_host, imap_port, imap_security, imap_user,
                         created_at_ms, updated_at_ms)
    VALUES (1, 1, 1, 'Grace Hopper', 'grace@us.example', 0, 'h', 1, 0, 'u', 'h', 1, 0, 'u', 0, 0)
  )sql"};
  static constexpr db::Query kAddCampaign{"corpus.campaign", R"sql(
    INSERT INTO campaign (workspace_id, id, user_id, name, state, timezone, ooo_reactivate,
                          ooo_reactivate_days, created_at_ms, updated_at_ms)
    VALUES (1, 1, 1, 'Corpus', 1, 'UTC', 1, $1, 0, 0)
  )sql"};
  static constexpr db::Query kAddLead{"corpus.lead", R"sql(
    INSERT INTO lead (workspace_id, id, email, domain, first_name, last_name, company_url, created_at_ms,
                      updated_at_ms)
    VALUES (1, $1, $2, $3, $4, $5, $6, 0, 0)
  )sql"};
  static constexpr db::Query kAddThread{"corpus.thread", R"sql(
    INSERT INTO campaign_lead (workspace_id, id, campaign_id, lead_id, mailbox_id, lead_domain, state,
                               last_sent_at_ms, sent_count, due_at_ms, last_message_id, created_at_ms,
                               updated_at_ms)
    VALUES (1, $1, 1, $1, 1, $2, 1, $3, 1, $3, $1, 0, 0)
  )sql"};
  static constexpr db::Query kAddMail{"corpus.mail", R"sql(
    INSERT INTO message (workspace_id, id, stats_id, campaign_lead_id, campaign_id, lead_id, mailbox_id,
                         direction, kind, step_id, seq_number, header_id, from_email, to_email, subject,
                         at_ms, created_at_ms)
    VALUES (1, $1, $2, $1, 1, $1, 1, 0, 0, 1, 1, $2, 'grace@us.example', $3, $4, $5, 0)
  )sql"};
  static constexpr db::Query kAddId{"corpus.id", R"sql(
    INSERT INTO message_header_id (workspace_id, header_id, message_id)
    VALUES (1, $1, $2)
  )sql"};
  static constexpr db::Query kInbound{"corpus.inbound", R"sql(
    SELECT i.class, i.rule, m.id, m.campaign_lead_id
      FROM inbound i
      LEFT JOIN message m
        ON m.workspace_id = i.workspace_id
       AND m.id = i.message_id
     WHERE i.workspace_id = 1
       AND i.uid = $1
  )sql"};
  static constexpr db::Query kPlace{"corpus.place", R"sql(
    SELECT category_id, resume_at_ms
      FROM campaign_lead
     WHERE workspace_id = 1
       AND id = $1
  )sql"};
  static constexpr db::Query kReplied{"corpus.replied", R"sql(
    SELECT data
      FROM event
     WHERE workspace_id = 1
       AND type = 4
     ORDER BY id DESC
     LIMIT 1
  )sql"};
  static constexpr db::Query kUndoThreads{"corpus.undo_threads", R"sql(
    UPDATE campaign_lead
       SET state = 1, state_cause = NULL, resume_state = NULL, resume_at_ms = NULL, reply_count = 0,
           last_reply_at_ms = NULL, last_reply_id = NULL, last_message_id = id, category_id = NULL,
           category_by = NULL, is_bounced = 0, is_unsubscribed = 0, soft_bounces = 0, due_at_ms = $1
     WHERE workspace_id = 1
  )sql"};
  static constexpr db::Query kUndoBlocks{"corpus.undo_blocks",
                                         "DELETE FROM suppression WHERE workspace_id = 1"};
  static constexpr db::Query kUndoEvents{"corpus.undo_events", "DELETE FROM event WHERE workspace_id = 1"};
  static constexpr db::Query kUndoIds{"corpus.undo_ids", R"sql(
    DELETE FROM message_header_id
     WHERE workspace_id = 1
       AND message_id IN (SELECT id FROM message WHERE workspace_id = 1 AND direction = 1)
  )sql"};
  static constexpr db::Query kUndoInbound{"corpus.undo_inbound",
                                          "DELETE FROM inbound WHERE workspace_id = 1"};
  static constexpr db::Query kUndoLeads{"corpus.undo_leads",
                                        "UPDATE lead SET is_unsubscribed = 0 WHERE workspace_id = 1"};

  Result<> add_thread(db::Tx& tx, const std::vector<std::string_view>& columns) {
    const auto id = parse_integer(columns[0]).value_or(0);
    const std::string domain = mail::organisational_domain(mail::domain_of(columns[2]));
    TRY(tx.run(kAddLead, id, columns[2], domain, columns[3], columns[4], columns[5]));
    TRY(tx.run(kAddThread, id, domain, kSentMs));
    TRY(tx.run(kAddMail, id, columns[1], columns[2], columns[6], kSentMs));
    TRY(tx.run(kAddId, columns[1], id));
    return {};
  }

  Result<CorpusLine> read_outcome(db::Tx& tx, const std::string& file) {
    CorpusLine line{.file = file};
    TRY_AS(const auto inbound, tx.row(kInbound, static_cast<std::int64_t>(uid_)));
    line.message_class = class_name(inbound->as<MessageClass>(0));
    line.rule = inbound->string(1);
    if (inbound->is_null(3)) return line;
    const auto thread = inbound->int64(3);
    line.thread = std::to_string(thread);
    TRY_AS(const auto place, tx.row(kPlace, thread));
    if (!place->is_null(0)) line.category = std::to_string(place->int64(0));
    if (!place->is_null(1)) {
      const auto day = place->int64(1) / kDayMs - kReturnMarginDays;
      line.return_date = instant_text(day * kDayMs).substr(0, 10);
      if (place->int64(1) / kDayMs == clock_.now_ms() / kDayMs + kNoDateDays) line.return_date = "-";
    }
    TRY_AS(const auto replied, tx.row(kReplied));
    if (!replied) return line;
    TRY_AS(const auto data, wire::Document::parse(replied->text(0)));
    line.correspondence = data.root().get("leadCorrespondence").get("repliedCompanyDomain").text();
    return line;
  }

  /// What is not stored by itself: the stripped text and the finer kind.
  static void add_reading(const mail::ParsedMessage& message, CorpusLine& line) {
    const auto reading = read_message(message);
    line.text = reading.new_text;
    if (reading.report && (line.message_class == "BOUNCE" || line.message_class == "DELAY"))
      line.detail = reading.report->status + ' ' + std::string(mail::name_of(reading.report->bounce_class));
    if (line.message_class != "AUTO_OTHER") return;
    const auto found = detect_auto_reply(message, reading.new_text, std::nullopt);
    const auto kind = found ? found->kind : AutoReplyKind::Other;
    line.detail = kind == AutoReplyKind::LeftCompany ? "left"
                  : kind == AutoReplyKind::TicketAck ? "ticket"
                  : kind == AutoReplyKind::Challenge ? "challenge"
                                                     : "other";
  }

  Result<> undo(db::Tx& tx) {
    TRY(tx.run(kUndoThreads, kSentMs));
    TRY(tx.run(kUndoBlocks));
    TRY(tx.run(kUndoEvents));
    TRY(tx.run(kUndoLeads));
    TRY(tx.run(kUndoIds));
    TRY(tx.run(kUndoInbound));
    return {};
  }

  db::Database& database_;
  std::filesystem::path folder_;
  Clock clock_{kSentMs + 6 * kHourMs};
  tracking::TokenSigner signer_{{{.id = 1, .bytes = std::string(32, 'k')}}};
  Ingester ingester_{database_, clock_, signer_};
  std::uint32_t uid_ = 0;
};

}  // namespace outrider::receiving
