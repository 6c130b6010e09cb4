// How wire.h looks at a member without knowing its C++ type: one constant Type per type, made by make_type.
// Only decode.cpp, encode.cpp and schema.cpp look inside; the structs of the API never name anything from
// here.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/clock.h"

namespace outrider::wire {

class Fields;

/// Any JSON, kept as its text. An empty text is written as null.
struct Json {
  std::string text;
  bool operator==(const Json&) const = default;
};

/// A moment: ISO 8601 with `Z` on the wire (RULINGS 15), read with any offset.
struct Instant {
  TimeMs at_ms = 0;
  auto operator<=>(const Instant&) const = default;
};

/// For updates: not mentioned, set to null, or set to a value.
template <class T>
struct Patch {
  bool given = false;
  std::optional<T> value = std::nullopt;

  bool is_null() const { return given && !value; }
  bool operator==(const Patch&) const = default;
};

/// A wire word and what it stands for. The first word of a value is what leaves; the others are aliases.
struct Word {
  template <class E>
    requires std::is_enum_v<E>
  constexpr Word(std::string_view word, E meaning) : text(word), value(static_cast<std::int64_t>(meaning)) {}

  std::string_view text;
  std::int64_t value;
};
using Words = std::span<const Word>;

/// An enum gets its words from a function beside it: `constexpr wire::Words wire_words(State) { return
/// kWords; }`
template <class E>
concept HasWords = std::is_enum_v<E> && requires(E e) {
  { wire_words(e) } -> std::convertible_to<Words>;
};

template <class T>
concept Struct = requires {
  { T::wire() } -> std::same_as<Fields>;
};

enum class Shape : std::uint8_t {
  Boolean,
  Integer,
  Number,
  Text,
  Word,
  Json,
  Instant,
  Map,
  List,
  Optional,
  Patch,
  Struct
};

struct Type {
  Shape shape;
  std::size_t bytes;             // of an Integer or a Word
  const Type* inner = nullptr;   // of a List, an Optional or a Patch
  Fields (*fields)() = nullptr;  // of a Struct
  const char* name = nullptr;    // of a Struct, when it has a kName
  Words (*words)() = nullptr;    // of a Word

  void* (*open)(void*) = nullptr;                         // a new element or value inside
  void (*clear)(void*) = nullptr;                         // back to empty; a Patch becomes null
  std::size_t (*size)(const void*) = nullptr;             // values inside
  const void* (*at)(const void*, std::size_t) = nullptr;  // one of them
  bool (*is_given)(const void*) = nullptr;                // of a Patch
};

template <class T>
struct MakeType;

template <class T>
inline constexpr Type kType = MakeType<T>::make();

template <class T>
consteval Shape plain_shape() {
  if constexpr (std::same_as<T, bool>)
    return Shape::Boolean;
  else if constexpr (std::same_as<T, int> || std::same_as<T, std::int64_t>)
    return Shape::Integer;
  else if constexpr (std::same_as<T, double>)
    return Shape::Number;
  else if constexpr (std::same_as<T, std::string>)
    return Shape::Text;
  else if constexpr (std::same_as<T, Json>)
    return Shape::Json;
  else if constexpr (std::same_as<T, Instant>)
    return Shape::Instant;
  else if constexpr (std::same_as<T, std::map<std::string, std::string>>)
    return Shape::Map;
  else if constexpr (std::is_enum_v<T>)
    return Shape::Word;
  else {
    static_assert(Struct<T>, "a member needs a wire type: see the list at the top of wire.h");
    return Shape::Struct;
  }
}

template <class T>
struct MakeType {
  static consteval Type make() {
    Type type{.shape = plain_shape<T>(), .bytes = sizeof(T)};
    if constexpr (Struct<T>) type.fields = &T::wire;
    if constexpr (requires { T::kName; }) type.name = T::kName;
    if constexpr (HasWords<T>) type.words = [] { return Words(wire_words(T{})); };
    return type;
  }
};

template <class T>
struct MakeType<std::vector<T>> {
  static_assert(!std::same_as<T, bool>, "a list of booleans cannot be pointed into");
  using List = std::vector<T>;
  static consteval Type make() {
    return {.shape = Shape::List,
            .bytes = 0,
            .inner = &kType<T>,
            .open = [](void* list) -> void* { return &static_cast<List*>(list)->emplace_back(); },
            .clear = [](void* list) { static_cast<List*>(list)->clear(); },
            .size = [](const void* list) { return static_cast<const List*>(list)->size(); },
            .at = [](const void* list, std::size_t i) -> const void* {
              return &(*static_cast<const List*>(list))[i];
            }};
  }
};

template <class T>
struct MakeType<std::optional<T>> {
  using Optional = std::optional<T>;
  static consteval Type make() {
    return {.shape = Shape::Optional,
            .bytes = 0,
            .inner = &kType<T>,
            .open = [](void* box) -> void* { return &static_cast<Optional*>(box)->emplace(); },
            .clear = [](void* box) { static_cast<Optional*>(box)->reset(); },
            .size = [](const void* box) -> std::size_t { return *static_cast<const Optional*>(box) ? 1 : 0; },
            .at = [](const void* box, std::size_t) -> const void* {
              return &**static_cast<const Optional*>(box);
            }};
  }
};

template <class T>
struct MakeType<Patch<T>> {
  static consteval Type make() {
    return {.shape = Shape::Patch,
            .bytes = 0,
            .inner = &kType<T>,
            .open = [](void* box) -> void* {
              static_cast<Patch<T>*>(box)->given = true;
              return &static_cast<Patch<T>*>(box)->value.emplace();
            },
            .clear = [](void* box) { *static_cast<Patch<T>*>(box) = {.given = true, .value = std::nullopt}; },
            .size = [](const void* box) -> std::size_t {
              return static_cast<const Patch<T>*>(box)->value ? 1 : 0;
            },
            .at = [](const void* box, std::size_t) -> const void* {
              return &*static_cast<const Patch<T>*>(box)->value;
            },
            .is_given = [](const void* box) { return static_cast<const Patch<T>*>(box)->given; }};
  }
};

}  // namespace outrider::wire
