#include "sending/template.h"

#include <algorithm>
#include <array>

#include "core/random.h"
#include "core/strings.h"

namespace outrider::sending {
namespace {

constexpr std::array<std::string_view, 256> make_entities(bool line_ends) {
  std::array<std::string_view, 256> table{};
  table['&'] = "&amp;";
  table['<'] = "&lt;";
  table['>'] = "&gt;";
  table['"'] = "&quot;";
  table['\''] = "&#39;";
  if (line_ends) table['\n'] = "<br>\n";
  return table;
}

/// As core's html_escape, without a string of its own.
void append_escaped(std::string& out, std::string_view text, Escape escape) {
  static constexpr auto kInText = make_entities(true);
  static constexpr auto kInTag = make_entities(false);
  const auto& entities = escape == Escape::Html ? kInText : kInTag;
  std::size_t done = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view entity = entities[static_cast<std::uint8_t>(text[i])];
    if (entity.empty()) continue;
    out.append(text, done, i - done).append(entity);
    done = i + 1;
  }
  out.append(text, done);
}

class Renderer {
 public:
  Renderer(const RenderContext& context, Output& out) : context_(context), out_(out) {}

  /// False once the output is too long.
  bool run(const Sequence& nodes);

 private:
  bool insert(const Insert& node);
  bool spin(const Spin& node);
  bool choose(const Choice& node);
  bool fits() const { return out_.text.size() <= kOutputBytesMax; }

  const RenderContext& context_;
  Output& out_;
  std::string scratch_;
};

bool Renderer::run(const Sequence& nodes) {
  for (const Node& node : nodes) {
    bool go_on = true;
    if (const auto* text = std::get_if<std::string>(&node.what)) {
      out_.text += *text;
      go_on = fits();
    } else if (const auto* value = std::get_if<Insert>(&node.what)) {
      go_on = insert(*value);
    } else if (const auto* block = std::get_if<Spin>(&node.what)) {
      go_on = spin(*block);
    } else {
      go_on = choose(std::get<Choice>(node.what));
    }
    if (!go_on) return false;
  }
  return true;
}

bool Renderer::insert(const Insert& node) {
  const Value value = evaluate(node.value, context_, scratch_);
  if (!value.missing.empty() && std::ranges::count(out_.missing, value.missing) == 0)
    out_.missing.push_back(value.missing);
  if (node.escape == Escape::None)
    out_.text += value.text;
  else
    append_escaped(out_.text, value.text, node.escape);
  return fits();
}

/// Each block draws by its own number, so that a branch not taken does not move the picks of the others.
bool Renderer::spin(const Spin& node) {
  const auto alternatives = static_cast<std::uint32_t>(node.alternatives.size());
  const auto picked =
      static_cast<std::uint32_t>(Random(mix_seed(context_.seed, node.block + 1ULL)).below(alternatives));
  out_.picks.push_back({.block = node.block, .picked = picked, .alternatives = alternatives});
  return run(node.alternatives[picked]);
}

bool Renderer::choose(const Choice& node) {
  for (const Branch& branch : node.branches)
    if (holds(branch.condition, context_)) return run(branch.body);
  return true;
}

}  // namespace

void Output::clear() {
  text.clear();
  missing.clear();
  picks.clear();
}

Result<void> Template::render(const RenderContext& context, Output& out) const {
  if (!Renderer(context, out).run(body_))
    return fail(Code::TooLarge, "the rendered text is longer than 512 KiB");
  return {};
}

bool Template::is_blank() const {
  if (body_.empty()) return true;
  const auto* text = body_.size() == 1 ? std::get_if<std::string>(&body_.front().what) : nullptr;
  return text != nullptr && trim(*text).empty();
}

bool Template::uses(Source source) const {
  return std::ranges::count(sources_, source) > 0;
}

std::string header_text(std::string_view text) {
  std::string line;
  line.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<std::uint8_t>(c);
    if (c == '\r' || c == '\n' || c == '\t') {
      if (!line.ends_with(' ')) line += ' ';
    } else if (byte >= 0x20 && byte != 0x7F) {
      line += c;
    }
  }
  return std::string(trim(line));
}

}  // namespace outrider::sending
