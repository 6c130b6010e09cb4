#include <algorithm>

#include "core/strings.h"
#include "sending/expression.h"

namespace outrider::sending {
namespace {

std::unexpected<Error> invalid(std::string message) {
  return fail(Code::Invalid, std::move(message));
}

std::string quoted(std::string_view text) {
  return '"' + std::string(utf8_prefix(text, 60)) + '"';
}

/// The text inside `"..."` or `'...'` when that is the whole of `text`.
std::optional<std::string_view> unquote(std::string_view text) {
  if (text.size() < 2 || (text.front() != '"' && text.front() != '\'') || text.back() != text.front())
    return std::nullopt;
  text = text.substr(1, text.size() - 2);
  return text;
}

/// Parts between `separator`s that stand neither in {{...}} nor in double quotes.
std::vector<std::string_view> split_outside(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  int depth = 0;
  bool in_quotes = false;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i).starts_with("{{")) {
      ++depth;
      ++i;
    } else if (text.substr(i).starts_with("}}") && depth > 0) {
      --depth;
      ++i;
    } else if (text[i] == '"' && depth == 0) {
      in_quotes = !in_quotes;
    } else if (text[i] == separator && depth == 0 && !in_quotes) {
      parts.push_back(text.substr(begin, i - begin));
      begin = i + 1;
    }
  }
  if (in_quotes) return split(text, separator);  // an odd quote is only a character
  parts.push_back(text.substr(begin));
  return parts;
}

bool is_word(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  });
}

std::optional<FilterKind> filter_named(std::string_view word) {
  static constexpr std::pair<std::string_view, FilterKind> kFilters[] = {
      {"default", FilterKind::Default},
      {"capitalize", FilterKind::Capitalize},
      {"upcase", FilterKind::Upcase},
      {"downcase", FilterKind::Downcase},
      {"strip", FilterKind::Strip},
      {"truncate", FilterKind::Truncate},
      {"split_first", FilterKind::SplitFirst}};
  for (const auto& [name, kind] : kFilters)
    if (equal_ignoring_case(word, name)) return kind;
  return std::nullopt;
}

Expression literal(std::string_view text) {
  return {.source = Source::Literal, .key = {}, .text = std::string(text), .date = {}, .filters = {}};
}

Result<Expression> parse_nested(std::string_view inside, int depth);

/// `"there"`, `there`, `{{other}}`.
Result<Expression> parse_fallback(std::string_view text, int depth) {
  text = trim(text);
  if (const auto inner = unquote(text)) return literal(*inner);
  if (!text.starts_with("{{") || !text.ends_with("}}") || text.size() < 4) return literal(text);
  return parse_nested(text.substr(2, text.size() - 4), depth + 1);
}

Result<Filter> default_filter(std::string_view fallback, int depth) {
  TRY_AS(auto expression, parse_fallback(fallback, depth));
  Filter filter;
  filter.fallback.push_back(std::move(expression));
  return filter;
}

Result<Filter> truncate_filter(const std::vector<std::string_view>& arguments) {
  const auto count = parse_integer(trim(arguments.front()));
  if (!count || *count < 1 || *count > kTruncateMax || arguments.size() > 2)
    return invalid("\"truncate\" needs a number of characters from 1 to 10000, like truncate: 20");
  Filter filter{
      .kind = FilterKind::Truncate, .fallback = {}, .text = "...", .count = static_cast<std::size_t>(*count)};
  if (arguments.size() == 2) filter.text = unquote(trim(arguments[1])).value_or(trim(arguments[1]));
  return filter;
}

/// `upcase`, `truncate: 20`, `default: "there"`, or a bare fallback.
Result<Filter> parse_filter(std::string_view text, int depth) {
  const auto colon = text.find(':');
  const std::string_view name = trim(text.substr(0, colon));
  const bool has_argument = colon != std::string_view::npos;
  const std::string_view argument = has_argument ? text.substr(colon + 1) : std::string_view();
  const auto kind = filter_named(name);
  if (!kind) {
    const std::string_view given = trim(argument);
    if (is_word(name) && (unquote(given) || parse_integer(given)))
      return invalid("there is no filter " + quoted(name));
    return default_filter(text, depth);
  }
  if (*kind == FilterKind::Default) return default_filter(argument, depth);
  if (*kind == FilterKind::Truncate) return truncate_filter(split_outside(argument, ','));
  Filter filter{.kind = *kind, .fallback = {}, .text = " ", .count = 0};
  if (*kind == FilterKind::SplitFirst && has_argument)
    filter.text = unquote(trim(argument)).value_or(trim(argument));
  else if (has_argument)
    return invalid("the filter " + quoted(name) + " takes no argument");
  if (filter.text.empty()) return invalid("\"split_first\" needs a separator, like split_first: \",\"");
  return filter;
}

