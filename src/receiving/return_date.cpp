#include "receiving/return_date.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "core/strings.h"
#include "core/time_text.h"
#include "mail/fold.h"
#include "receiving/return_date_words.h"

namespace outrider::receiving {
namespace {

constexpr std::size_t kLookAtBytes = 8 * 1024;
constexpr std::size_t kTokensMax = 1500;
constexpr std::size_t kRoleBehind = 3;
constexpr std::size_t kRoleDistance = 5;  // tokens between "back" and its date: "back in the office on"

struct Token {
  enum class Kind : std::uint8_t { Number, Word, Mark };
  Kind kind = Kind::Mark;
  std::string_view text;
  int value = 0;

  bool is(std::string_view wanted) const { return text == wanted; }
  bool is_number(int low, int high) const { return kind == Kind::Number && value >= low && value <= high; }
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_word_byte(char c) {
  return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80 || c == '\'';
}

/// Numbers, words and single marks; blanks fall away. Hyphenated and slashed words stay apart from numbers.
std::vector<Token> tokens_of(std::string_view text) {
  std::vector<Token> tokens;
  for (std::size_t i = 0; i < text.size() && tokens.size() < kTokensMax;) {
    const std::size_t start = i;
    Token token;
    if (is_digit(text[i])) {
      token.kind = Token::Kind::Number;
      while (i < text.size() && is_digit(text[i])) {
        token.value = std::min(token.value * 10 + (text[i] - '0'), 100'000);
        ++i;
      }
    } else if (is_word_byte(text[i])) {
      token.kind = Token::Kind::Word;
      while (i < text.size() &&
             (is_word_byte(text[i]) || (text[i] == '-' && i + 1 < text.size() && is_word_byte(text[i + 1]))))
        ++i;
    } else if (text[i++] == ' ') {
      continue;
    }
    token.text = text.substr(start, i - start);
    tokens.push_back(token);
  }
  return tokens;
}

int number_of(std::span<const NumberedWord> words, std::string_view text) {
  const auto found = std::ranges::find(words, text, &NumberedWord::word);
  return found == words.end() ? 0 : found->number;
}

/// Also with a case ending behind an apostrophe: 13 mart'a kadar.
int month_of(std::string_view word) {
  const int month = number_of(month_names(), word);
  return month > 0 ? month : number_of(month_names(), word.substr(0, word.find('\'')));
}

/// 1 (Monday) to 7 of a day since 1970-01-01, which was a Thursday.
int weekday_of(std::int64_t day) {
  return static_cast<int>((day % 7 + 10) % 7) + 1;
}

std::int64_t next_working_day(std::int64_t day) {
  do ++day;
  while (weekday_of(day) > 5);
  return day;
}

bool is_date(int year, int month, int day) {
  constexpr std::array kDays = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month < 1 || month > 12 || day < 1 || day > kDays[static_cast<std::size_t>(month - 1)]) return false;
  const Date back = date_from_days(days_from_date(year, month, day));
  return back.day == day;
}

/// Whether the sender's country writes the month first. A bare .com with English words is taken for American.
bool month_first(std::string_view domain, std::string_view folded) {
  const auto dot = domain.rfind('.');
  const std::string tld = to_lower(dot == std::string_view::npos ? domain : domain.substr(dot + 1));
  if (tld == "us" || tld == "ph") return true;
  const bool generic = tld == "com" || tld == "net" || tld == "org" || tld == "io" || tld == "co" ||
                       tld == "ai" || tld == "edu" || tld == "gov" || tld == "inc" || tld == "app" ||
                       tld == "dev";
  if (!generic) return false;
  return std::ranges::any_of(
      std::to_array<std::string_view>({"office", "vacation", "return", "away", "back"}),
      [&](std::string_view word) { return mail::contains_phrase(folded, word); });
}

struct Candidate {
  std::int64_t day = 0;
  std::size_t first = 0;  // its tokens: [first, last)
  std::size_t last = 0;
  DateRole role = DateRole::Plain;
  bool is_vague = false;  // a day without its month
};

class Finder {
 public:
  Finder(std::string_view folded, std::int64_t today, bool months_first)
      : tokens_(tokens_of(folded)), today_(today), months_first_(months_first) {}

