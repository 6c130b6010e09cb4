#include <algorithm>
#include <cstdint>

#include "core/strings.h"
#include "sending/template.h"

namespace outrider::sending {
namespace {

struct Span {
  std::uint64_t combinations = 1;
  std::size_t shortest = 0;
  std::size_t longest = 0;
};

std::uint64_t saturating(unsigned __int128 count) {
  return count > UINT64_MAX ? UINT64_MAX : static_cast<std::uint64_t>(count);
}

Span measure(const Sequence& nodes);

Span measure(const Spin& spin) {
  Span span{.combinations = 0, .shortest = SIZE_MAX, .longest = 0};
  for (const Sequence& alternative : spin.alternatives) {
    const Span one = measure(alternative);
    span.combinations = saturating(static_cast<unsigned __int128>(span.combinations) + one.combinations);
    span.shortest = std::min(span.shortest, one.shortest);
    span.longest = std::max(span.longest, one.longest);
  }
  return span;
}

/// Without an else nothing at all may be said.
Span measure(const Choice& choice) {
  const bool total = choice.branches.back().condition.any_of.empty();
  Span span{.combinations = 1, .shortest = total ? SIZE_MAX : 0, .longest = 0};
  for (const Branch& branch : choice.branches) {
    const Span one = measure(branch.body);
    span.combinations = std::max(span.combinations, one.combinations);
    span.shortest = std::min(span.shortest, one.shortest);
    span.longest = std::max(span.longest, one.longest);
  }
  return span;
}

Span measure(const Node& node) {
  if (const auto* text = std::get_if<std::string>(&node.what))
    return {.combinations = 1, .shortest = utf8_length(*text), .longest = utf8_length(*text)};
  if (const auto* spin = std::get_if<Spin>(&node.what)) return measure(*spin);
  if (const auto* choice = std::get_if<Choice>(&node.what)) return measure(*choice);
  return {};
}

Span measure(const Sequence& nodes) {
  Span span;
  for (const Node& node : nodes) {
    const Span one = measure(node);
    span.combinations = saturating(static_cast<unsigned __int128>(span.combinations) * one.combinations);
    span.shortest += one.shortest;
    span.longest += one.longest;
  }
  return span;
}

}  // namespace

Result<SpintaxReport> lint_spintax(std::string_view source, Medium medium) {
  TRY_AS(const auto compiled, Template::compile(source, medium));
  const Span span = measure(compiled.body());
  SpintaxReport report{
      .warnings = {}, .combinations = span.combinations, .shortest = span.shortest, .longest = span.longest};
  for (const Note& note : compiled.notes()) report.warnings.push_back(located(source, note.at, note.message));
  return report;
}

}  // namespace outrider::sending
