#include "mail/html_text.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "core/strings.h"
#include "mail/html_tags.h"

namespace outrider::mail {
namespace {

constexpr int kQuoteDepthMax = 5;
constexpr std::size_t kListDepthMax = 16;
constexpr int kEmptyLinesMax = 2;

// Tags that start on a line of their own; the second number is the empty lines around them.
struct Block {
  std::string_view name;
  int empty_lines;
};
constexpr auto kBlocks = std::to_array<Block>({
    {"address", 0}, {"article", 0}, {"blockquote", 1}, {"center", 0}, {"dd", 0},    {"div", 0},  {"dl", 1},
    {"dt", 0},      {"footer", 0},  {"form", 0},       {"h1", 1},     {"h2", 1},    {"h3", 1},   {"h4", 1},
    {"h5", 1},      {"h6", 1},      {"header", 0},     {"hr", 0},     {"li", 0},    {"main", 0}, {"ol", 1},
    {"p", 1},       {"pre", 1},     {"section", 0},    {"table", 0},  {"tbody", 0}, {"tr", 0},   {"ul", 1},
});

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/// Collects lines: collapses blanks, keeps paragraphs apart, puts quote marks in front.
class TextWriter {
 public:
  explicit TextWriter(std::size_t bytes) { out_.reserve(bytes / 2); }

  /// The next text starts on a new line, after `empty_lines` empty ones.
  void break_line(int empty_lines) {
    gap_ = false;
    if (out_.empty()) return;
    pending_lines_ = std::max(pending_lines_, empty_lines + 1);
  }

  /// A <br>: each one counts.
  void new_line() {
    gap_ = false;
    if (!out_.empty()) pending_lines_ = std::min(pending_lines_ + 1, kEmptyLinesMax + 1);
  }

  void text(std::string_view text, bool preformatted) {
    while (!text.empty()) {
      const auto word =
          text.substr(0, static_cast<std::size_t>(std::ranges::find_if(text, is_space) - text.begin()));
      put(word);
      text.remove_prefix(word.size());
      if (text.empty()) return;
      if (preformatted && text.front() == '\n')
        new_line();
      else
        gap_ = true;
      text.remove_prefix(1);
    }
  }

  void gap() { gap_ = true; }
  void quote(int change) { quote_depth_ = std::clamp(quote_depth_ + change, 0, kQuoteDepthMax); }
  std::size_t size() const { return out_.size(); }
  std::string_view since(std::size_t start) const {
    return std::string_view(out_).substr(std::min(start, out_.size()));
  }
  std::string take() { return std::move(out_); }

 private:
  void put(std::string_view word) {
    if (word.empty()) return;
    const bool starts_line = pending_lines_ > 0 || out_.empty();
    out_.append(static_cast<std::size_t>(pending_lines_), '\n');
    pending_lines_ = 0;
    if (starts_line) {
      for (int i = 0; i < quote_depth_; ++i) out_ += "> ";
    } else if (gap_) {
      out_ += ' ';
    }
    gap_ = false;
    out_ += word;
  }

  std::string out_;
  int pending_lines_ = 0;
  int quote_depth_ = 0;
  bool gap_ = false;
};

class Renderer {
 public:
  explicit Renderer(std::size_t bytes) : out_(bytes) {}

  void add(const HtmlToken& token) {
    if (token.kind == HtmlToken::Kind::Text) {
      out_.text(to_valid_utf8(decode_entities(token.raw)), preformatted_);
      return;
    }
    const bool opens = token.kind == HtmlToken::Kind::Open;
    const auto block = std::ranges::find(kBlocks, std::string_view(token.name), &Block::name);
    if (block != kBlocks.end()) out_.break_line(block->empty_lines);
    if (opens)
      open(token);
    else
      close(token.name);
  }

  std::string take() {
    close_link();
    return out_.take();
  }

 private:
  struct List {
    bool numbered = false;
    int items = 0;
  };

  void open(const HtmlToken& token) {
    const auto& name = token.name;
    if (name == "br") {
      out_.new_line();
    } else if (name == "a") {
      close_link();
      href_ = to_valid_utf8(html_attribute(token.raw, "href"));
      link_start_ = out_.size();
    } else if (name == "li") {
      item();
    } else if (name == "ul" || name == "ol") {
      if (lists_.size() < kListDepthMax) lists_.push_back({.numbered = name == "ol"});
    } else if (name == "td" || name == "th") {
      out_.gap();
    } else if (name == "blockquote") {
      out_.quote(1);
    } else if (name == "pre") {
      preformatted_ = true;
    } else if (name == "img") {
      out_.text(to_valid_utf8(html_attribute(token.raw, "alt")), false);
    } else if (name == "hr") {
      out_.text("---", false);
      out_.break_line(0);
    }
  }

  void close(std::string_view name) {
    if (name == "a") {
      close_link();
    } else if ((name == "ul" || name == "ol") && !lists_.empty()) {
      lists_.pop_back();
    } else if (name == "blockquote") {
      out_.quote(-1);
    } else if (name == "pre") {
      preformatted_ = false;
    }
  }

  void item() {
    const bool numbered = !lists_.empty() && lists_.back().numbered;
    out_.text(numbered ? std::to_string(++lists_.back().items) + "." : "-", false);
    out_.gap();
  }

  void close_link() {
    const std::string url = std::exchange(href_, {});
    const bool useful = starts_with_ignoring_case(url, "http://") ||
                        starts_with_ignoring_case(url, "https://") ||
                        starts_with_ignoring_case(url, "mailto:") || starts_with_ignoring_case(url, "tel:");
    if (!useful || url.size() > 2000) return;
    const auto target = bare(url);
    const auto text = trim(out_.since(link_start_));
    if (equal_ignoring_case(bare(text), target)) return;
    const bool scheme_matters = starts_with_ignoring_case(url, "http");
    const std::string shown = scheme_matters ? url : std::string(target);
    out_.gap();
    out_.text(text.empty() ? shown : "(" + shown + ")", false);
  }

  /// A URL without scheme, `www.`, query of a mailto and final slash: as people write it.
  static std::string_view bare(std::string_view url) {
    const bool mail = starts_with_ignoring_case(url, "mailto:");
    for (const std::string_view prefix : {"https://", "http://", "mailto:", "tel:", "www."})
      if (starts_with_ignoring_case(url, prefix)) url.remove_prefix(prefix.size());
    if (mail) url = url.substr(0, url.find('?'));
    if (url.ends_with('/')) url.remove_suffix(1);
    return url;
  }

  TextWriter out_;
  std::vector<List> lists_;
  std::string href_;
  std::size_t link_start_ = 0;
  bool preformatted_ = false;
};

}  // namespace

std::string html_to_text(std::string_view html) {
  const auto input = html.substr(0, kHtmlBytesMax);
  HtmlReader reader(input);
  Renderer renderer(input.size());
  for (HtmlToken token; reader.next(token);) renderer.add(token);
  return renderer.take();
}

}  // namespace outrider::mail