std::optional<Source> computed_named(const FieldKey& key) {
  static constexpr std::pair<std::string_view, Source> kComputed[] = {
      {"sl_time_of_day", Source::TimeOfDay},
      {"sl_time_of_day_cap", Source::TimeOfDayCapital},
      {"sl_day_of_week", Source::DayOfWeek},
      {"unsubscribe_link", Source::UnsubscribeLink},
      {"unsubscribe_url", Source::UnsubscribeLink}};
  for (const auto& [name, source] : kComputed)
    if (key.name() == name) return source;
  return std::nullopt;
}

/// The next word or quoted text of `text`, which loses it.
std::string_view take_argument(std::string_view& text) {
  text = trim(text);
  const bool quote = text.starts_with('"') || text.starts_with('\'');
  const auto end = quote ? text.find(text.front(), 1) : text.find_first_of(" \t\r\n");
  const std::string_view argument =
      text.substr(0, end == std::string_view::npos ? end : end + (quote ? 1 : 0));
  text.remove_prefix(argument.size());
  return argument;
}

/// `sl_date WHEN FORMAT`; WHEN is a quoted phrase, sl_last_touch or left out with the format (today's date).
Result<Expression> parse_date(std::string_view arguments) {
  const std::string_view when = take_argument(arguments);
  const std::string_view format = take_argument(arguments);
  const auto pattern = format.empty() ? std::optional<std::string_view>("MMMM Do YYYY") : unquote(format);
  if (!pattern || !trim(arguments).empty())
    return invalid("sl_date is written {{sl_date \"2 days from now\" \"dddd, MMMM Do\"}}");
  Expression expression{
      .source = Source::DateFromNow, .key = {}, .text = std::string(*pattern), .date = {}, .filters = {}};
  if (FieldKey(when).name() == "sl_last_touch") {
    expression.source = Source::DateFromLastTouch;
    return expression;
  }
  TRY_AS(expression.date, parse_relative_date(when.empty() ? "today" : unquote(when).value_or(when)));
  return expression;
}

Result<Expression> parse_variable(std::string_view name) {
  if (starts_with_ignoring_case(name, "sl_date") &&
      (name.size() == 7 || name.find_first_of(" \t\r\n\"'") == 7))
    return parse_date(name.substr(7));
  if (name.empty()) return invalid("a variable has no name");
  if (utf8_length(name) > kFieldKeyCharactersMax)
    return invalid("a variable's name is longer than 100 characters");
  if (name.find_first_of("{}<>\"") != std::string_view::npos)
    return invalid(quoted(name) + " is not a variable's name");
  Expression expression{
      .source = Source::Field, .key = FieldKey(name), .text = std::string(name), .date = {}, .filters = {}};
  if (const auto computed = computed_named(expression.key)) expression.source = *computed;
  return expression;
}

/// `fallback|{{first_name}}|company_name|Sir`: the first that is not blank; a bare word is a variable unless
/// it is last.
Result<Expression> parse_chain(const std::vector<std::string_view>& parts, int depth) {
  Expression chain = literal("");
  for (const std::string_view& part : parts) {
    const std::string_view text = trim(part);
    const bool is_name = &part != &parts.back() && !text.starts_with("{{") && !unquote(text);
    TRY_AS(auto expression, is_name ? parse_variable(text) : parse_fallback(text, depth));
    Filter filter;
    filter.fallback.push_back(std::move(expression));
    chain.filters.push_back(std::move(filter));
  }
  return chain;
}

