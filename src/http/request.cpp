#include "http/request.h"

#include <array>

#include "core/encoding.h"
#include "core/strings.h"

namespace outrider::http {
namespace {

std::string decoded(std::string_view text) {
  return percent_decode(text, PlusSign::Blank);
}

}  // namespace

std::string_view verb_text(Verb verb) {
  constexpr std::array<std::string_view, kVerbs> kTexts = {"GET", "POST", "PUT", "PATCH", "DELETE"};
  return kTexts[static_cast<std::size_t>(verb)];
}

std::string_view Request::path() const {
  return std::string_view(target).substr(0, target.find('?'));
}

std::string_view Request::query() const {
  const auto mark = target.find('?');
  return mark == std::string::npos ? std::string_view() : std::string_view(target).substr(mark + 1);
}

std::string_view Request::header(std::string_view name) const {
  for (const auto& header : headers)
    if (equal_ignoring_case(header.name, name)) return header.value;
  return {};
}

wire::Pairs parse_query(std::string_view query) {
  wire::Pairs pairs;
  if (query.empty()) return pairs;
  for (const auto part : split(query, '&')) {
    if (part.empty()) continue;
    const auto equals = part.find('=');
    const auto value = equals == std::string_view::npos ? std::string_view() : part.substr(equals + 1);
    pairs.emplace_back(decoded(part.substr(0, equals)), decoded(value));
  }
  return pairs;
}

std::string redacted_target(std::string_view target) {
  const auto mark = target.find('?');
  if (mark == std::string_view::npos) return std::string(target);
  std::string shown(target.substr(0, mark));
  char separator = '?';
  for (const auto part : split(target.substr(mark + 1), '&')) {
    const auto name = part.substr(0, part.find('='));
    shown += separator;
    shown += name;
    if (name.size() < part.size()) shown += decoded(name) == "api_key" ? "=***" : part.substr(name.size());
    separator = '&';
  }
  return shown;
}

}  // namespace outrider::http
