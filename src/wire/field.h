// What a row of a table holds, and the untyped functions that work on tables. Tables are written with the
// words of wire.h; only this module looks inside a Field.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>

#include "core/result.h"
#include "wire/json.h"
#include "wire/type.h"

namespace outrider::wire {

inline constexpr std::size_t kAliasesMax = 6;

struct Field {
  struct Fallback {
    Shape shape = Shape::Json;  // Boolean, Integer or Text; Json when there is none
    std::int64_t integer = 0;
    std::string_view text = {};
  };

  std::string_view name;
  const Type* type = nullptr;
  void* (*member)(void* object) = nullptr;
  bool is_required = false;
  bool is_inlined = false;
  bool is_lenient = false;
  bool is_one_or_many = false;
  bool is_bare = false;
  bool is_secret = false;
  bool is_email = false;
  bool with_ms = false;
  bool omits_empty = false;
  std::array<std::string_view, kAliasesMax> aliases = {};
  std::string_view doc = {};
  std::string_view also = {};
  std::string_view schema = {};
  Words words = {};
  Fallback fallback = {};
  bool (*accepts)(std::string_view text) = nullptr;
  std::string_view rule = {};  // what `accepts` wants
  std::int64_t min = std::numeric_limits<std::int64_t>::min();
  std::int64_t max = std::numeric_limits<std::int64_t>::max();
  std::size_t length_min = 0;
  std::size_t length_max = std::numeric_limits<std::size_t>::max();
  std::size_t items_min = 0;
  std::size_t items_max = std::numeric_limits<std::size_t>::max();
  const Type* reads = nullptr;  // what `read` gives
  Result<> (*read)(const Node& node, void* value) = nullptr;
};

/// The table of a struct: what `T::wire()` returns.
class Fields {
 public:
  constexpr Fields() = default;  // an empty object
  template <std::size_t N>
  constexpr Fields(const Field (&rows)[N]) : rows_(rows) {}  // so that wire() can `return kFields;`
  /// The members may also arrive inside an object under `unwrap`: {"schedule": {...}}.
  template <std::size_t N>
  constexpr Fields(const Field (&rows)[N], std::string_view unwrap) : rows_(rows), unwrap_(unwrap) {}

  constexpr auto begin() const { return rows_.begin(); }
  constexpr auto end() const { return rows_.end(); }
  constexpr std::string_view unwrap() const { return unwrap_; }

 private:
  std::span<const Field> rows_;
  std::string_view unwrap_;
};

/// The first word of a value; empty when it has none.
constexpr std::string_view find_word(Words words, std::int64_t value) {
  const auto word = std::ranges::find(words, value, &Word::value);
  return word == words.end() ? std::string_view() : word->text;
}
constexpr const Word* find_meaning(Words words, std::string_view text) {
  const auto word = std::ranges::find(words, text, &Word::text);
  return word == words.end() ? nullptr : &*word;
}

/// The type inside all boxes, and inside all boxes and lists.
constexpr const Type& unboxed(const Type& type) {
  const bool is_box = type.shape == Shape::Optional || type.shape == Shape::Patch;
  return is_box ? unboxed(*type.inner) : type;
}
constexpr const Type& innermost(const Type& type) {
  return type.inner ? innermost(*type.inner) : type;
}

/// A row that cannot work does not compile: reaching a throw here is the compiler's error message.
consteval Field checked(const Field& field) {
  const Type& whole = unboxed(*field.type);
  const Type& scalar = innermost(whole);
  if (std::ranges::any_of(field.name, [](char c) { return c < ' ' || c == '"' || c == '\\'; }))
    throw "a name is written without escaping";
  if (field.read && field.reads != &whole) throw "read_by gives another type than the member has";
  if ((field.is_bare || field.is_one_or_many) && whole.shape != Shape::List)
    throw "bare and one_or_many are for lists";

  if (field.accepts && scalar.shape != Shape::Text) throw "must is for texts";
  const bool is_word = scalar.shape == Shape::Word;
  const Words words = is_word && field.words.empty() && scalar.words ? scalar.words() : field.words;
  if (is_word && words.empty()) throw "the enum has no wire_words, the field no words()";
  const Shape fallback = field.fallback.shape;
  if (fallback == Shape::Json) return field;
  if (fallback == Shape::Text && is_word) {
    if (!find_meaning(words, field.fallback.text)) throw "the fallback is no word of the enum";
  } else if (fallback != whole.shape && !(fallback == Shape::Integer && whole.shape == Shape::Number)) {
    throw "the fallback is of another type than the member";
  }
  return field;
}

enum class Unknown : std::uint8_t { Ignored, Refused };  // keys that no field has

struct DecodeOptions {
  Unknown unknown = Unknown::Ignored;
};

// The untyped halves of what wire.h offers.
Result<> decode_body(Fields fields, void* object, std::string_view json, const DecodeOptions& options);
Result<> decode_node(Fields fields, void* object, Node node);
Result<> decode_pairs(
    Fields fields, void* object, const Pairs& pairs, const char* source, const DecodeOptions& options);
void encode_value(const Type& type, const void* value, std::string& out);

template <class Struct, class Member>
Member member_type(Member Struct::*);
template <class Struct, class Member>
Struct struct_type(Member Struct::*);

template <auto Member, class... Modifiers>
consteval Field make_field(std::string_view name, bool is_required, Modifiers... modifiers) {
  using Owner = decltype(struct_type(Member));
  Field field{.name = name,
              .type = &kType<decltype(member_type(Member))>,
              .member = [](void* object) -> void* { return &(static_cast<Owner*>(object)->*Member); },
              .is_required = is_required};
  (modifiers(field), ...);
  return checked(field);
}

}  // namespace outrider::wire