Result<Expression> parse_nested(std::string_view inside, int depth) {
  if (depth > kExpressionDepthMax) return invalid("variables are nested deeper than 8");
  const auto parts = split_outside(inside, '|');
  if (parts.size() > kFiltersMax) return invalid("a variable has more than 15 filters");
  const bool is_chain = parts.size() > 1 && equal_ignoring_case(trim(parts[0]), "fallback");
  if (is_chain) return parse_chain({parts.begin() + 1, parts.end()}, depth);
  TRY_AS(auto expression, parse_variable(trim(parts[0])));
  for (std::size_t i = 1; i < parts.size(); ++i) {
    TRY_AS(auto filter, parse_filter(parts[i], depth));
    expression.filters.push_back(std::move(filter));
  }
  return expression;
}

/// A text, a number, true, false, blank, or a variable.
Result<Expression> parse_operand(std::string_view text) {
  text = trim(text);
  if (const auto inner = unquote(text)) return literal(*inner);
  for (const std::string_view none : {"blank", "empty", "nil", "null"})
    if (equal_ignoring_case(text, none)) return literal("");
  if (equal_ignoring_case(text, "true") || equal_ignoring_case(text, "false") || parse_integer(text))
    return literal(text);
  return parse_variable(text);
}

/// One word, quoted text or operator of a condition.
std::vector<std::string_view> condition_words(std::string_view text) {
  std::vector<std::string_view> words;
  while (!(text = trim(text)).empty()) {
    std::size_t end = 0;
    if (text.front() == '"' || text.front() == '\'')
      end = std::min(text.find(text.front(), 1), text.size() - 1) + 1;
    else if (text.starts_with("==") || text.starts_with("!=") || text.starts_with("<>"))
      end = 2;
    else
      end = std::min(text.find_first_of(" \t\r\n\"'=!<", 1), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return words;
}

std::optional<Comparison> comparison_named(std::string_view word) {
  if (word == "==") return Comparison::Equal;
  if (word == "!=" || word == "<>") return Comparison::NotEqual;
  if (equal_ignoring_case(word, "contains")) return Comparison::Contains;
  return std::nullopt;
}

/// The source text that `words` [begin, end) cover: a name may hold blanks.
std::string_view covering(const std::vector<std::string_view>& words, std::size_t begin, std::size_t end) {
  if (begin >= end) return {};
  return {words[begin].begin(), words[end - 1].end()};
}

Result<Test> parse_test(const std::vector<std::string_view>& words, std::size_t begin, std::size_t end) {
  Test test;
  std::size_t at = begin;
  while (at < end && !comparison_named(words[at])) ++at;
  if (at == begin) return invalid("a condition has nothing to test");
  TRY_AS(test.left, parse_operand(covering(words, begin, at)));
  if (at == end) return test;
  test.comparison = *comparison_named(words[at]);
  if (at + 1 == end) return invalid("a condition compares with nothing");
  TRY_AS(test.right, parse_operand(covering(words, at + 1, end)));
  return test;
}

}  // namespace

Result<Expression> parse_expression(std::string_view inside) {
  return parse_nested(inside, 1);
}

std::optional<Expression> sender_variable(std::string_view name) {
  static constexpr std::pair<std::string_view, Source> kVariables[] = {
      {"signature", Source::Signature},
      {"sender_name", Source::SenderName},
      {"sender_firstname", Source::SenderFirstName},
      {"sender_first_name", Source::SenderFirstName},
      {"sender_lastname", Source::SenderLastName},
      {"sender_last_name", Source::SenderLastName},
      {"sender_email", Source::SenderEmail},
      {"sender_domain", Source::SenderDomain}};
  const FieldKey key(name);
  for (const auto& [known, source] : kVariables)
    if (key.name() == known)
      return Expression{
          .source = source, .key = {}, .text = "%" + std::string(name) + "%", .date = {}, .filters = {}};
  return std::nullopt;
}

Result<Condition> parse_condition(std::string_view text) {
  const auto words = condition_words(text);
  Condition condition;
  condition.any_of.emplace_back();
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= words.size(); ++i) {
    const bool is_or = i < words.size() && equal_ignoring_case(words[i], "or");
    const bool is_and = i < words.size() && equal_ignoring_case(words[i], "and");
    if (i < words.size() && !is_or && !is_and) continue;
    TRY_AS(auto test, parse_test(words, begin, i));
    condition.any_of.back().push_back(std::move(test));
    if (is_or) condition.any_of.emplace_back();
    begin = i + 1;
  }
  return condition;
}

}  // namespace outrider::sending
