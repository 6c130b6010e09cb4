// What stands between {{ and }}, and the conditions between {% and %}: parsed once, evaluated for every mail.
//
//   {{first_name}}  {{First Name | default: "there"}}  {{first_name|there}}  {{FIRST_NAME | "there"}}
//   {{fallback|{{first_name}}|Sir}}  {{title | downcase | truncate: 20}}  {{sl_date "2 days from now" "Do
//   MMM"}}
//   {% if industry == "SaaS" and city contains "York" or vip %}
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "sending/fields.h"
#include "sending/moment.h"

namespace outrider::sending {

inline constexpr int kExpressionDepthMax = 8;
inline constexpr std::size_t kTagBytesMax = 4096;
inline constexpr std::size_t kFiltersMax = 16;
inline constexpr int kTruncateMax = 10'000;

/// The mailbox that sends, for %signature% and the other sender variables.
struct Sender {
  std::string name;
  std::string email;
  std::string signature_html;
  std::string signature_text;
};

/// Everything a template reads. Views and references must outlive the rendering.
struct RenderContext {
  const Fields& fields;
  const Sender& sender;
  WallTime now;                        // in the lead's zone
  std::optional<WallTime> last_touch;  // when the lead was last written to, same zone
  std::string_view unsubscribe_url;    // for {{unsubscribe_link}}; empty when there is none
  std::uint64_t seed = 0;              // decides every spintax block
};

enum class Source : std::uint8_t {
  Field,
  Literal,
  TimeOfDay,
  TimeOfDayCapital,
  DayOfWeek,
  DateFromNow,
  DateFromLastTouch,
  UnsubscribeLink,
  Signature,
  SignatureText,
  SenderName,
  SenderFirstName,
  SenderLastName,
  SenderEmail,
  SenderDomain,
};

struct Filter;

struct Expression {
  Source source = Source::Field;
  FieldKey key;       // Field
  std::string text;   // as written, for reports; the value of a Literal; the format of a date
  RelativeDate date;  // DateFromNow
  std::vector<Filter> filters;
};

enum class FilterKind : std::uint8_t { Default, Capitalize, Upcase, Downcase, Strip, Truncate, SplitFirst };

struct Filter {
  FilterKind kind = FilterKind::Default;
  std::vector<Expression> fallback;  // Default: one expression
  std::string text;                  // SplitFirst: the separator; Truncate: what stands for the rest
  std::size_t count = 0;             // Truncate: characters, the ellipsis included
};

/// A value, and the name of the variable that was to give it when there is none.
struct Value {
  std::string_view text;     // into the context, the expression or `scratch`
  std::string_view missing;  // into the expression; empty when nothing is missing
};

enum class Comparison : std::uint8_t { Truthy, Equal, NotEqual, Contains };

struct Test {
  Expression left;
  Comparison comparison = Comparison::Truthy;
  Expression right;
};

/// Alternatives of tests that must all hold: `and` binds closer than `or`. Without any it always holds.
struct Condition {
  std::vector<std::vector<Test>> any_of;
};

/// `inside` is the text between the braces. Errors: Invalid.
Result<Expression> parse_expression(std::string_view inside);
/// `%sender-name%` and its kin; nothing for any other text between two per cent signs.
std::optional<Expression> sender_variable(std::string_view name);
/// `text` follows the word `if` or `elsif`. Errors: Invalid.
Result<Condition> parse_condition(std::string_view text);

/// A value of blanks alone counts as none. `scratch` keeps what had to be made.
Value evaluate(const Expression& expression, const RenderContext& context, std::string& scratch);
/// Blank and "false" are false. Texts are compared exactly, without blanks around them.
bool holds(const Condition& condition, const RenderContext& context);

}  // namespace outrider::sending
