#include "mail/imap_command.h"

#include <algorithm>
#include <utility>

#include "core/assert.h"
#include "mail/imap_text.h"

namespace outrider::mail {

ImapCommand& ImapCommand::add(std::string_view text) {
  OUTRIDER_ASSERT(text.find_first_of("\r\n") == std::string_view::npos, "command text is one line");
  if (pieces_.empty() || pieces_.back().is_literal) pieces_.emplace_back();
  pieces_.back().bytes += text;
  return *this;
}

ImapCommand& ImapCommand::add_string(std::string_view text) {
  if (const auto quoted = imap_quoted(text)) return add(*quoted);
  return add_literal(std::string(text));
}

ImapCommand& ImapCommand::add_literal(std::string bytes) {
  pieces_.push_back({.bytes = std::move(bytes), .is_literal = true});
  return *this;
}

std::string ImapCommand::name() const {
  const std::string& text = pieces_.front().bytes;
  const auto first = text.substr(0, text.find(' '));
  return first == "UID" ? text.substr(0, text.find(' ', 4)) : first;
}

bool ImapCommand::is_sendable() const {
  return std::ranges::none_of(pieces_, [](const Piece& p) { return p.bytes.contains('\0'); });
}

}  // namespace outrider::mail
