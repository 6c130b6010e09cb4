// Requests and answers, declared once. A struct lists its fields in a table; the table gives decoding with
// every validation message, encoding in declared order, the dialects clients speak, and the OpenAPI document.
//
//   struct CreateCampaign {
//     static constexpr const char* kName = "CreateCampaignInput";  // optional: the name of its schema
//     std::string name;
//     std::optional<std::int64_t> client_id;
//     static wire::Fields wire();
//   };
//   wire::Fields CreateCampaign::wire() {
//     static constexpr wire::Field kFields[] = {
//         wire::required<&CreateCampaign::name>("name", wire::length(1, 200)),
//         wire::optional<&CreateCampaign::client_id>("client_id", wire::range(1, INT64_MAX),
//         wire::lenient()),
//     };
//     return kFields;
//   }
//
// Member types: bool, int, std::int64_t, double, std::string, enums with words, Instant, Json,
// std::map<std::string, std::string>, other such structs, and std::optional, Patch, std::vector of these.
// Reading: a required field must be there and, unless optional or Patch, not null. An optional field that is
// absent or null keeps the value of its initialiser (a Patch tells the two apart). Unknown keys are passed
// over. Writing: every field in table order, whatever required or optional says; an absent Patch is left out.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include "core/result.h"
#include "wire/json.h"
#include "wire/type.h"

