#include "mail/address.h"

#include <algorithm>

#include "core/strings.h"
#include "mail/domain.h"

namespace outrider::mail {
namespace {

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == '\x7f';
}

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// RFC 5322 atext, and every UTF-8 byte (RFC 6532).
bool is_atext(char c) {
  constexpr std::string_view kMarks = "!#$%&'*+-/=?^_`{|}~";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         static_cast<unsigned char>(c) >= 0x80 || kMarks.find(c) != std::string_view::npos;
}

bool is_dot_atom(std::string_view text) {
  return std::ranges::all_of(split(text, '.'), [](std::string_view part) {
    return !part.empty() && std::ranges::all_of(part, is_atext);
  });
}

/// The content of a quoted string, escapes resolved.
std::string unquote(std::string_view quoted) {
  std::string content;
  for (std::size_t i = 1; i + 1 < quoted.size(); ++i) {
    if (quoted[i] == '\\' && i + 2 < quoted.size()) ++i;
    content += quoted[i];
  }
  return content;
}

bool is_quoted(std::string_view text) {
  return text.size() >= 2 && text.front() == '"' && text.back() == '"';
}

bool is_local_part(std::string_view local) {
  if (local.empty() || local.size() > kLocalPartBytesMax) return false;
  if (!is_quoted(local)) return is_dot_atom(local);
  for (std::size_t i = 1; i + 1 < local.size(); ++i) {
    if (local[i] == '"') return false;
    if (local[i] == '\\' && ++i + 1 == local.size()) return false;
  }
  return local.size() > 2;
}

std::string quote(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (is_control(c)) continue;
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

/// What a header may hold as an address: a bit more than is_valid_email takes (`root@localhost`).
bool is_address_like(std::string_view email) {
  const auto at = email.rfind('@');
  if (at == std::string_view::npos || at == 0 || at + 1 == email.size()) return false;
  const auto bad = [](char c) { return is_control(c) || c == '<' || c == '>'; };
  return email.size() <= 2 * kAddressBytesMax && std::ranges::none_of(email, bad) &&
         email.find(' ', at) == std::string_view::npos;
}

/// One pass over an address list. Each member reads one lexical element at the front.
class ListReader {
 public:
  explicit ListReader(std::string_view text) : text_(text) {}

  std::vector<Address> read() {
    while (at_ < text_.size() && found_.size() < kAddressesMax) step();
    finish();
    return std::move(found_);
  }

 private:
  void step() {
    const char c = text_[at_];
    switch (c) {
      case '"':
        return quoted();
      case '(':
        return comment();
      case '<':
        return angle();
      case ',':
      case ';':
        ++at_;
        return finish();
      case ':':
        ++at_;
        return group();
      default:
        ++at_;
        if (is_blank(c)) {
          gap_ = true;
        } else {
          append(std::string_view(&text_[at_ - 1], 1), c == '@');
        }
    }
  }

  /// Adds to the current word; a blank starts a new one, except around `@`, where old mail may have it.
  void append(std::string_view piece, bool joins) {
    const bool after_at = !words_.empty() && words_.back().ends_with('@');
    if (words_.empty() || (gap_ && !joins && !after_at)) words_.emplace_back();
    gap_ = false;
    words_.back() += piece;
    has_at_ = has_at_ || joins;
  }

  void quoted() {
    const std::size_t start = at_++;
    while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2 : 1;
    at_ = std::min(at_ + 1, text_.size());
    append(text_.substr(start, at_ - start), false);
  }

  void comment() {
    const std::size_t start = ++at_;
    for (int depth = 1; at_ < text_.size() && depth > 0; ++at_) {
      if (text_[at_] == '\\') {
        ++at_;
      } else if (text_[at_] == '(') {
        ++depth;
      } else if (text_[at_] == ')') {
        --depth;
      }
    }
    at_ = std::min(at_, text_.size());
    comment_ = trim(text_.substr(start, at_ - start));
    if (comment_.ends_with(')')) comment_.remove_suffix(1);
    gap_ = true;
  }

  void angle() {
    const std::size_t start = ++at_;
    bool in_quotes = false;
    for (; at_ < text_.size() && (in_quotes || text_[at_] != '>'); ++at_) {
      if (text_[at_] == '"') in_quotes = !in_quotes;
      if (text_[at_] == '\\' && in_quotes && at_ + 1 < text_.size()) ++at_;
    }
    auto spec = trim(text_.substr(start, std::min(at_, text_.size()) - start));
    at_ = std::min(at_ + 1, text_.size());
    // An obsolete source route stands in front of the address: <@relay,@relay2:ada@acme.com>.
    if (spec.starts_with('@')) {
      const auto colon = spec.find(':');
      spec = colon == std::string_view::npos ? std::string_view() : spec.substr(colon + 1);
    }
    if (angle_.empty()) angle_ = spec;
    gap_ = true;
  }

  /// `Team: a@x, b@y;`: the name of a group is not an address.
  void group() {
    if (!has_at_ && angle_.empty()) reset();
  }

  void finish() {
    Address address;
    if (!angle_.empty()) {
      address.email = angle_;
      address.name = joined_words("");
    } else {
      const auto spec = std::ranges::find_if(words_, [](const auto& word) {
        return word.find('@') != std::string::npos && is_address_like(word);
      });
      if (spec != words_.end()) {
        address.email = *spec;
        address.name = joined_words(*spec);
      }
    }
    if (address.name.empty()) address.name = comment_;
    if (is_address_like(address.email)) found_.push_back(std::move(address));
    reset();
  }

  std::string joined_words(const std::string& but) const {
    std::string name;
    for (const auto& word : words_) {
      if (!but.empty() && word == but) continue;
      if (!name.empty()) name += ' ';
      name += is_quoted(word) ? unquote(word) : word;
    }
    return std::string(trim(name));
  }

  void reset() {
    words_.clear();
    angle_.clear();
    comment_ = {};
    gap_ = false;
    has_at_ = false;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Address> found_;
  std::vector<std::string> words_;
  std::string angle_;
  std::string_view comment_;
  bool gap_ = false;
  bool has_at_ = false;  // outside quotes
};

}  // namespace

std::vector<Address> parse_addresses(std::string_view text) {
  return ListReader(text).read();
}

Result<Address> parse_address(std::string_view text) {
  auto found = parse_addresses(text);
  if (found.size() != 1 || !is_valid_email(found.front().email))
    return fail(Code::Invalid, "must be one mail address such as ada@example.com");
  return std::move(found.front());
}

std::string format_address(const Address& address) {
  if (address.name.empty()) return address.email;
  const bool plain = std::ranges::all_of(address.name, [](char c) { return is_atext(c) || c == ' '; });
  return (plain ? address.name : quote(address.name)) + " <" + address.email + ">";
}

bool is_valid_email(std::string_view email) {
  const auto at = email.rfind('@');
  if (at == std::string_view::npos || email.size() > kAddressBytesMax || !is_valid_utf8(email)) return false;
  if (std::ranges::any_of(email, [](char c) { return is_control(c) || is_blank(c); })) return false;
  if (!is_local_part(email.substr(0, at))) return false;

  if (email.ends_with('.')) return false;
  const auto domain = domain_to_ascii(email.substr(at + 1));
  if (!domain) return false;
  const auto dot = domain->rfind('.');
  if (dot == std::string::npos) return false;
  return !std::ranges::all_of(domain->substr(dot + 1), [](char c) { return c >= '0' && c <= '9'; });
}

std::string normalise_address(std::string_view email) {
  const auto text = trim(email);
  const auto at = text.rfind('@');
  if (at == std::string_view::npos) return to_lower(text);
  std::string local = to_lower(text.substr(0, at));
  if (is_quoted(local)) {
    auto content = unquote(local);
    if (is_dot_atom(content)) local = std::move(content);
  }
  const auto domain = domain_to_ascii(text.substr(at + 1));
  return local + '@' + (domain ? *domain : to_lower(text.substr(at + 1)));
}

std::string domain_of(std::string_view email) {
  const auto at = email.rfind('@');
  return at == std::string_view::npos ? std::string() : to_lower(email.substr(at + 1));
}

std::string_view local_part_of(std::string_view email) {
  return email.substr(0, email.rfind('@'));
}

bool needs_smtputf8(std::string_view email) {
  return !is_ascii(local_part_of(email));
}

std::string wire_address(std::string_view email) {
  const auto at = email.rfind('@');
  if (at == std::string_view::npos || is_ascii(email.substr(at + 1))) return std::string(email);
  const auto domain = domain_to_ascii(email.substr(at + 1));
  return std::string(email.substr(0, at + 1)) + (domain ? *domain : std::string(email.substr(at + 1)));
}

}  // namespace outrider::mail