  std::optional<Candidate> best() {
    for (std::size_t i = 0; i < tokens_.size();) {
      Candidate candidate{.first = i, .last = i + 1};
      if (read(i, candidate)) {
        candidate.role = role_of(candidate);
        if (!candidate.is_vague || candidate.role == DateRole::Return) consider(candidate);
        previous_end_ = candidate.last;
      }
      i = candidate.last;
    }
    return best_;
  }

 private:
  const Token* at(std::size_t i) const { return i < tokens_.size() ? &tokens_[i] : nullptr; }

  bool mark_at(std::size_t i, std::string_view any_of) const {
    const Token* token = at(i);
    return token != nullptr && token->kind == Token::Kind::Mark &&
           any_of.find(token->text) != std::string_view::npos;
  }

  bool read(std::size_t i, Candidate& out) {
    return read_numeric(i, out) || read_day_month(i, out) || read_month_day(i, out) ||
           read_ideographs(i, out) || read_weekday(i, out) || read_day(i, out);
  }

  bool in_range(std::int64_t day) const { return day > today_ && day <= today_ + kReturnDaysMax; }

  /// Takes the day when it exists and lies ahead; a missing year is this one or the next.
  bool take(Candidate& out, int year, int month, int day, std::size_t last) const {
    out.last = last;
    if (year > 0 && year < 100) year += 2000;
    const int this_year = date_from_days(today_).year;
    const int from = year > 0 ? year : this_year;
    const int to = year > 0 ? year : this_year + 1;
    for (int candidate = from; candidate <= to; ++candidate) {
      if (!is_date(candidate, month, day)) continue;
      out.day = days_from_date(candidate, month, day);
      if (in_range(out.day)) return true;
    }
    return false;
  }

  /// 2026-03-10, 2026/3/10, 10.3.2026, 10.03., 10/3, 3/10/26, 10-03-2026.
  bool read_numeric(std::size_t i, Candidate& out) {
    const Token* first = at(i);
    const Token* second = at(i + 2);
    if (!first->is_number(1, 9999) || second == nullptr || !second->is_number(1, 31) ||
        !mark_at(i + 1, "./-"))
      return false;
    const bool third = mark_at(i + 3, "./-") && tokens_[i + 3].is(tokens_[i + 1].text) &&
                       at(i + 4) != nullptr && at(i + 4)->kind == Token::Kind::Number;
    if (first->value >= 1000)
      return third && take(out, first->value, second->value, tokens_[i + 4].value, i + 5);
    const int year = third ? tokens_[i + 4].value : 0;
    const std::size_t last = third ? i + 5 : i + 3;
    const bool dotted = tokens_[i + 1].is(".");
    // "10-11" alone is a span of hours or days and "3.5" a number, not a date.
    if (!third && (tokens_[i + 1].is("-") ||
                   (dotted && !mark_at(i + 3, ".") && first->text.size() + second->text.size() < 4)))
      return false;
    const bool month_leads = !dotted && months_first_;
    if (month_leads)
      return take(out, year, first->value, second->value, last) ||
             take(out, year, second->value, first->value, last);
    return take(out, year, second->value, first->value, last) ||
           (!dotted && take(out, year, first->value, second->value, last));
  }

  /// 10 March, 10. März 2026, 10th of March, 10 de marzo de 2026, 1er mars.
  bool read_day_month(std::size_t i, Candidate& out) {
    if (!at(i)->is_number(1, 31)) return false;
    std::size_t next = i + 1;
    for (int skipped = 0; skipped < 2 && at(next) != nullptr; ++skipped, ++next) {
      const auto text = at(next)->text;
      const bool filler = text == "." || text == "de" || text == "of" || text == "st" || text == "nd" ||
                          text == "rd" || text == "th" || text == "er" || text == "º" || text == "°" ||
                          text == "ª";
      if (!filler) break;
    }
    const int month = at(next) == nullptr ? 0 : month_of(at(next)->text);
    if (month == 0) return false;
    const int day = at(i)->value;
    std::size_t last = next + 1;
    const int year = read_year(last);
    return take(out, year, month, day, last);
  }

