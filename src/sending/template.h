// A template of a mail: compiled once per step version, rendered once per mail.
//
// Rendering resolves conditionals, then spintax, then variables and the signature (BEHAVIOUR 2.6, 2.7) in one
// walk over the compiled tree: what a variable brings in is never read as a template. The same context gives
// the same text, so a preview is what leaves.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/result.h"
#include "sending/expression.h"
#include "sending/template_scan.h"

namespace outrider::sending {

inline constexpr int kSpinDepthMax = 5;
inline constexpr int kConditionDepthMax = 8;
inline constexpr std::size_t kOutputBytesMax = std::size_t{512} * 1024;

enum class Escape : std::uint8_t {
  None,
  Html,
  HtmlTag
};  // HtmlTag: inside a tag, where line ends stay as they are

struct Node;
using Sequence = std::vector<Node>;

struct Insert {
  Expression value;
  Escape escape = Escape::None;
};
struct Spin {
  std::uint32_t block = 0;  // counted from 0 in the order of the source
  std::vector<Sequence> alternatives;
};
struct Branch {
  Condition condition;
  Sequence body;
};
struct Choice {
  std::vector<Branch> branches;  // the first whose condition holds
};
struct Node {
  std::variant<std::string, Insert, Spin, Choice> what;
};

struct SpinPick {
  std::uint32_t block = 0;
  std::uint32_t picked = 0;  // from 0
  std::uint32_t alternatives = 0;
  bool operator==(const SpinPick&) const = default;
};

/// What a rendering gave. Reused from mail to mail it allocates nothing.
struct Output {
  std::string text;
  std::vector<std::string_view>
      missing;  // names as written in the template, which they live as long as; each once
  std::vector<SpinPick> picks;

  void clear();
};

class Template {
 public:
  /// Errors: Invalid with line and column; TooLarge above kTemplateBytesMax.
  static Result<Template> compile(std::string_view source, Medium medium);

  /// Appends to `out`. Errors: TooLarge when the text would exceed kOutputBytesMax.
  Result<void> render(const RenderContext& context, Output& out) const;

  /// Nothing but blanks: a follow-up with such a subject stays in its thread.
  bool is_blank() const;
  bool uses(Source source) const;
  const Sequence& body() const { return body_; }
  const std::vector<Note>& notes() const { return notes_; }

 private:
  Sequence body_;
  std::vector<Note> notes_;
  std::vector<Source> sources_;  // every one that occurs
};

/// One line for a header: line ends become a blank, other control characters go, blanks at both ends too.
std::string header_text(std::string_view text);

/// What an author should know before starting: computed from the template alone.
struct SpintaxReport {
  std::vector<std::string> warnings;  // located: unbalanced braces, empty blocks
  std::uint64_t combinations = 1;     // at most UINT64_MAX; the largest over the branches of a condition
  std::size_t shortest = 0;           // characters, variables left out
  std::size_t longest = 0;
};
/// Errors: those of compile().
Result<SpintaxReport> lint_spintax(std::string_view source, Medium medium);

}  // namespace outrider::sending
