#include "mail/imap_parse.h"

#include <algorithm>

#include "core/strings.h"
#include "mail/imap_cursor.h"

namespace outrider::mail {
namespace {

std::string to_upper(std::string_view text) {
  std::string upper(text);
  for (char& c : upper)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return upper;
}

std::optional<ImapCondition> condition_of(std::string_view word) {
  static constexpr std::pair<std::string_view, ImapCondition> kConditions[] = {
      {"OK", ImapCondition::Ok},
      {"NO", ImapCondition::No},
      {"BAD", ImapCondition::Bad},
      {"BYE", ImapCondition::Bye},
      {"PREAUTH", ImapCondition::PreAuth},
  };
  for (const auto& [name, condition] : kConditions)
    if (equal_ignoring_case(name, word)) return condition;
  return std::nullopt;
}

/// Whether one more item may be added to a list.
bool has_place(ImapCursor& cursor, std::size_t size) {
  if (size == kImapItemsMax) cursor.fail_here("a shorter list");
  return !cursor.failed();
}

/// `(a b c)`; a missing list is an error.
template <class TakeItem>
void take_list(ImapCursor& cursor, TakeItem take_item) {
  cursor.skip_blanks();
  cursor.expect('(');
  std::size_t items = 0;
  for (cursor.skip_blanks(); !cursor.failed() && !cursor.eat(')'); cursor.skip_blanks()) {
    if (!has_place(cursor, items++)) return;
    if (cursor.done()) return cursor.fail_here(")");
    take_item();
  }
}

std::vector<std::string> take_flags(ImapCursor& cursor) {
  std::vector<std::string> flags;
  take_list(cursor, [&] { flags.emplace_back(cursor.flag()); });
  return flags;
}

/// The end of `CODE arguments]` in `text`: the first bracket outside of quotes and parentheses.
std::size_t end_of_code(std::string_view text) {
  int depth = 0;
  bool in_quotes = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\\' && in_quotes) {
      ++at;
    } else if (c == '"') {
      in_quotes = !in_quotes;
    } else if (!in_quotes) {
      if (c == '(') ++depth;
      if (c == ')') --depth;
      if (c == ']' && depth <= 0) return at;
    }
  }
  return text.find(']');
}

/// A code that never closes is text: nothing but the reader's wording depends on it then.
ImapCode take_code(std::string_view& text) {
  if (!text.starts_with('[')) return {};
  const auto end = end_of_code(text.substr(1));
  if (end == std::string_view::npos) return {};
  const auto code = trim(text.substr(1, end));
  text.remove_prefix(end + 2);
  const auto blank = std::min(code.find(' '), code.size());
  return {.name = to_upper(code.substr(0, blank)), .arguments = std::string(trim(code.substr(blank)))};
}

ImapStatusLine status_line(std::string_view tag, ImapCondition condition, std::string_view rest) {
  rest = trim(rest);
  ImapStatusLine line{.tag = std::string(tag), .condition = condition, .code = take_code(rest), .text = {}};
  line.text = to_valid_utf8(trim(rest));
  return line;
}

ImapCapabilities take_capabilities(ImapCursor& cursor) {
  ImapCapabilities capabilities;
  for (cursor.skip_blanks(); !cursor.done(); cursor.skip_blanks()) {
    if (!has_place(cursor, capabilities.names.size())) break;
    capabilities.names.push_back(to_upper(cursor.word()));
    if (capabilities.names.back().empty()) cursor.fail_here("a capability");
  }
  return capabilities;
}

ImapListEntry take_list_entry(ImapCursor& cursor) {
  ImapListEntry entry;
  entry.attributes = take_flags(cursor);
  cursor.skip_blanks();
  const auto delimiter = cursor.nstring();
  if (delimiter && delimiter->view().size() == 1) entry.delimiter = delimiter->view().front();
  cursor.skip_blanks();
  entry.name = cursor.astring().view();
  return entry;
}

ImapMailboxStatus take_mailbox_status(ImapCursor& cursor) {
  ImapMailboxStatus status;
  cursor.skip_blanks();
  status.name = cursor.astring().view();
  take_list(cursor, [&] {
    const std::string item = to_upper(cursor.atom());
    cursor.skip_blanks();
    if (item == "MESSAGES") {
      status.messages = cursor.number32();
    } else if (item == "UIDNEXT") {
      status.uid_next = cursor.number32();
    } else if (item == "UIDVALIDITY") {
      status.uid_validity = cursor.number32();
    } else if (item == "UNSEEN") {
      status.unseen = cursor.number32();
    } else if (item == "HIGHESTMODSEQ") {
      status.highest_modseq = cursor.number64();
    } else {
      cursor.skip_value();
    }
  });
  return status;
}