  /// March 10th, 2026.
  bool read_month_day(std::size_t i, Candidate& out) {
    const int month = at(i)->kind == Token::Kind::Word ? month_of(at(i)->text) : 0;
    if (month == 0) return false;
    std::size_t next = i + 1;
    if (mark_at(next, ".")) ++next;
    if (at(next) == nullptr || !at(next)->is_number(1, 31)) return false;
    const int day = at(next)->value;
    std::size_t last = next + 1;
    if (at(last) != nullptr &&
        (at(last)->is("st") || at(last)->is("nd") || at(last)->is("rd") || at(last)->is("th")))
      ++last;
    const int year = read_year(last);
    return take(out, year, month, day, last);
  }

  /// A year behind the date, with `,`, `.` or `de` before it; moves `last` behind it.
  int read_year(std::size_t& last) const {
    std::size_t i = last;
    if (at(i) != nullptr && (mark_at(i, ",.") || at(i)->is("de") || at(i)->is("del"))) ++i;
    if (at(i) == nullptr || !at(i)->is_number(2000, 2199)) return 0;
    last = i + 1;
    return at(i)->value;
  }

  /// 3月10日, 2026年3月10日, 3월 10일.
  bool read_ideographs(std::size_t i, Candidate& out) {
    int year = 0;
    if (at(i)->is_number(2000, 2199) && at(i + 1) != nullptr &&
        (at(i + 1)->text.starts_with("年") || at(i + 1)->text.starts_with("년"))) {
      year = at(i)->value;
      i += 2;
    }
    if (at(i) == nullptr || !at(i)->is_number(1, 12) || at(i + 1) == nullptr || at(i + 2) == nullptr ||
        at(i + 3) == nullptr)
      return false;
    const bool month = at(i + 1)->text.starts_with("月") || at(i + 1)->text.starts_with("월");
    const bool day = at(i + 3)->text.starts_with("日") || at(i + 3)->text.starts_with("일") ||
                     at(i + 3)->text.starts_with("号");
    if (!month || !day || !at(i + 2)->is_number(1, 31)) return false;
    if (!take(out, year, at(i)->value, at(i + 2)->value, i + 4)) return false;
    // The turning word stands behind: 3月10日まで, 3月10日(火)まで.
    constexpr std::size_t kBehindBytes = 15;
    through_behind_ = is_until(at(i + 3)->text.substr(3, kBehindBytes));
    for (std::size_t next = i + 4; next < i + 7 && at(next) != nullptr && !through_behind_; ++next)
      through_behind_ = is_until(at(next)->text.substr(0, kBehindBytes));
    return true;
  }

  static bool is_until(std::string_view text) {
    return text.find("まで") != std::string_view::npos || text.find("까지") != std::string_view::npos;
  }

  bool read_weekday(std::size_t i, Candidate& out) {
    // "16 March Monday": the date before says it exactly.
    if (at(i)->kind != Token::Kind::Word || (best_ && previous_end_ == i)) return false;
    const int weekday = number_of(weekday_names(), at(i)->text);
    if (weekday == 0) return false;
    // "Monday, March 9" and "Montag, 9.3.": the date that follows says it exactly.
    for (std::size_t next = i + 1; next <= i + 3 && at(next) != nullptr; ++next) {
      Candidate dated{.first = next, .last = next + 1};
      const bool is_dated =
          read_numeric(next, dated) || read_day_month(next, dated) || read_month_day(next, dated);
      // Also one that is over: "today, Tuesday 3 March".
      if (is_dated || dated.last > next + 1) return false;
    }
    out.day = today_ + 1;
    while (weekday_of(out.day) != weekday) ++out.day;
    return true;
  }

  /// "back on the 16th", "regresso dia 16": the next such day.
  bool read_day(std::size_t i, Candidate& out) const {
    if (i == 0 || !at(i)->is_number(1, 31)) return false;
    const Token* behind = at(i + 1);
    const bool is_ordinal =
        behind != nullptr && (behind->is("st") || behind->is("nd") || behind->is("rd") || behind->is("th"));
    const bool is_named = tokens_[i - 1].is("dia") || tokens_[i - 1].is("día");
    if (!is_named && !(is_ordinal && tokens_[i - 1].is("the"))) return false;
    constexpr std::int64_t kDaysAhead = 31;
    for (std::int64_t day = today_ + 1; day <= today_ + kDaysAhead; ++day) {
      if (date_from_days(day).day != at(i)->value) continue;
      out.day = day;
      out.is_vague = true;
      return true;
    }
    return false;
  }

