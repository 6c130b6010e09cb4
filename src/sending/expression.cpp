#include "sending/expression.h"

#include <algorithm>

#include "core/strings.h"
#include "sending/letter_case.h"

namespace outrider::sending {
namespace {

bool is_blank(std::string_view text) {
  return trim(text).empty();
}

std::string_view first_word(std::string_view name) {
  name = trim(name);
  return name.substr(0, name.find(' '));
}

std::string_view last_word(std::string_view name) {
  name = trim(name);
  const auto blank = name.rfind(' ');
  return blank == std::string_view::npos ? std::string_view() : name.substr(blank + 1);
}

std::string_view domain_of(std::string_view email) {
  const auto at = email.rfind('@');
  return at == std::string_view::npos ? std::string_view() : email.substr(at + 1);
}

std::string_view capital_time_of_day(const WallTime& at) {
  const std::string_view word = time_of_day(at);
  if (word == "morning") return "Morning";
  return word == "afternoon" ? "Afternoon" : "Evening";
}

std::string_view date_text(const WallTime& at, std::string_view format, std::string& scratch) {
  scratch.clear();
  append_moment(scratch, at, format);
  return scratch;
}

std::string_view source_text(const Expression& expression,
                             const RenderContext& context,
                             std::string& scratch) {
  switch (expression.source) {
    case Source::Field:
      return context.fields.find(expression.key);
    case Source::Literal:
      return expression.text;
    case Source::TimeOfDay:
      return time_of_day(context.now);
    case Source::TimeOfDayCapital:
      return capital_time_of_day(context.now);
    case Source::DayOfWeek:
      return day_of_week(context.now);
    case Source::DateFromNow:
      return date_text(shifted(context.now, expression.date), expression.text, scratch);
    case Source::DateFromLastTouch:
      return context.last_touch ? date_text(*context.last_touch, expression.text, scratch)
                                : std::string_view();
    case Source::UnsubscribeLink:
      return context.unsubscribe_url;
    case Source::Signature:
      return context.sender.signature_html;
    case Source::SignatureText:
      return context.sender.signature_text;
    case Source::SenderName:
      return context.sender.name;
    case Source::SenderFirstName:
      return first_word(context.sender.name);
    case Source::SenderLastName:
      return last_word(context.sender.name);
    case Source::SenderEmail:
      return context.sender.email;
    case Source::SenderDomain:
      return domain_of(context.sender.email);
  }
  return {};
}

std::string truncated(std::string_view text, std::size_t characters, std::string_view ellipsis) {
  if (utf8_length(text) <= characters) return std::string(text);
  const std::size_t tail = std::min(utf8_length(ellipsis), characters);
  return std::string(utf8_prefix(text, characters - tail)).append(utf8_prefix(ellipsis, tail));
}

std::string filtered(const Filter& filter, std::string_view text) {
  switch (filter.kind) {
    case FilterKind::Capitalize:
      return capitalized(text);
    case FilterKind::Upcase:
      return upper_case(text);
    case FilterKind::Downcase:
      return lower_case(text);
    case FilterKind::Strip:
      return std::string(trim(text));
    case FilterKind::Truncate:
      return truncated(text, filter.count, filter.text);
    case FilterKind::SplitFirst:
      return std::string(trim(text).substr(0, trim(text).find(filter.text)));
    case FilterKind::Default:
      break;
  }
  return std::string(text);
}

bool is_true(std::string_view text) {
  return !is_blank(text) && !equal_ignoring_case(trim(text), "false");
}

bool passes(const Test& test, const RenderContext& context) {
  std::string left_scratch;
  const std::string_view left = trim(evaluate(test.left, context, left_scratch).text);
  if (test.comparison == Comparison::Truthy) return is_true(left);
  std::string right_scratch;
  const std::string_view right = trim(evaluate(test.right, context, right_scratch).text);
  if (test.comparison == Comparison::Contains) return left.contains(right);
  return (left == right) == (test.comparison == Comparison::Equal);
}

/// A fallback may be blank, and so may a signature.
std::string_view name_when_missing(const Expression& expression) {
  constexpr Source kMayBeBlank[] = {Source::Literal, Source::Signature, Source::SignatureText};
  if (std::ranges::count(kMayBeBlank, expression.source) > 0) return {};
  return expression.source == Source::DateFromLastTouch ? "sl_last_touch" : std::string_view(expression.text);
}

}  // namespace

Value evaluate(const Expression& expression, const RenderContext& context, std::string& scratch) {
  Value value{.text = source_text(expression, context, scratch), .missing = {}};
  if (is_blank(value.text)) value.missing = name_when_missing(expression);
  for (const Filter& filter : expression.filters) {
    if (filter.kind != FilterKind::Default) {
      std::string made = filtered(filter, value.text);
      scratch = std::move(made);
      value.text = scratch;
    } else if (is_blank(value.text)) {
      const std::string_view first = value.missing;
      value = evaluate(filter.fallback.front(), context, scratch);
      if (!value.missing.empty() && !first.empty()) value.missing = first;
    }
  }
  return value;
}

bool holds(const Condition& condition, const RenderContext& context) {
  if (condition.any_of.empty()) return true;
  return std::ranges::any_of(condition.any_of, [&](const std::vector<Test>& tests) {
    return std::ranges::all_of(tests, [&](const Test& test) { return passes(test, context); });
  });
}

}  // namespace outrider::sending