/// `(MODSEQ 917162500)`
std::uint64_t take_search_modseq(ImapCursor& cursor) {
  cursor.expect('(');
  if (!cursor.eat_word("MODSEQ")) cursor.fail_here("MODSEQ");
  cursor.skip_blanks();
  const auto modseq = cursor.number64();
  cursor.expect(')');
  return modseq;
}

ImapSearchResult take_search(ImapCursor& cursor) {
  ImapSearchResult result;
  for (cursor.skip_blanks(); !cursor.done(); cursor.skip_blanks()) {
    if (cursor.peek() == '(') {
      result.modseq = take_search_modseq(cursor);
      continue;
    }
    const auto number = cursor.number32();
    if (!has_place(cursor, result.found.size())) break;
    if (!result.found.empty() && number > 0 && result.found.back().last == number - 1) {
      result.found.back().last = number;
    } else {
      result.found.push_back({.first = number, .last = number});
    }
  }
  return result;
}

std::vector<ImapRange> take_set(ImapCursor& cursor) {
  auto ranges = parse_imap_set(cursor.word());
  if (!ranges) cursor.fail_here("a set of numbers");
  return ranges.value_or(std::vector<ImapRange>{});
}

ImapSearchResult take_esearch(ImapCursor& cursor) {
  ImapSearchResult result;
  cursor.skip_blanks();
  if (cursor.peek() == '(') cursor.skip_value();
  cursor.skip_blanks();
  cursor.eat_word("UID");
  for (cursor.skip_blanks(); !cursor.done(); cursor.skip_blanks()) {
    const std::string item = to_upper(cursor.atom());
    cursor.skip_blanks();
    if (item == "ALL") {
      result.found = take_set(cursor);
    } else if (item == "MIN") {
      result.min = cursor.number32();
    } else if (item == "MAX") {
      result.max = cursor.number32();
    } else if (item == "COUNT") {
      result.count = cursor.number32();
    } else if (item == "MODSEQ") {
      result.modseq = cursor.number64();
    } else {
      cursor.skip_value();
    }
  }
  return result;
}

/// Behind `BODY`: `[HEADER.FIELDS ("Subject")]<0> {12}...`
ImapSection take_section(ImapCursor& cursor) {
  ImapSection section;
  cursor.expect('[');
  const auto rest = cursor.rest();
  const auto end = end_of_code(rest);
  if (end == std::string_view::npos) {
    cursor.fail_here("]");
    return section;
  }
  section.name = to_upper(rest.substr(0, end));
  cursor.skip(end + 1);
  if (cursor.eat('<')) {
    section.origin = cursor.number32();
    cursor.expect('>');
  }
  cursor.skip_blanks();
  if (auto bytes = cursor.nstring()) {
    section.present = true;
    section.bytes = *std::move(bytes);
  }
  return section;
}

void take_date(ImapCursor& cursor, ImapFetch& fetch) {
  if (const auto text = cursor.nstring()) fetch.internal_date_ms = parse_imap_date(text->view());
}

void take_modseq(ImapCursor& cursor, ImapFetch& fetch) {
  cursor.expect('(');
  fetch.modseq = cursor.number64();
  cursor.expect(')');
}

void take_labels(ImapCursor& cursor, ImapFetch& fetch) {
  if (cursor.eat_word("NIL")) return;
  take_list(cursor, [&] { fetch.gmail_labels.emplace_back(cursor.astring().view()); });
}

struct FetchItem {
  std::string_view name;
  void (*take)(ImapCursor&, ImapFetch&);
};

constexpr FetchItem kFetchItems[] = {
    {"UID", [](ImapCursor& cursor, ImapFetch& fetch) { fetch.uid = cursor.number32(); }},
    {"FLAGS", [](ImapCursor& cursor, ImapFetch& fetch) { fetch.flags = take_flags(cursor); }},
    {"INTERNALDATE", take_date},
    {"RFC822.SIZE", [](ImapCursor& cursor, ImapFetch& fetch) { fetch.size_bytes = cursor.number64(); }},
    {"MODSEQ", take_modseq},
    {"X-GM-MSGID", [](ImapCursor& cursor, ImapFetch& fetch) { fetch.gmail_message_id = cursor.number64(); }},
    {"X-GM-THRID", [](ImapCursor& cursor, ImapFetch& fetch) { fetch.gmail_thread_id = cursor.number64(); }},
    {"X-GM-LABELS", take_labels},
};

