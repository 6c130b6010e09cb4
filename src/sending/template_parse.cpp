#include <algorithm>

#include "core/strings.h"
#include "sending/template.h"

namespace outrider::sending {
namespace {

/// HTML editors write the quotes of a tag as entities.
std::string without_entities(std::string_view text) {
  if (!text.contains('&')) return std::string(text);
  std::string plain(text);
  static constexpr std::pair<std::string_view, std::string_view> kEntities[] = {{"&quot;", "\""},
                                                                                {"&#34;", "\""},
                                                                                {"&#39;", "'"},
                                                                                {"&apos;", "'"},
                                                                                {"&nbsp;", " "},
                                                                                {"&lt;", "<"},
                                                                                {"&gt;", ">"},
                                                                                {"&amp;", "&"}};
  for (const auto& [entity, character] : kEntities) plain = replace_all(plain, entity, character);
  return plain;
}

class Parser {
 public:
  Parser(std::string_view source, Medium medium, const std::vector<Token>& tokens)
      : source_(source), medium_(medium), tokens_(tokens) {}

  /// Up to a token that ends a branch or an alternative, or to the end.
  Result<Sequence> sequence();

  std::vector<Source> sources;

 private:
  Result<void> append_token(Sequence& to);
  Result<void> append_insert(Sequence& to, const Token& token);
  Result<void> append_spin(Sequence& to);
  Result<void> append_choice(Sequence& to);
  Result<Condition> condition(const Token& token);

  std::string inside(const Token& token) const {
    const std::string_view text = source_.substr(token.begin, token.end - token.begin);
    return medium_ == Medium::Html ? without_entities(text) : std::string(text);
  }
  Error here(const Token& token, Error error) const {
    error.message = located(source_, token.at, error.message);
    return error;
  }

  std::string_view source_;
  Medium medium_;
  const std::vector<Token>& tokens_;
  std::size_t at_ = 0;
  std::uint32_t blocks_ = 0;
  int spin_depth_ = 0;
  int condition_depth_ = 0;
};

bool ends_sequence(TokenKind kind) {
  return kind == TokenKind::Elsif || kind == TokenKind::Else || kind == TokenKind::Endif ||
         kind == TokenKind::SpinBar || kind == TokenKind::SpinClose;
}

void append_text(Sequence& to, std::string_view text) {
  if (text.empty()) return;
  if (!to.empty())
    if (auto* before = std::get_if<std::string>(&to.back().what)) {
      *before += text;
      return;
    }
  to.push_back({std::string(text)});
}

Result<Sequence> Parser::sequence() {
  Sequence nodes;
  while (at_ < tokens_.size() && !ends_sequence(tokens_[at_].kind)) TRY(append_token(nodes));
  return nodes;
}

Result<void> Parser::append_token(Sequence& to) {
  const Token& token = tokens_[at_];
  switch (token.kind) {
    case TokenKind::Text:
      append_text(to, source_.substr(token.begin, token.end - token.begin));
      ++at_;
      return {};
    case TokenKind::SpinOpen:
      return append_spin(to);
    case TokenKind::If:
      return append_choice(to);
    default:
      ++at_;
      return append_insert(to, token);
  }
}

Result<void> Parser::append_insert(Sequence& to, const Token& token) {
  const std::string text = inside(token);
  const bool is_sender = token.kind == TokenKind::SenderVariable;
  auto parsed = is_sender ? Result<Expression>(*sender_variable(text)) : parse_expression(text);
  if (!parsed) return std::unexpected(here(token, std::move(parsed.error())));
  if (parsed->source == Source::Signature && medium_ != Medium::Html) parsed->source = Source::SignatureText;
  sources.push_back(parsed->source);
  Escape escape = token.in_tag ? Escape::HtmlTag : Escape::Html;
  const bool raw = token.kind == TokenKind::RawVariable || parsed->source == Source::Signature;
  if (raw || medium_ != Medium::Html) escape = Escape::None;
  to.push_back({Insert{.value = *std::move(parsed), .escape = escape}});
  return {};
}

/// {{RANDOM | a | b}}: the blanks around a bar only make it readable.
void trim_ends(Sequence& alternative) {
  if (alternative.empty()) return;
  if (auto* first = std::get_if<std::string>(&alternative.front().what))
    first->erase(0, std::min(first->find_first_not_of(" \t\r\n"), first->size()));
  if (auto* last = std::get_if<std::string>(&alternative.back().what))
    last->erase(last->find_last_not_of(" \t\r\n") + 1);
}

Result<void> Parser::append_spin(Sequence& to) {
  const Token& opener = tokens_[at_];
  if (++spin_depth_ > kSpinDepthMax)
    return fail(Code::Invalid, located(source_, opener.at, "spintax is nested deeper than 5"));
  Spin spin{.block = blocks_++, .alternatives = {}};
  do {
    ++at_;  // the opener or a bar
    TRY_AS(auto alternative, sequence());
    if (opener.trimmed) trim_ends(alternative);
    spin.alternatives.push_back(std::move(alternative));
  } while (tokens_[at_].kind == TokenKind::SpinBar);
  ++at_;
  --spin_depth_;
  to.push_back({std::move(spin)});
  return {};
}

Result<Condition> Parser::condition(const Token& token) {
  if (token.kind == TokenKind::Else) return Condition{};
  auto parsed = parse_condition(inside(token));
  if (!parsed) return std::unexpected(here(token, std::move(parsed.error())));
  return parsed;
}

Result<void> Parser::append_choice(Sequence& to) {
  const std::size_t opener = tokens_[at_].at;
  if (++condition_depth_ > kConditionDepthMax)
    return fail(Code::Invalid, located(source_, opener, "conditions are nested deeper than 8"));
  Choice choice;
  bool saw_else = false;
  while (tokens_[at_].kind != TokenKind::Endif) {
    const Token& token = tokens_[at_++];
    if (saw_else)
      return fail(Code::Invalid, located(source_, token.at, "nothing but {% endif %} may follow {% else %}"));
    saw_else = token.kind == TokenKind::Else;
    TRY_AS(auto when, condition(token));
    TRY_AS(auto body, sequence());
    choice.branches.push_back({.condition = std::move(when), .body = std::move(body)});
  }
  ++at_;
  --condition_depth_;
  to.push_back({std::move(choice)});
  return {};
}

}  // namespace

Result<Template> Template::compile(std::string_view source, Medium medium) {
  TRY_AS(auto scan, scan_template(source, medium));
  Parser parser(source, medium, scan.tokens);
  Template compiled;
  TRY_AS(compiled.body_, parser.sequence());
  compiled.notes_ = std::move(scan.notes);
  compiled.sources_ = std::move(parser.sources);
  return compiled;
}

}  // namespace outrider::sending
