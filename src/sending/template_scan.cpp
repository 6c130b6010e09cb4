#include "sending/template_scan.h"

#include <algorithm>

#include "core/strings.h"
#include "sending/expression.h"
#include "sending/html_place.h"

namespace outrider::sending {
namespace {

constexpr std::size_t kSenderNameBytesMax = 20;
constexpr auto kNone = std::string_view::npos;

class Scanner {
 public:
  Scanner(std::string_view source, Medium medium) : source_(source), medium_(medium), place_(source) {}

  Result<Scan> run();

 private:
  enum class Opener : std::uint8_t { Brace, Random, If };
  struct Open {
    Opener opener = Opener::Brace;
    std::uint32_t region = 0;
    std::size_t token = 0;          // its place in scan_.tokens
    std::vector<std::size_t> bars;  // likewise
  };

  Result<void> step();
  Result<void> step_variable();
  Result<void> step_statement();
  Result<void> open_random(std::size_t bar);
  bool step_sender_variable();
  bool step_spintax();

  Result<void> begin_branch(TokenKind kind, Token token);
  void close(std::size_t bytes);
  Result<void> forget_above_if();
  void forget(const Open& open);

  bool is_speech() const { return medium_ != Medium::Html || place_.is_speech(); }
  std::uint32_t region() const { return medium_ == Medium::Html ? place_.region() : 0; }
  bool at(std::string_view text) const { return source_.substr(at_).starts_with(text); }
  std::unexpected<Error> error(std::size_t where, std::string_view message) const {
    return fail(Code::Invalid, located(source_, where, message));
  }
  void note(std::size_t where, std::string message) {
    if (scan_.notes.size() < kNotesMax) scan_.notes.push_back({where, std::move(message)});
  }
  void flush_text() {
    if (text_ < at_)
      scan_.tokens.push_back({.kind = TokenKind::Text, .at = text_, .begin = text_, .end = at_});
  }
  /// Ends the text before here, adds a token and goes on behind `next`.
  void push(Token token, std::size_t next) {
    flush_text();
    scan_.tokens.push_back(token);
    at_ = text_ = next;
  }
  Token token(TokenKind kind, std::size_t begin, std::size_t end) const {
    const bool in_tag = medium_ == Medium::Html && place_.state() != HtmlPlace::State::Content;
    return {.kind = kind, .at = at_, .begin = begin, .end = end, .in_tag = in_tag};
  }