void take_fetch_item(ImapCursor& cursor, ImapFetch& fetch) {
  const auto name = cursor.atom();
  if (cursor.peek() == '[') {
    if (!equal_ignoring_case(name, "BODY") && !equal_ignoring_case(name, "BINARY"))
      return cursor.fail_here("BODY[");
    fetch.sections.push_back(take_section(cursor));
    return;
  }
  cursor.skip_blanks();
  for (const auto& item : kFetchItems)
    if (equal_ignoring_case(item.name, name)) return item.take(cursor, fetch);
  cursor.skip_value();
}

ImapFetch take_fetch(ImapCursor& cursor, std::uint32_t number) {
  ImapFetch fetch;
  fetch.number = number;
  take_list(cursor, [&] { take_fetch_item(cursor, fetch); });
  return fetch;
}

ImapVanished take_vanished(ImapCursor& cursor) {
  ImapVanished vanished;
  cursor.skip_blanks();
  if (cursor.peek() == '(') {
    vanished.earlier = true;
    cursor.skip_value();
    cursor.skip_blanks();
  }
  vanished.uids = take_set(cursor);
  return vanished;
}

ImapResponse take_numbered(ImapCursor& cursor) {
  const auto number = cursor.number32();
  cursor.skip_blanks();
  const std::string name = to_upper(cursor.atom());
  if (name == "EXISTS") return ImapExists{.messages = number};
  if (name == "EXPUNGE") return ImapExpunge{.number = number};
  if (name == "FETCH") return take_fetch(cursor, number);
  return ImapOther{.name = name};
}

ImapResponse take_named(ImapCursor& cursor) {
  const std::string name = to_upper(cursor.atom());
  if (const auto condition = condition_of(name)) return status_line("", *condition, cursor.rest());
  if (name == "CAPABILITY") return take_capabilities(cursor);
  if (name == "FLAGS") return ImapFlags{.flags = take_flags(cursor)};
  if (name == "LIST" || name == "LSUB" || name == "XLIST") return take_list_entry(cursor);
  if (name == "STATUS") return take_mailbox_status(cursor);
  if (name == "SEARCH") return take_search(cursor);
  if (name == "ESEARCH") return take_esearch(cursor);
  if (name == "VANISHED") return take_vanished(cursor);
  return ImapOther{.name = name};
}

/// `+ text`, or `+` alone as some servers send it.
ImapContinuation continuation(std::string_view frame) {
  return {.text = to_valid_utf8(trim(frame.substr(1)))};
}

ImapResponse take_tagged(ImapCursor& cursor) {
  const auto tag = cursor.atom();
  cursor.skip_blanks();
  const auto condition = condition_of(cursor.word());
  if (!condition) {
    cursor.fail_here("OK, NO or BAD");
    return ImapOther{};
  }
  return status_line(tag, *condition, cursor.rest());
}

}  // namespace

std::string_view ImapBytes::view() const {
  if (const auto* owned = std::get_if<std::string>(&bytes_)) return *owned;
  return std::get<std::string_view>(bytes_);
}

std::optional<std::uint64_t> ImapCode::number() const {
  ImapCursor cursor(arguments);
  const auto value = cursor.number64();
  if (cursor.failed()) return std::nullopt;
  return value;
}

std::vector<std::string> ImapCode::words() const {
  constexpr std::string_view kBetween = " ()";
  std::vector<std::string> words;
  for (auto at = arguments.find_first_not_of(kBetween); at != std::string::npos;) {
    const auto end = std::min(arguments.find_first_of(kBetween, at), arguments.size());
    words.push_back(arguments.substr(at, end - at));
    at = arguments.find_first_not_of(kBetween, end);
  }
  return words;
}

Result<ImapResponse> parse_imap_response(std::string_view frame) {
  if (frame.starts_with('+')) return continuation(frame);
  ImapCursor cursor(frame);
  const bool untagged = cursor.eat_word("*");
  cursor.skip_blanks();
  const bool numbered = cursor.peek() >= '0' && cursor.peek() <= '9';
  auto response = !untagged ? take_tagged(cursor) : numbered ? take_numbered(cursor) : take_named(cursor);
  if (cursor.failed()) return std::unexpected(cursor.error());
  return response;
}

std::optional<ImapCopyUid> parse_copy_uid(const ImapCode& code) {
  const auto words = code.words();
  if (code.name != "COPYUID" || words.size() != 3) return std::nullopt;
  auto source = parse_imap_set(words[1]);
  auto target = parse_imap_set(words[2]);
  const auto uid_validity = code.number();
  if (!source || !target || !uid_validity || *uid_validity > UINT32_MAX) return std::nullopt;
  if (count_of(*source) != count_of(*target)) return std::nullopt;
  return ImapCopyUid{.uid_validity = static_cast<std::uint32_t>(*uid_validity),
                     .source = *std::move(source),
                     .target = *std::move(target)};
}

}  // namespace outrider::mail
