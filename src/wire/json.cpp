#include "wire/json.h"

#include <algorithm>
#include <array>
#include <boost/json/basic_parser_impl.hpp>
#include <charconv>
#include <cmath>
#include <cstring>
#include <memory_resource>
#include <span>

#include "core/strings.h"

namespace outrider::wire {

/// `key` is set for members of an object; `text` for texts and numbers; `items` for lists and objects.
struct Value {
  Node::Kind kind = Node::Kind::Null;
  bool flag = false;
  std::string_view key = {};
  std::string_view text = {};
  std::span<const Value> items = {};
};

struct Document::Tree {
  std::pmr::monotonic_buffer_resource memory;
  Value root;

  std::string_view keep(std::string_view text) {
    auto* bytes = static_cast<char*>(memory.allocate(std::max<std::size_t>(text.size(), 1), 1));
    std::memcpy(bytes, text.data(), text.size());
    return {bytes, text.size()};
  }

  std::span<const Value> keep(std::span<const Value> values) {
    if (values.empty()) return {};
    auto* items = static_cast<Value*>(memory.allocate(values.size_bytes(), alignof(Value)));
    std::uninitialized_copy(values.begin(), values.end(), items);
    return {items, values.size()};
  }
};

namespace {

bool has_duplicate_key(std::span<const Value> members) {
  std::vector<std::string_view> keys;
  keys.reserve(members.size());
  for (const Value& member : members) keys.push_back(member.key);
  std::ranges::sort(keys);
  return std::ranges::adjacent_find(keys) != keys.end();
}

/// Receives the parser's events and builds the tree bottom up: finished values wait on a stack until the list
/// or object around them ends.
template <class Tree>
class Builder {
 public:
  // The parser asks for these by name.
  // NOLINTBEGIN(readability-identifier-naming)
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);
  // NOLINTEND(readability-identifier-naming)

  explicit Builder(Tree& tree) : tree_(tree) {}

  bool duplicate_key() const { return duplicate_key_; }

  bool on_document_begin(boost::json::error_code&) { return true; }
  bool on_document_end(boost::json::error_code&) {
    tree_.root = stack_.back();
    return true;
  }

  bool on_object_begin(boost::json::error_code&) { return open(); }
  bool on_object_end(std::size_t count, boost::json::error_code& error) {
    duplicate_key_ = has_duplicate_key(last(count));
    if (duplicate_key_) {
      error = boost::json::error::exception;
      return false;
    }
    return close(Node::Kind::Object, count);
  }
  bool on_array_begin(boost::json::error_code&) { return open(); }
  bool on_array_end(std::size_t count, boost::json::error_code&) { return close(Node::Kind::List, count); }

  bool on_key_part(boost::json::string_view part, std::size_t, boost::json::error_code&) { return add(part); }
  bool on_key(boost::json::string_view part, std::size_t, boost::json::error_code&) {
    key_ = take(part);
    return true;
  }
  bool on_string_part(boost::json::string_view part, std::size_t, boost::json::error_code&) {
    return add(part);
  }
  bool on_string(boost::json::string_view part, std::size_t, boost::json::error_code&) {
    return push({.kind = Node::Kind::Text, .text = take(part)});
  }
  bool on_number_part(boost::json::string_view part, boost::json::error_code&) { return add(part); }
  bool on_int64(std::int64_t, boost::json::string_view part, boost::json::error_code&) {
    return push_number(part);
  }
  bool on_uint64(std::uint64_t, boost::json::string_view part, boost::json::error_code&) {
    return push_number(part);
  }
  bool on_double(double, boost::json::string_view part, boost::json::error_code&) {
    return push_number(part);
  }
  bool on_bool(bool flag, boost::json::error_code&) {
    return push({.kind = Node::Kind::Boolean, .flag = flag});
  }
  bool on_null(boost::json::error_code&) { return push({}); }
  bool on_comment_part(boost::json::string_view, boost::json::error_code&) { return true; }
  bool on_comment(boost::json::string_view, boost::json::error_code&) { return true; }

