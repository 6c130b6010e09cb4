#include <cstring>

#include "core/time_text.h"
#include "wire/wire.h"

namespace outrider::wire {
namespace {

std::int64_t load_integer(const Type& type, const void* value) {
  if (type.bytes == sizeof(std::int64_t)) return *static_cast<const std::int64_t*>(value);
  if (type.bytes == sizeof(std::int32_t)) return *static_cast<const std::int32_t*>(value);
  std::int64_t loaded = 0;  // a small enum: its bytes are the low ones
  std::memcpy(&loaded, value, type.bytes);
  return loaded;
}

bool is_empty(const Type& type, const void* value) {
  switch (type.shape) {
    case Shape::Text:
      return static_cast<const std::string*>(value)->empty();
    case Shape::Json:
      return static_cast<const Json*>(value)->text.empty();
    case Shape::Map:
      return static_cast<const std::map<std::string, std::string>*>(value)->empty();
    case Shape::List:
    case Shape::Optional:
    case Shape::Patch:
      return type.size(value) == 0;
    default:
      return false;
  }
}

class Encoder {
 public:
  explicit Encoder(std::string& out) : out_(out) {}

  void value(const Type& type, const Field& field, const void* value) {
    switch (type.shape) {
      case Shape::Boolean:
        out_ += *static_cast<const bool*>(value) ? "true" : "false";
        return;
      case Shape::Integer:
        return append_number(out_, load_integer(type, value));
      case Shape::Number:
        return append_number(out_, *static_cast<const double*>(value));
      case Shape::Text:
        return append_quoted(out_, *static_cast<const std::string*>(value));
      case Shape::Word:
        return word(type, field, value);
      case Shape::Json:
        return json(static_cast<const Json*>(value)->text);
      case Shape::Instant:
        return instant(field, static_cast<const Instant*>(value)->at_ms);
      case Shape::Map:
        return map(*static_cast<const std::map<std::string, std::string>*>(value));
      case Shape::List:
        return list(type, field, value);
      case Shape::Optional:
      case Shape::Patch:
        return type.size(value) ? this->value(*type.inner, field, type.at(value, 0)) : json("");
      case Shape::Struct:
        out_ += '{';
        members(type.fields(), value);
        close('}');
    }
  }

 private:
  // Every member and element ends with a comma; the bracket that closes them replaces the last one.
  void close(char bracket) {
    if (out_.back() == ',')
      out_.back() = bracket;
    else
      out_ += bracket;
  }

  void members(Fields fields, const void* object) {
    for (const Field& field : fields) {
      const void* value = field.member(const_cast<void*>(object));
      if (field.is_inlined)
        members(field.type->fields(), value);
      else if (!is_left_out(field, value))
        member(field, value);
    }
  }

  static bool is_left_out(const Field& field, const void* value) {
    if (field.type->shape == Shape::Patch && !field.type->is_given(value)) return true;
    return field.omits_empty && is_empty(*field.type, value);
  }

  void member(const Field& field, const void* value) {
    name(field.name);
    const std::size_t begins = out_.size();
    this->value(*field.type, field, value);
    const std::size_t length = out_.size() - begins;
    out_ += ',';
    if (field.also.empty()) return;

    name(field.also);
    out_.reserve(out_.size() + length + 1);  // so that the text copied from does not move
    out_.append(out_.data() + begins, length);
    out_ += ',';
  }

  void name(std::string_view text) {
    out_ += '"';
    out_ += text;
    out_ += "\":";
  }

  void json(std::string_view text) { out_ += text.empty() ? std::string_view("null") : text; }

  void word(const Type& type, const Field& field, const void* value) {
    const Words words = field.words.empty() ? type.words() : field.words;
    const std::string_view text = find_word(words, load_integer(type, value));
    if (text.empty()) return json("");
    append_quoted(out_, text);
  }

  void instant(const Field& field, TimeMs at_ms) {
    out_ += '"';
    out_ += field.with_ms ? instant_text_ms(at_ms) : instant_text(at_ms);
    out_ += '"';
  }

  void map(const std::map<std::string, std::string>& entries) {
    out_ += '{';
    for (const auto& [key, text] : entries) {
      append_quoted(out_, key);
      out_ += ':';
      append_quoted(out_, text);
      out_ += ',';
    }
    close('}');
  }

  void list(const Type& type, const Field& field, const void* value) {
    out_ += '[';
    const std::size_t count = type.size(value);
    for (std::size_t i = 0; i < count; ++i) {
      this->value(*type.inner, field, type.at(value, i));
      out_ += ',';
    }
    close(']');
  }

  std::string& out_;
};

}  // namespace

void encode_value(const Type& type, const void* value, std::string& out) {
  static constexpr Field kPlain{};
  Encoder(out).value(type, kPlain, value);
}

}  // namespace outrider::wire