  std::string_view source_;
  Medium medium_;
  HtmlPlace place_;
  Scan scan_;
  std::vector<Open> open_;
  std::size_t at_ = 0;
  std::size_t text_ = 0;  // where the text not yet made a token begins
};

Result<Scan> Scanner::run() {
  while (at_ < source_.size()) TRY(step());
  flush_text();
  TRY(forget_above_if());
  if (!open_.empty()) return error(scan_.tokens[open_.back().token].at, "this {% if %} has no {% endif %}");
  return std::move(scan_);
}

Result<void> Scanner::step() {
  const char c = source_[at_];
  if (c == '{' && at("{{")) return step_variable();
  if (c == '{' && at("{%")) return step_statement();
  if (c == '%' && step_sender_variable()) return {};
  if (is_speech() && step_spintax()) return {};
  if (medium_ != Medium::Html) {
    ++at_;
    return {};
  }
  const std::uint32_t before = region();
  at_ = place_.step(at_);
  if (region() == before) return {};
  // A block ends with the attribute value it began in.
  while (!open_.empty() && open_.back().opener == Opener::Brace && open_.back().region != 0 &&
         region() == 0) {
    forget(open_.back());
    open_.pop_back();
  }
  return {};
}

/// The end of the tag whose inside begins at `from`: where its `}}` stands, nested variables passed over.
std::size_t end_of_variable(std::string_view source, std::size_t from) {
  int depth = 0;
  const std::size_t limit = std::min(source.size(), from + kTagBytesMax);
  for (std::size_t i = from; i + 1 < limit; ++i) {
    if (source[i] == '{' && source[i + 1] == '{') {
      if (++depth > kExpressionDepthMax) return kNone;
      ++i;
    } else if (source[i] == '}' && source[i + 1] == '}') {
      if (depth-- == 0) return i;
      ++i;
    }
  }
  return kNone;
}

Result<void> Scanner::step_variable() {
  const std::size_t word = source_.find_first_not_of(" \t\r\n", at_ + 2);
  if (word != kNone && starts_with_ignoring_case(source_.substr(word), "random")) {
    const std::size_t bar = source_.find_first_not_of(" \t\r\n", word + 6);
    if (bar != kNone && source_[bar] == '|') return open_random(bar);
  }
  if (at("{{{")) {
    const std::size_t end = end_of_variable(source_, at_ + 3);
    if (end != kNone && source_.substr(end).starts_with("}}}")) {
      push(token(TokenKind::RawVariable, at_ + 3, end), end + 3);
      return {};
    }
    if (is_speech() && step_spintax())
      return {};  // a block that begins with a variable: {{{first_name}}|there}
  }
  const std::size_t end = end_of_variable(source_, at_ + 2);
  if (end == kNone)
    return error(at_,
                 "\"{{\" begins a variable that is not closed; nested spintax needs a blank: { {a|b}|c}");
  push(token(TokenKind::Variable, at_ + 2, end), end + 2);
  return {};
}

Result<void> Scanner::open_random(std::size_t bar) {
  if (!is_speech()) return error(at_, "spintax cannot stand here: only in text and in href, alt and title");
  Token opener = token(TokenKind::SpinOpen, at_, bar + 1);
  opener.trimmed = source_[bar - 1] == ' ';
  push(opener, bar + 1);
  open_.push_back(
      {.opener = Opener::Random, .region = region(), .token = scan_.tokens.size() - 1, .bars = {}});
  return {};
}

Result<void> Scanner::step_statement() {
  const std::size_t begin = at_ + 2;
  const std::size_t end = source_.substr(0, std::min(source_.size(), begin + kTagBytesMax)).find("%}", begin);
  if (end == kNone) return error(at_, "\"{%\" is not closed");
  const std::string_view inside = trim(source_.substr(begin, end - begin));
  const std::string_view word = inside.substr(0, inside.find_first_of(" \t\r\n&\"'"));
  const auto rest = static_cast<std::size_t>(inside.data() + word.size() - source_.data());
  const std::size_t start = at_;
  Token statement = token(TokenKind::If, rest, rest + inside.size() - word.size());
  if (word == "if") {
    push(statement, end + 2);
    scan_.tokens.back().kind = TokenKind::If;
    open_.push_back({.opener = Opener::If, .region = region(), .token = scan_.tokens.size() - 1, .bars = {}});
    return {};
  }
  static constexpr std::pair<std::string_view, TokenKind> kWords[] = {
      {"elsif", TokenKind::Elsif}, {"else", TokenKind::Else}, {"endif", TokenKind::Endif}};
  const auto* known = std::ranges::find(kWords, word, &std::pair<std::string_view, TokenKind>::first);
  if (known == std::end(kWords))
    return error(start, "unknown tag \"" + std::string(utf8_prefix(word, 40)) + '"');
  TRY(begin_branch(known->second, statement));
  at_ = text_ = end + 2;
  return {};
}

Result<void> Scanner::begin_branch(TokenKind kind, Token statement) {
  flush_text();
  text_ = at_;
  TRY(forget_above_if());
  if (open_.empty()) return error(at_, "this tag has no {% if %} before it");
  statement.kind = kind;
  scan_.tokens.push_back(statement);
  if (kind == TokenKind::Endif) open_.pop_back();
  return {};
}

bool Scanner::step_sender_variable() {
  const std::size_t end =
      source_.substr(0, std::min(source_.size(), at_ + kSenderNameBytesMax)).find('%', at_ + 1);
  if (end == kNone || !sender_variable(source_.substr(at_ + 1, end - at_ - 1))) return false;
  push(token(TokenKind::SenderVariable, at_ + 1, end), end + 1);
  return true;
}

bool Scanner::step_spintax() {
  const char c = source_[at_];
  const bool escapes =
      c == '\\' && at_ + 1 < source_.size() && std::string_view("{|}").contains(source_[at_ + 1]);
  if (escapes) {
    flush_text();
    text_ = at_ + 1;
    at_ += 2;
    return true;
  }
  if (c == '{') {
    push(token(TokenKind::Text, at_, at_ + 1), at_ + 1);
    open_.push_back(
        {.opener = Opener::Brace, .region = region(), .token = scan_.tokens.size() - 1, .bars = {}});
    return true;
  }
  const bool inside = !open_.empty() && open_.back().opener != Opener::If && open_.back().region == region();
  if (c == '|' && inside) {
    push(token(TokenKind::Text, at_, at_ + 1), at_ + 1);
    open_.back().bars.push_back(scan_.tokens.size() - 1);
    return true;
  }
  if (c != '}') return false;
  if (!inside) {
    note(at_, "\"}\" closes nothing");
    return false;
  }
  const bool random = open_.back().opener == Opener::Random;
  if (random && !at("}}")) return false;
  close(random ? 2 : 1);
  return true;
}

/// The innermost block ends here. Without a bar it was only a pair of braces.
void Scanner::close(std::size_t bytes) {
  const Open block = std::move(open_.back());
  open_.pop_back();
  push(token(TokenKind::Text, at_, at_ + bytes), at_ + bytes);
  Token& opener = scan_.tokens[block.token];
  Token& closer = scan_.tokens.back();
  const bool spins = block.opener == Opener::Random || !block.bars.empty();
  if (closer.begin == opener.end) note(opener.at, "this block is empty");
  if (!spins) return;
  opener.kind = TokenKind::SpinOpen;
  closer.kind = TokenKind::SpinClose;
  for (const std::size_t bar : block.bars) scan_.tokens[bar].kind = TokenKind::SpinBar;
}

/// Blocks do not reach over the border of a branch.
Result<void> Scanner::forget_above_if() {
  for (; !open_.empty() && open_.back().opener != Opener::If; open_.pop_back()) {
    if (open_.back().opener == Opener::Random)
      return error(scan_.tokens[open_.back().token].at, "this {{RANDOM block is not closed");
    forget(open_.back());
  }
  return {};
}

void Scanner::forget(const Open& open) {
  note(scan_.tokens[open.token].at, "\"{\" is not closed");
}

}  // namespace

Result<Scan> scan_template(std::string_view source, Medium medium) {
  if (source.size() > kTemplateBytesMax) return fail(Code::TooLarge, "the template is longer than 512 KiB");
  return Scanner(source, medium).run();
}

std::string located(std::string_view source, std::size_t at, std::string_view message) {
  const std::string_view before = source.substr(0, at);
  const auto line = std::ranges::count(before, '\n') + 1;
  const auto newline = before.rfind('\n');
  const std::string_view in_line = newline == kNone ? before : before.substr(newline + 1);
  return "line " + std::to_string(line) + ", column " + std::to_string(utf8_length(in_line) + 1) + ": " +
         std::string(message);
}

}  // namespace outrider::sending