 private:
  std::span<const Value> last(std::size_t count) const { return std::span<const Value>(stack_).last(count); }

  bool open() {
    keys_.push_back(std::exchange(key_, {}));
    return true;
  }

  bool close(Node::Kind kind, std::size_t count) {
    const auto items = tree_.keep(last(count));
    stack_.resize(stack_.size() - count);
    key_ = keys_.back();
    keys_.pop_back();
    return push({.kind = kind, .items = items});
  }

  bool push(Value value) {
    value.key = std::exchange(key_, {});
    stack_.push_back(value);
    return true;
  }

  bool push_number(boost::json::string_view part) {
    return push({.kind = Node::Kind::Number, .text = take(part)});
  }

  bool add(boost::json::string_view part) {
    pending_.append(part.data(), part.size());
    return true;
  }

  std::string_view take(boost::json::string_view part) {
    add(part);
    const auto kept = tree_.keep(std::string_view(pending_));
    pending_.clear();
    return kept;
  }

  Tree& tree_;
  std::vector<Value> stack_;
  std::vector<std::string_view> keys_;  // of the lists and objects being read
  std::string_view key_;
  std::string pending_;  // the parts of a text, key or number so far
  bool duplicate_key_ = false;
};

void append_json(std::string& out, const Value& value) {
  switch (value.kind) {
    case Node::Kind::Boolean:
      out += value.flag ? "true" : "false";
      return;
    case Node::Kind::Number:
      out += value.text;
      return;
    case Node::Kind::Text:
      append_quoted(out, value.text);
      return;
    case Node::Kind::List:
    case Node::Kind::Object: {
      const bool is_object = value.kind == Node::Kind::Object;
      out += is_object ? '{' : '[';
      for (const Value& item : value.items) {
        if (&item != value.items.data()) out += ',';
        if (is_object) {
          append_quoted(out, item.key);
          out += ':';
        }
        append_json(out, item);
      }
      out += is_object ? '}' : ']';
      return;
    }
    case Node::Kind::Absent:
    case Node::Kind::Null:
      out += "null";
  }
}

}  // namespace

