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
//         wire::optional<&CreateCampaign::client_id>("client_id", wire::lenient()),
//     };
//     return kFields;
//   }
//
// Member types: bool, int, std::int64_t, double, std::string, enums with words, Instant, Json,
// std::map<std::string, std::string>, other such structs, and std::optional, Patch, std::vector of these.
//
// Reading: a required field must be there and, unless it is a std::optional or a Patch, not null. An optional
// field that is absent or null keeps the value of its initialiser (a Patch tells the two apart). Unknown keys
// are passed over.
// Writing: every field in table order, whatever required or optional says; an absent Patch is left out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"
#include "wire/field.h"
#include "wire/json.h"
#include "wire/type.h"

namespace outrider::wire {

// Limits. They hold for the innermost value: for each element of a list.

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
/// A text of a form of its own: `rule` goes on after the name, as in `must be a time such as 09:30`.
constexpr auto must(bool (*accepts)(std::string_view), std::string_view rule) {
  return [=](Field& field) { field.accepts = accepts, field.rule = rule; };
}
/// The words of an enum for this field only, in place of its wire_words.
constexpr auto words(Words table) {
  return [=](Field& field) { field.words = table; };
}

// Dialects (RULINGS 4 and 5).

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

// The rest.

/// The value when the field is absent or null; also shown as the default.
constexpr auto fallback(bool value) {
  return [=](Field& field) { field.fallback = {Shape::Boolean, value ? 1 : 0, {}}; };
}
constexpr auto fallback(std::int64_t value) {
  return [=](Field& field) { field.fallback = {Shape::Integer, value, {}}; };
}
constexpr auto fallback(int value) {
  return fallback(static_cast<std::int64_t>(value));
}
/// For a text, or the word of an enum.
constexpr auto fallback(const char* value) {
  return [=](Field& field) { field.fallback = {Shape::Text, 0, value}; };
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

// Rows.

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

// Decoding and encoding.

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
/// A query string; every field is lenient, and lists may be repeated, `name[]` or comma-joined.
/// Errors: Malformed for invalid UTF-8, Invalid.
template <Struct T>
Result<T> decode_query(const Pairs& pairs, const DecodeOptions& options = {}) {
  T object{};
  TRY(decode_pairs(T::wire(), &object, pairs, "query", options));
  return object;
}
/// The parameters of a path, lenient. Errors: as decode_query.
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