namespace outrider::wire {

inline constexpr std::size_t kAliasesMax = 6;

/// One row of a table. Made by required, optional and inlined; adjusted by the modifiers below.
struct Field {
  struct Fallback {
    enum class Kind : std::uint8_t { None, Boolean, Integer, Text } kind = Kind::None;
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

// ---- Modifiers: limits. They hold for the innermost value: for each element of a list.

/// Smallest and largest number, both allowed. INT64_MAX means no upper limit.
constexpr auto range(std::int64_t min, std::int64_t max) {
  return [=](Field& field) { field.min = min, field.max = max; };
}
/// Fewest and most Unicode characters of a text.
constexpr auto length(std::size_t min, std::size_t max) {
  return [=](Field& field) { field.length_min = min, field.length_max = max; };
}
/// Fewest and most elements of a list or map.
constexpr auto items(std::size_t min, std::size_t max) {
  return [=](Field& field) { field.items_min = min, field.items_max = max; };
}
/// A text that looks like one mail address.
constexpr auto email() {
  return [](Field& field) { field.is_email = true; };
}
/// The words of an enum for this field only, in place of its wire_words.
constexpr auto words(Words table) {
  return [=](Field& field) { field.words = table; };
}

// ---- Modifiers: dialects (RULINGS 4 and 5).

/// Other names clients use. The canonical name wins when both are sent.
template <class... Names>
constexpr auto alias(Names... names) {
  static_assert(sizeof...(Names) <= kAliasesMax);
  return [=](Field& field) { field.aliases = {std::string_view(names)...}; };
}
/// Numbers as decimal text, booleans as true/false/True/False/1/0, texts given as numbers or booleans.
constexpr auto lenient() {
  return [](Field& field) { field.is_lenient = true; };
}
/// A list may arrive as a single value; with lenient() also as comma-joined text.
constexpr auto one_or_many() {
  return [](Field& field) { field.is_one_or_many = true; };
}
/// The whole body may be this list, or one element of it, without the object around: [{..}] or {..}.
constexpr auto bare() {
  return [](Field& field) { field.is_bare = true; };
}
/// Decodes with `Result<T> Decode(const Node&)`, T being the member's type without optional or Patch. An
/// error keeps its code and message. `schema` is the JSON Schema of what it takes.
template <auto Decode>
constexpr auto read_by(std::string_view schema) {
  using Value = typename decltype(Decode(Node()))::value_type;
  return [=](Field& field) {
    field.schema = schema;
    field.reads = &kType<Value>;
    field.read = [](const Node& node, void* value) -> Result<> {
      TRY_AS(*static_cast<Value*>(value), Decode(node));
      return {};
    };
  };
}

// ---- Modifiers: the rest.

/// The value when the field is absent or null; also shown as the default.
constexpr auto fallback(bool value) {
  return [=](Field& field) { field.fallback = {Field::Fallback::Kind::Boolean, value ? 1 : 0, {}}; };
}
constexpr auto fallback(std::int64_t value) {
  return [=](Field& field) { field.fallback = {Field::Fallback::Kind::Integer, value, {}}; };
}
constexpr auto fallback(int value) {
  return fallback(static_cast<std::int64_t>(value));
}
/// For a text, or the word of an enum.
constexpr auto fallback(const char* value) {
  return [=](Field& field) { field.fallback = {Field::Fallback::Kind::Text, 0, value}; };
}
/// Left out of the answer when null, or an empty text, list, map or Json.
constexpr auto omit_when_empty() {
  return [](Field& field) { field.omits_empty = true; };
}
/// Written a second time under another name; encoded once.
constexpr auto also(std::string_view name) {
  return [=](Field& field) { field.also = name; };
}
/// An Instant leaves with its milliseconds.
constexpr auto with_ms() {
  return [](Field& field) { field.with_ms = true; };
}
/// Never repeated in an error.
constexpr auto secret() {
  return [](Field& field) { field.is_secret = true; };
}
/// One sentence for the OpenAPI document.
constexpr auto doc(std::string_view text) {
  return [=](Field& field) { field.doc = text; };
}

// ---- Rows.

template <class Struct, class Member>
Member member_type(Member Struct::*);
template <class Struct, class Member>
Struct struct_type(Member Struct::*);

template <auto Member, class... Modifiers>
consteval Field make_field(std::string_view name, bool is_required, Modifiers... modifiers) {
  using Owner = decltype(struct_type(Member));
  using Value = decltype(member_type(Member));
  Field field{.name = name,
              .type = &kType<Value>,
              .member = [](void* object) -> void* { return &(static_cast<Owner*>(object)->*Member); },
              .is_required = is_required};
  (modifiers(field), ...);

  const Type* scalar = field.type;
  while (scalar->shape == Shape::Optional || scalar->shape == Shape::Patch) scalar = scalar->inner;
  if (field.read && field.reads != scalar) throw "read_by gives another type than the member has";
  while (scalar->shape == Shape::List) scalar = scalar->inner;
  if (scalar->shape == Shape::Word && !scalar->words && field.words.empty())
    throw "the enum has no wire_words, and the field no words()";
  return field;
}

template <auto Member, class... Modifiers>
consteval Field required(std::string_view name, Modifiers... modifiers) {
  return make_field<Member>(name, true, modifiers...);
}
template <auto Member, class... Modifiers>
consteval Field optional(std::string_view name, Modifiers... modifiers) {
  return make_field<Member>(name, false, modifiers...);
}
/// The fields of a member struct stand directly in this object.
template <auto Member>
consteval Field inlined() {
  Field field = make_field<Member>("", false);
  if (field.type->shape != Shape::Struct) throw "only a struct can be inlined";
  field.is_inlined = true;
  return field;
}

// ---- Decoding and encoding.

enum class Unknown : std::uint8_t { Ignored, Refused };  // keys that no field has

struct DecodeOptions {
  Unknown unknown = Unknown::Ignored;
};

/// The untyped halves of the functions below.
Result<> decode_body(Fields fields, void* object, std::string_view json, const DecodeOptions& options);
Result<> decode_node(Fields fields, void* object, Node node);
Result<> decode_pairs(
    Fields fields, void* object, const Pairs& pairs, const char* source, const DecodeOptions& options);
void encode_value(const Type& type, const void* value, std::string& out);
std::string_view find_word(Words words, std::int64_t value);
const Word* find_meaning(Words words, std::string_view text);

/// A request body; an empty one is {}. Errors: Malformed when it is not a JSON object, else Invalid with the
/// first broken rule as message and field and the paths of all of them as keys.
template <Struct T>
Result<T> decode(std::string_view json, const DecodeOptions& options = {}) {
  T object{};
  TRY(decode_body(T::wire(), &object, json, options));
  return object;
}
/// An object inside a JSON text: for read_by functions and JSON columns. Errors: Invalid.
template <Struct T>
Result<T> decode(Node node) {
  T object{};
  TRY(decode_node(T::wire(), &object, node));
  return object;
}
/// A query string; every field is lenient and lists may be repeated, `name[]` or comma-joined. Errors:
/// Invalid.
template <Struct T>
Result<T> decode_query(const Pairs& pairs, const DecodeOptions& options = {}) {
  T object{};
  TRY(decode_pairs(T::wire(), &object, pairs, "query", options));
  return object;
}
/// The parameters of a path, lenient. Errors: Invalid.
template <Struct T>
Result<T> decode_params(const Pairs& pairs) {
  T object{};
  TRY(decode_pairs(T::wire(), &object, pairs, "params", {}));
  return object;
}

/// Appends a struct or a list of structs as JSON, straight into `out`.
template <class T>
void encode_to(std::string& out, const T& value) {
  encode_value(kType<T>, &value, out);
}
template <class T>
std::string encode(const T& value) {
  std::string out;
  encode_to(out, value);
  return out;
}

/// The word an enum leaves with; empty for a value without one.
template <HasWords E>
std::string_view word_of(E value) {
  return find_word(wire_words(E{}), static_cast<std::int64_t>(value));
}
/// The meaning of a word or of one of its aliases.
template <HasWords E>
std::optional<E> parse_word(std::string_view text) {
  const Word* word = find_meaning(wire_words(E{}), text);
  if (!word) return std::nullopt;
  return static_cast<E>(word->value);
}

}  // namespace outrider::wire
