#include "mail/header_fields.h"

#include <algorithm>

#include "core/strings.h"

namespace outrider::mail {
namespace {

/// Takes one line off the front, without its line end.
std::string_view take_line(std::string_view& text) {
  const auto end = text.find('\n');
  auto line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

void append_continuation(std::string& value, std::string_view line) {
  const auto text = trim(line);
  if (text.empty() || value.size() + text.size() >= kHeaderValueBytesMax) return;
  if (!value.empty()) value += ' ';
  value += text;
}

bool is_id_byte(char c) {
  return c > ' ' && c != '<' && c != '>' && c != '\x7f';
}

void add_id(std::vector<std::string>& ids, std::string_view id) {
  constexpr std::size_t kIdBytesMax = 900;
  if (id.empty() || id.size() > kIdBytesMax || !std::ranges::all_of(id, is_id_byte)) return;
  if (std::ranges::find(ids, id) != ids.end()) return;
  // A hostile list keeps its first and its last ids: those are what threading looks at.
  if (ids.size() == kMessageIdsMax) ids.erase(ids.begin() + 1);
  ids.emplace_back(id);
}

}  // namespace

HeaderBlock parse_header_block(std::string_view text) {
  HeaderBlock block;
  std::string_view rest = text.substr(0, kHeaderBlockBytesMax);
  const std::size_t available = rest.size();
  bool in_field = false;
  for (bool first = true; !rest.empty(); first = false) {
    const auto line = take_line(rest);
    if (line.empty()) break;
    if (line.front() == ' ' || line.front() == '\t') {
      if (in_field) append_continuation(block.fields.back().value, line);
      continue;
    }
    in_field = false;
    const auto colon = line.find(':');
    const bool mbox_line = first && line.starts_with("From ");
    if (colon == std::string_view::npos || mbox_line || block.fields.size() == kHeaderFieldsMax) continue;
    const auto name = trim(line.substr(0, colon));
    if (name.empty()) continue;
    const auto value = trim(line.substr(colon + 1)).substr(0, kHeaderValueBytesMax);
    block.fields.push_back({.name = std::string(name), .value = std::string(value)});
    in_field = true;
  }
  block.bytes = available - rest.size();
  return block;
}

std::string_view find_header(const std::vector<Header>& fields, std::string_view name) {
  const auto found = std::ranges::find_if(
      fields, [&](const Header& field) { return equal_ignoring_case(field.name, name); });
  return found == fields.end() ? std::string_view() : std::string_view(found->value);
}

bool has_header(const std::vector<Header>& fields, std::string_view name) {
  return std::ranges::any_of(fields,
                             [&](const Header& field) { return equal_ignoring_case(field.name, name); });
}

std::vector<std::string> parse_message_ids(std::string_view value) {
  std::vector<std::string> ids;
  const auto whole = trim(value);
  if (whole.find('<') == std::string_view::npos) {
    add_id(ids, whole);
    return ids;
  }
  for (std::string_view rest = whole;;) {
    const auto open = rest.find('<');
    if (open == std::string_view::npos) return ids;
    rest.remove_prefix(open + 1);
    const auto close = rest.find_first_of("<>");
    if (close == std::string_view::npos) return ids;
    if (rest[close] == '<') {
      rest.remove_prefix(close);
      continue;
    }
    // Some servers fold a long id in the middle; the blank is not part of it.
    add_id(ids, replace_all(rest.substr(0, close), " ", ""));
    rest.remove_prefix(close + 1);
  }
}

}  // namespace outrider::mail