  /// The word right behind the date, in languages that put it there; else the nearest turning word before it,
  /// not beyond the date before it.
  DateRole role_of(const Candidate& candidate) {
    if (std::exchange(through_behind_, false)) return DateRole::Through;
    for (std::size_t i = candidate.last; i < std::min(candidate.last + kRoleBehind, tokens_.size()); ++i) {
      const auto behind = std::ranges::find(roles_behind(), tokens_[i].text, &RoleWord::words);
      if (behind != roles_behind().end()) return behind->role;
      if (tokens_[i].kind != Token::Kind::Word) break;
    }
    const std::size_t stop =
        std::max(previous_end_, candidate.first - std::min(candidate.first, kRoleDistance));
    for (std::size_t i = candidate.first; i-- > stop;) {
      const bool adjoins = i + 1 == candidate.first;
      // "2 March - 13 March": the second is the last day.
      if (adjoins && i > 0 && is_dash(tokens_[i]) && ends_date(tokens_[i - 1])) return DateRole::Through;
      const auto found = std::ranges::find(role_words(), tokens_[i].text, &RoleWord::words);
      if (found == role_words().end()) continue;
      if (found->role != DateRole::Joined) return found->role;
      if (adjoins) return DateRole::Through;
    }
    return DateRole::Plain;
  }

  static bool ends_date(const Token& token) {
    return token.kind == Token::Kind::Number || token.is(".") || month_of(token.text) > 0;
  }

  static bool is_dash(const Token& token) {
    return token.is("-") || token.is("\u2013") || token.is("\u2014");
  }

  /// A day of return beats an end, an end beats any other date; among equals the latest counts.
  void consider(Candidate candidate) {
    if (candidate.role == DateRole::Through) {
      candidate.day = next_working_day(candidate.day);
      if (!in_range(candidate.day)) return;
    }
    const auto rank = [](DateRole role) {
      return role == DateRole::Return ? 2 : role == DateRole::Plain ? 0 : 1;
    };
    if (!best_ || rank(candidate.role) > rank(best_->role) ||
        (rank(candidate.role) == rank(best_->role) && candidate.day > best_->day))
      best_ = candidate;
  }

  std::vector<Token> tokens_;
  std::int64_t today_;
  bool months_first_;
  std::size_t previous_end_ = 0;
  bool through_behind_ = false;
  std::optional<Candidate> best_;
};

}  // namespace

namespace {

/// Abbreviations that would fall apart into letters and marks.
std::string prepared(std::string_view text) {
  std::string folded = mail::fold_text(text.substr(0, kLookAtBytes));
  for (const auto& [short_form, word] : short_forms()) folded = replace_all(folded, short_form, word);
  return folded;
}

std::optional<Candidate> best_candidate(const ReturnDateInput& input, std::string_view folded) {
  return Finder(folded, input.mail_at_ms / kDayMs, month_first(input.sender_domain, folded)).best();
}

/// "next week", "tomorrow".
std::optional<std::int64_t> relative_day(const ReturnDateInput& input, std::string_view folded) {
  const std::int64_t today = input.mail_at_ms / kDayMs;
  const auto says = [&](std::span<const std::string_view> phrases) {
    return std::ranges::any_of(phrases, [&](auto phrase) { return mail::contains_phrase(folded, phrase); });
  };
  if (says(next_week_phrases())) return today + 8 - weekday_of(today);
  if (says(tomorrow_words())) return today + 1;
  return std::nullopt;
}

}  // namespace

bool names_return(const ReturnDateInput& input) {
  const std::string folded = prepared(input.text);
  const auto best = best_candidate(input, folded);
  if (best) return best->role != DateRole::Plain;
  const bool speaks_of_return = std::ranges::any_of(role_words(), [&](const RoleWord& role) {
    return role.role == DateRole::Return && mail::contains_phrase(folded, role.words);
  });
  return speaks_of_return && relative_day(input, folded).has_value();
}

std::optional<std::int64_t> find_return_day(const ReturnDateInput& input) {
  const std::string folded = prepared(input.text);
  if (const auto best = best_candidate(input, folded)) return best->day;
  return relative_day(input, folded);
}

}  // namespace outrider::receiving
