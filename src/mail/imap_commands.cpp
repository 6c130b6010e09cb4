// What a logged-in session does with folders and messages.
#include <algorithm>
#include <array>
#include <utility>

#include "core/assert.h"
#include "core/strings.h"
#include "mail/imap_client.h"

namespace outrider::mail {
namespace {

/// Of the set of UIDs in one command: servers refuse lines beyond 8,192 bytes (RFC 7162 section 4).
constexpr std::size_t kSetBytesMax = 6000;

void append_range(std::string& set, const ImapRange& range) {
  if (!set.empty()) set += ',';
  set += std::to_string(range.first);
  if (range.first == range.last) return;
  set += ':';
  set += range.last == UINT32_MAX ? "*" : std::to_string(range.last);
}

/// The ranges as sets short enough for a command each.
std::vector<std::string> sets_of(const std::vector<ImapRange>& ranges) {
  std::vector<std::string> sets;
  for (const auto& range : ranges) {
    if (sets.empty() || sets.back().size() > kSetBytesMax) sets.emplace_back();
    append_range(sets.back(), range);
  }
  return sets;
}

/// Ascending and without overlaps.
std::vector<ImapRange> in_order(std::vector<ImapRange> ranges) {
  std::ranges::sort(ranges, {}, &ImapRange::first);
  std::vector<ImapRange> ordered;
  for (const auto& range : ranges) {
    if (!ordered.empty() && range.first <= ordered.back().last) {
      ordered.back().last = std::max(ordered.back().last, range.last);
    } else {
      ordered.push_back(range);
    }
  }
  return ordered;
}

bool is_in(const std::vector<ImapRange>& ordered, std::uint32_t uid) {
  const auto after = std::ranges::upper_bound(ordered, uid, {}, &ImapRange::first);
  return after != ordered.begin() && uid <= std::prev(after)->last;
}

std::string joined(const std::vector<std::string>& flags) {
  for (const auto& flag : flags)
    OUTRIDER_ASSERT(!flag.empty() && flag.find_first_of(" ()\"{\r\n") == std::string::npos,
                    "a flag is one word");
  return join(flags, " ");
}

std::string items_of(const ImapFetchRequest& request) {
  std::string items = "(UID FLAGS INTERNALDATE RFC822.SIZE";
  if (request.gmail_items) items += " X-GM-MSGID X-GM-THRID X-GM-LABELS";
  const std::string part = "<0." + std::to_string(request.body_bytes_max) + ">";
  if (request.body == ImapBody::Header) items += " BODY.PEEK[HEADER]" + part;
  if (request.body == ImapBody::Whole) items += " BODY.PEEK[]" + part;
  items += ")";
  if (request.changed_since_modseq)
    items += " (CHANGEDSINCE " + std::to_string(*request.changed_since_modseq) + ")";
  return items;
}

/// Ascending, each once, none below `uid_first`: `UID 9:*` finds the last message even when its UID is
/// smaller.
Result<std::vector<std::uint32_t>> uids_of(const std::vector<ImapRange>& found, std::uint32_t uid_first) {
  if (count_of(found) > kImapUidsMax)
    return fail(Code::TooLarge, "a search found more than " + std::to_string(kImapUidsMax) + " messages");
  std::vector<std::uint32_t> uids;
  uids.reserve(count_of(found));
  for (const auto& range : found)
    for (std::uint64_t uid = std::max(range.first, uid_first); uid <= range.last; ++uid)
      uids.push_back(static_cast<std::uint32_t>(uid));
  std::ranges::sort(uids);
  const auto repeated = std::ranges::unique(uids);
  uids.erase(repeated.begin(), repeated.end());
  return uids;
}

void note_mailbox(ImapMailbox& mailbox, const ImapResponse& response) {
  if (const auto* exists = std::get_if<ImapExists>(&response)) mailbox.messages = exists->messages;
  const auto* line = std::get_if<ImapStatusLine>(&response);
  const auto number = line != nullptr ? line->code.number() : std::nullopt;
  if (!number) return;
  const auto small = static_cast<std::uint32_t>(std::min<std::uint64_t>(*number, UINT32_MAX));
  if (line->code.name == "UIDVALIDITY") mailbox.uid_validity = small;
  if (line->code.name == "UIDNEXT") mailbox.uid_next = small;
  if (line->code.name == "HIGHESTMODSEQ") mailbox.highest_modseq = number;
}

}  // namespace

Task<std::vector<ImapFolder>> ImapClient::list_folders() {
  const bool extended = has("SPECIAL-USE") && has("LIST-EXTENDED");
  const bool old_gmail = !has("SPECIAL-USE") && has("XLIST");
  ImapCommand command(old_gmail ? "XLIST \"\" \"*\"" : "LIST \"\" \"*\"");
  if (extended) command.add(" RETURN (SPECIAL-USE)");
  std::vector<ImapListEntry> entries;
  CO_TRY(co_await perform(std::move(command), [&entries](ImapResponse& response) {
    if (auto* entry = std::get_if<ImapListEntry>(&response);
        entry != nullptr && entries.size() < kImapFoldersMax)
      entries.push_back(std::move(*entry));
  }));
  co_return folders_of(entries);
}

Task<ImapMailbox> ImapClient::select(std::string name, ImapAccess access) {
  ImapCommand command(access == ImapAccess::ReadOnly ? "EXAMINE " : "SELECT ");
  command.add_string(name);
  if (has("CONDSTORE")) command.add(" (CONDSTORE)");
  ImapMailbox mailbox;
  CO_TRY_AS(const auto line, co_await exchange(std::move(command), [&mailbox](ImapResponse& response) {
              note_mailbox(mailbox, response);
            }));
  if (line.condition == ImapCondition::No && line.code.name.empty())
    co_return fail_at(Code::NotFound, "mailbox \"" + imap_name_to_utf8(name) + "\": \"" + line.text + "\"");
  if (line.condition != ImapCondition::Ok) co_return refused("SELECT", line);
  if (mailbox.uid_validity == 0)
    co_return fail_at(Code::Invalid, "the server gives its messages no lasting UIDs");
  mailbox.read_only = line.code.name == "READ-ONLY";
  messages_ = mailbox.messages;
  change_ = {};
  co_return mailbox;
}

Task<ImapMailboxStatus> ImapClient::status(std::string name) {
  ImapCommand command("STATUS ");
  command.add_string(name).add(" (MESSAGES UIDNEXT UIDVALIDITY UNSEEN");
  command.add(has("CONDSTORE") ? " HIGHESTMODSEQ)" : ")");
  ImapMailboxStatus status;
  CO_TRY(co_await perform(std::move(command), [&status](ImapResponse& response) {
    if (auto* told = std::get_if<ImapMailboxStatus>(&response)) status = std::move(*told);
  }));
  co_return status;
}

Task<> ImapClient::create(std::string name) {
  ImapCommand command("CREATE ");
  command.add_string(name);
  CO_TRY(co_await perform(std::move(command)));
  co_return Result<>{};
}

Task<std::vector<std::uint32_t>> ImapClient::search(ImapQuery query) {
  ImapCommand command(has("ESEARCH") || has("IMAP4REV2") ? "UID SEARCH RETURN (ALL)" : "UID SEARCH");
  command.add(" UID " + std::to_string(std::max(query.uid_first, 1U)) + ":*");
  if (query.since_ms) command.add(" SINCE " + imap_date(*query.since_ms));
  if (query.changed_since_modseq) command.add(" MODSEQ " + std::to_string(*query.changed_since_modseq));
  if (query.message_id) command.add(" HEADER Message-ID ").add_string(*query.message_id);
  std::vector<ImapRange> found;
  CO_TRY(co_await perform(std::move(command), [&found](ImapResponse& response) {
    // Several SEARCH lines are one result (RFC 9051 section 7.3); the bound is the framer's, line by line.
    if (const auto* result = std::get_if<ImapSearchResult>(&response); result && found.size() < kImapUidsMax)
      found.insert(found.end(), result->found.begin(), result->found.end());
  }));
  co_return uids_of(found, query.uid_first);
}

Task<std::size_t> ImapClient::fetch(ImapFetchRequest request, ImapMessageSink sink) {
  const std::string items = items_of(request);
  const bool wants_body = request.body != ImapBody::None;
  const auto wanted = in_order(std::move(request.uids));
  std::size_t given = 0;
  for (const auto& set : sets_of(wanted)) {
    CO_TRY(co_await perform(ImapCommand("UID FETCH " + set + " " + items), [&](ImapResponse& response) {
      // The server may tell flags of other messages meanwhile; those are not what was asked for.
      const auto* fetch = std::get_if<ImapFetch>(&response);
      if (fetch == nullptr || !fetch->uid || !fetch->size_bytes || !is_in(wanted, *fetch->uid)) return;
      if (wants_body && fetch->sections.empty()) return;
      ++given;
      sink(*fetch);
    }));
  }
  co_return given;
}

Task<> ImapClient::store_flags(std::vector<ImapRange> uids,
                               ImapFlagChange change,
                               std::vector<std::string> flags) {
  const std::string item = change == ImapFlagChange::Add ? " +FLAGS.SILENT (" : " -FLAGS.SILENT (";
  for (const auto& set : sets_of(uids))
    CO_TRY(co_await perform(ImapCommand("UID STORE " + set + item + joined(flags) + ")")));
  co_return Result<>{};
}

Task<std::optional<ImapCopyUid>> ImapClient::copy(std::vector<ImapRange> uids, std::string target) {
  co_return co_await place("UID COPY ", std::move(uids), std::move(target));
}

Task<std::optional<ImapCopyUid>> ImapClient::move(std::vector<ImapRange> uids, std::string target) {
  if (has("MOVE") || has("IMAP4REV2"))
    co_return co_await place("UID MOVE ", std::move(uids), std::move(target));
  // A plain EXPUNGE would also delete what the user has marked.
  if (!has("UIDPLUS")) co_return fail_at(Code::Invalid, "the server offers neither MOVE nor UIDPLUS");
  CO_TRY_AS(const auto placed, co_await place("UID COPY ", uids, std::move(target)));
  CO_TRY(co_await store_flags(uids, ImapFlagChange::Add, {"\\Deleted"}));
  for (const auto& set : sets_of(uids)) CO_TRY(co_await perform(ImapCommand("UID EXPUNGE " + set)));
  co_return placed;
}

Task<std::optional<ImapCopyUid>> ImapClient::place(std::string verb,
                                                   std::vector<ImapRange> uids,
                                                   std::string target) {
  std::optional<ImapCopyUid> placed;
  const auto add = [&placed](const ImapCode& code) {
    auto more = parse_copy_uid(code);
    if (!more) return;
    if (!placed) placed.emplace(ImapCopyUid{.uid_validity = more->uid_validity, .source = {}, .target = {}});
    placed->source.insert(placed->source.end(), more->source.begin(), more->source.end());
    placed->target.insert(placed->target.end(), more->target.begin(), more->target.end());
  };
  for (const auto& set : sets_of(uids)) {
    ImapCommand command(verb + set + " ");
    command.add_string(target);
    // MOVE tells it in an untagged line, COPY in the tagged one.
    CO_TRY_AS(const auto line, co_await perform(std::move(command), [&add](ImapResponse& response) {
                if (const auto* told = std::get_if<ImapStatusLine>(&response)) add(told->code);
              }));
    add(line.code);
  }
  co_return placed;
}

Task<std::optional<ImapAppended>> ImapClient::append(std::string name,
                                                     std::string message,
                                                     std::vector<std::string> flags,
                                                     std::optional<TimeMs> received_at_ms) {
  ImapCommand command("APPEND ");
  command.add_string(name).add(" ");
  if (!flags.empty()) command.add("(" + joined(flags) + ") ");
  if (received_at_ms) command.add("\"" + imap_date_time(*received_at_ms) + "\" ");
  command.add_literal(std::move(message));
  CO_TRY_AS(const auto line, co_await perform(std::move(command)));
  const auto words = line.code.words();
  if (line.code.name != "APPENDUID" || words.size() != 2) co_return std::nullopt;
  const auto validity = parse_imap_set(words[0]);
  const auto uid = parse_imap_set(words[1]);
  if (!validity || !uid) co_return std::nullopt;
  co_return ImapAppended{.uid_validity = validity->front().first, .uid = uid->front().first};
}

}  // namespace outrider::mail