Document::Document(std::unique_ptr<Tree> tree) : tree_(std::move(tree)) {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

Node Document::root() const {
  return Node(&tree_->root);
}

Result<Document> Document::parse(std::string_view text) {
  if (!is_valid_utf8(text)) return fail(Code::Malformed, "the text is not valid UTF-8");

  auto tree = std::make_unique<Tree>();
  boost::json::parse_options options;
  options.max_depth = kDepthMax;
  boost::json::basic_parser<Builder<Tree>> parser(options, *tree);
  boost::json::error_code error;
  const std::size_t used = parser.write_some(false, text.data(), text.size(), error);
  if (!error && used < text.size()) error = boost::json::error::extra_data;
  if (!error) return Document(std::move(tree));

  const std::string where = " near byte " + std::to_string(used);
  if (parser.handler().duplicate_key()) return fail(Code::Malformed, "a JSON key is given twice" + where);
  if (error == boost::json::error::too_deep)
    return fail(Code::Malformed, "the JSON is nested deeper than " + std::to_string(kDepthMax) + " levels");
  return fail(Code::Malformed, "the JSON is not well formed: " + error.message() + where);
}

Document Document::from_pairs(const Pairs& pairs) {
  auto tree = std::make_unique<Tree>();
  std::vector<std::pair<std::string_view, std::vector<Value>>> grouped;
  for (const auto& [key, text] : pairs) {
    std::string_view name = key;
    if (name.ends_with("[]")) name.remove_suffix(2);
    auto group = std::ranges::find(grouped, name, &decltype(grouped)::value_type::first);
    if (group == grouped.end()) group = grouped.insert(group, {name, {}});
    group->second.push_back({.kind = Node::Kind::Text, .text = tree->keep(std::string_view(text))});
  }

  std::vector<Value> members;
  for (const auto& [name, values] : grouped) {
    Value member = values.front();
    if (values.size() > 1) member = {.kind = Node::Kind::List, .items = tree->keep(std::span(values))};
    member.key = tree->keep(name);
    members.push_back(member);
  }
  tree->root = {.kind = Node::Kind::Object, .items = tree->keep(std::span<const Value>(members))};
  return Document(std::move(tree));
}

Node::Kind Node::kind() const {
  return value_ ? value_->kind : Kind::Absent;
}

std::size_t Node::size() const {
  return value_ ? value_->items.size() : 0;
}

Node Node::at(std::size_t index) const {
  return index < size() ? Node(&value_->items[index]) : Node();
}

std::string_view Node::key(std::size_t index) const {
  return index < size() ? value_->items[index].key : std::string_view();
}

Node Node::get(std::string_view key) const {
  if (!is_object()) return Node();
  const auto member = std::ranges::find(value_->items, key, &Value::key);
  return member == value_->items.end() ? Node() : Node(&*member);
}

std::string_view Node::text() const {
  return value_ ? value_->text : std::string_view();
}

std::optional<std::int64_t> Node::int64() const {
  if (kind() != Kind::Number) return std::nullopt;
  std::int64_t whole = 0;
  const char* end = text().data() + text().size();
  const auto [stop, error] = std::from_chars(text().data(), end, whole);
  if (error == std::errc() && stop == end) return whole;

  constexpr double kExactMax = 9007199254740992.0;  // 2^53: beyond it a double no longer names one integer
  const auto fraction = number();
  if (!fraction || *fraction != std::trunc(*fraction) || std::abs(*fraction) > kExactMax) return std::nullopt;
  return static_cast<std::int64_t>(*fraction);
}

std::optional<double> Node::number() const {
  return kind() == Kind::Number ? parse_number(text()) : std::nullopt;
}

std::optional<bool> Node::flag() const {
  if (kind() != Kind::Boolean) return std::nullopt;
  return value_->flag;
}

std::string Node::json() const {
  std::string out;
  if (value_) append_json(out, *value_);
  return out;
}

void Writer::separate() {
  if (out_.size() == start_) return;
  const char before = out_.back();
  if (before != '{' && before != '[' && before != ':') out_ += ',';
}

Writer& Writer::open(char bracket) {
  separate();
  out_ += bracket;
  return *this;
}

Writer& Writer::close(char bracket) {
  out_ += bracket;
  return *this;
}

Writer& Writer::key(std::string_view name) {
  separate();
  append_quoted(out_, name);
  out_ += ':';
  return *this;
}

Writer& Writer::value(std::string_view text) {
  separate();
  append_quoted(out_, text);
  return *this;
}

Writer& Writer::value(std::int64_t number) {
  separate();
  append_number(out_, number);
  return *this;
}

Writer& Writer::value(double number) {
  separate();
  append_number(out_, number);
  return *this;
}

Writer& Writer::value(bool flag) {
  return raw(flag ? "true" : "false");
}

Writer& Writer::null() {
  return raw("null");
}

Writer& Writer::raw(std::string_view json) {
  separate();
  out_ += json;
  return *this;
}

void append_quoted(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  std::size_t plain = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text, plain, i - plain);
    plain = i + 1;
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += "\\u00";
        out += kHex[(c >> 4) & 15];
        out += kHex[c & 15];
    }
  }
  out.append(text, plain);
  out += '"';
}

void append_number(std::string& out, std::int64_t number) {
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.begin(), digits.end(), number).ptr;
  out.append(digits.data(), end);
}

void append_number(std::string& out, double number) {
  if (!std::isfinite(number)) {
    out += "null";
    return;
  }
  std::array<char, 32> digits;
  const auto end = std::to_chars(digits.begin(), digits.end(), number).ptr;
  out.append(digits.data(), end);
}

std::optional<double> parse_number(std::string_view text) {
  double parsed = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, parsed);
  if (error != std::errc() || stop != end || !std::isfinite(parsed)) return std::nullopt;
  return parsed;
}

}  // namespace outrider::wire
