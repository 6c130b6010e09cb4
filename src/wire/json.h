// Reading and writing JSON without a table: a read-only tree over a parsed text, and a writer that appends to
// a string. wire.h is built on it; others use it for JSON kept in a column or sent to a webhook.
//
// Nothing here, or in any other header, shows the parser underneath.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"

namespace outrider::wire {

inline constexpr std::size_t kDepthMax = 32;

struct Value;  // a node of the tree, owned by its Document

/// A view of one value; it lives as long as its Document. A Node may be absent, and everything asked of an
/// absent or unsuitable one answers "nothing", so chains like `root.get("lead").get("email").text()` are
/// safe.
class Node {
 public:
  enum class Kind : std::uint8_t { Absent, Null, Boolean, Number, Text, List, Object };

  Node() = default;
  explicit Node(const Value* value) : value_(value) {}

  Kind kind() const;
  explicit operator bool() const { return value_ != nullptr; }
  bool is_null() const { return kind() == Kind::Null; }
  bool is_text() const { return kind() == Kind::Text; }
  bool is_list() const { return kind() == Kind::List; }
  bool is_object() const { return kind() == Kind::Object; }

  /// Members of an object or elements of a list; 0 for anything else.
  std::size_t size() const;
  Node at(std::size_t index) const;
  /// Name of the member at `index` of an object.
  std::string_view key(std::size_t index) const;
  Node get(std::string_view key) const;

  /// Content of a text, or a number as it was written.
  std::string_view text() const;
  /// A whole number; also one written as 5.0 or 5e0.
  std::optional<std::int64_t> int64() const;
  std::optional<double> number() const;
  std::optional<bool> flag() const;

  /// The value as compact JSON; numbers as they were written.
  std::string json() const;

 private:
  const Value* value_ = nullptr;
};

/// Keys and values of a query string or of path parameters, already percent-decoded.
using Pairs = std::vector<std::pair<std::string, std::string>>;

/// A parsed text. Duplicate keys, invalid UTF-8, lone surrogates and nesting over kDepthMax are refused.
class Document {
 public:
  /// Errors: Malformed, naming what is wrong and where.
  static Result<Document> parse(std::string_view text);
  /// An object of texts; a repeated key becomes a list, and `key[]` is `key`.
  static Document from_pairs(const Pairs& pairs);

  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;
  ~Document();

  Node root() const;

 private:
  struct Tree;
  explicit Document(std::unique_ptr<Tree> tree);
  std::unique_ptr<Tree> tree_;
};

/// Appends JSON to a string and puts the commas. The caller pairs begin and end.
class Writer {
 public:
  explicit Writer(std::string& out) : out_(out), start_(out.size()) {}

  Writer& begin_object() { return open('{'); }
  Writer& end_object() { return close('}'); }
  Writer& begin_list() { return open('['); }
  Writer& end_list() { return close(']'); }
  Writer& key(std::string_view name);

  Writer& value(std::string_view text);
  Writer& value(const char* text) { return value(std::string_view(text)); }
  Writer& value(std::int64_t number);
  Writer& value(int number) { return value(static_cast<std::int64_t>(number)); }
  Writer& value(double number);  // not a number and infinity become null
  Writer& value(bool flag);
  Writer& null();
  /// A piece that is JSON already.
  Writer& raw(std::string_view json);

  template <class T>
  Writer& member(std::string_view name, const T& content) {
    return key(name).value(content);
  }

 private:
  Writer& open(char bracket);
  Writer& close(char bracket);
  void separate();

  std::string& out_;
  std::size_t start_;
};

/// Appends `text` in quotes, escaped as RFC 8259 section 7 asks.
void append_quoted(std::string& out, std::string_view text);
void append_number(std::string& out, std::int64_t number);
void append_number(std::string& out, double number);
/// The whole text as a finite number.
std::optional<double> parse_number(std::string_view text);

}  // namespace outrider::wire
