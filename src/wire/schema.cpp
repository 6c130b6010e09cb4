#include "wire/schema.h"

#include <algorithm>

namespace outrider::wire {
namespace {

constexpr auto kIntegerMin = std::numeric_limits<std::int64_t>::min();
constexpr auto kIntegerMax = std::numeric_limits<std::int64_t>::max();
constexpr auto kSizeMax = std::numeric_limits<std::size_t>::max();

constexpr Field kPlain{};

class Printer {
 public:
  Printer(Use use, Components& components) : use_(use), components_(components) {}

  std::string table(Fields fields) {
    std::string properties;
    Writer writer(properties);
    std::vector<std::string_view> required;
    writer.begin_object();
    members(fields, writer, required);
    writer.end_object();

    std::string out;
    Writer object(out);
    object.begin_object().member("type", "object").key("properties").raw(properties);
    if (!required.empty()) {
      object.key("required").begin_list();
      for (const std::string_view name : required) object.value(name);
      object.end_list();
    }
    object.end_object();
    return out;
  }

  std::string value(const Field& field, const Type& type) {
    if (field.read && field.reads == &type) return described(std::string(field.schema), field);
    switch (type.shape) {
      case Shape::Optional:
      case Shape::Patch:
        return or_null(value(field, *type.inner));
      case Shape::List:
        return list(field, type);
      case Shape::Struct:
        return structure(field, type);
      case Shape::Json:
        return described("{}", field);
      default:
        return scalar(field, type);
    }
  }

 private:
  bool is_request() const { return use_ == Use::Request; }

  void members(Fields fields, Writer& writer, std::vector<std::string_view>& required) {
    for (const Field& field : fields) {
      if (field.is_inlined) {
        members(field.type->fields(), writer, required);
        continue;
      }
      const bool is_always_there = !field.omits_empty && field.type->shape != Shape::Patch;
      const bool is_required = is_request() ? field.is_required : is_always_there;
      const std::string schema = value(field, *field.type);
      writer.key(field.name).raw(schema);
      if (is_required) required.push_back(field.name);
      if (is_request() || field.also.empty()) continue;
      writer.key(field.also).raw(schema);
      if (is_required) required.push_back(field.also);
    }
  }

  std::string structure(const Field& field, const Type& type) {
    if (!type.name) return described(table(type.fields()), field);
    const std::string reference = "{\"$ref\":\"#/components/schemas/" + std::string(type.name) + "\"}";
    if (std::ranges::find(open_, type.name) != open_.end()) return described(reference, field);
    open_.push_back(type.name);
    const std::string schema = table(type.fields());
    open_.pop_back();
    // What is accepted and what is sent may differ; the form that was met first has the name.
    const auto component = components_.try_emplace(type.name, schema).first;
    return described(component->second == schema ? reference : schema, field);
  }

  std::string list(const Field& field, const Type& type) {
    Field element = field;  // the limits go inside, the words about the whole stay outside
    element.doc = {};
    element.fallback = {};
    const std::string inner = value(element, *type.inner);

    std::string out;
    Writer writer(out);
    writer.begin_object().member("type", "array").key("items").raw(inner);
    if (is_request() && field.items_min > 0)
      writer.member("minItems", static_cast<std::int64_t>(field.items_min));
    if (is_request() && field.items_max < kSizeMax)
      writer.member("maxItems", static_cast<std::int64_t>(field.items_max));
    writer.end_object();
    if (!is_request() || !field.is_one_or_many) return described(out, field);
    const bool takes_text = field.is_lenient && inner.find("\"string\"") == std::string::npos;
    return described("{\"oneOf\":[" + inner + (takes_text ? ",{\"type\":\"string\"}," : ",") + out + "]}",
                     field);
  }

  std::string scalar(const Field& field, const Type& type) {
    std::string out;
    Writer writer(out);
    writer.begin_object().key("type");
    type_names(field, type, writer);
    if (type.shape == Shape::Word) enumerate(field.words.empty() ? type.words() : field.words, writer);
    if (type.shape == Shape::Instant) writer.member("format", "date-time");
    if (type.shape == Shape::Map) writer.key("additionalProperties").raw("{\"type\":\"string\"}");
    if (type.shape == Shape::Integer && type.bytes == sizeof(std::int64_t)) writer.member("format", "int64");
    if (is_request()) limits(field, type, writer);
    if (field.is_email) writer.member("format", "email");
    if (field.is_secret) writer.member("format", "password");
    fallback(field, writer);
    writer.end_object();
    return described(out, field);
  }

  void type_names(const Field& field, const Type& type, Writer& writer) const {
    std::string_view name = "string";
    if (type.shape == Shape::Boolean) name = "boolean";
    if (type.shape == Shape::Integer) name = "integer";
    if (type.shape == Shape::Number) name = "number";
    if (type.shape == Shape::Map) name = "object";
    const bool takes_text = name != "string" && name != "object";
    if (!is_request() || !field.is_lenient || !takes_text) {
      writer.value(name);
      return;
    }
    writer.begin_list().value(name).value("string").end_list();
  }

  static void enumerate(Words words, Writer& writer) {
    writer.key("enum").begin_list();
    for (const Word& word : words)
      if (find_word(words, word.value) == word.text) writer.value(word.text);
    writer.end_list();
  }

  static void limits(const Field& field, const Type& type, Writer& writer) {
    const bool is_number = type.shape == Shape::Integer || type.shape == Shape::Number;
    if (is_number && field.min != kIntegerMin) writer.member("minimum", field.min);
    if (is_number && field.max != kIntegerMax) writer.member("maximum", field.max);
    if (type.shape != Shape::Text) return;
    if (field.length_min > 0) writer.member("minLength", static_cast<std::int64_t>(field.length_min));
    if (field.length_max < kSizeMax) writer.member("maxLength", static_cast<std::int64_t>(field.length_max));
  }

  void fallback(const Field& field, Writer& writer) const {
    if (!is_request()) return;
    const auto& [shape, integer, text] = field.fallback;
    if (shape == Shape::Boolean) writer.member("default", integer != 0);
    if (shape == Shape::Integer) writer.member("default", integer);
    if (shape == Shape::Text) writer.member("default", text);
  }

  /// `schema` with the description of the field in it.
  static std::string described(std::string schema, const Field& field) {
    if (field.doc.empty() || schema.empty() || schema.back() != '}') return schema;
    schema.pop_back();
    if (!schema.ends_with('{')) schema += ',';
    schema += "\"description\":";
    append_quoted(schema, field.doc);
    return schema + '}';
  }

  /// `schema`, or null: ["x","null"] when it has one plain type, otherwise a oneOf.
  static std::string or_null(const std::string& schema) {
    static constexpr std::string_view kBegin = "{\"type\":\"";
    if (schema == "{}") return schema;
    const bool is_word = schema.find("\"enum\":[") != std::string::npos;
    if (!schema.starts_with(kBegin) || is_word) return "{\"oneOf\":[" + schema + ",{\"type\":\"null\"}]}";
    const std::size_t end = schema.find('"', kBegin.size());
    const std::string name = schema.substr(kBegin.size(), end - kBegin.size());
    return "{\"type\":[\"" + name + "\",\"null\"]" + schema.substr(end + 1);
  }

  Use use_;
  Components& components_;
  std::vector<const char*> open_;  // the named structs being printed: one may hold itself
};

}  // namespace

std::string schema_json(const Type& type, Use use, Components& components) {
  return Printer(use, components).value(kPlain, type);
}

std::string schema_json(Fields fields, Use use, Components& components) {
  return Printer(use, components).table(fields);
}

std::vector<Parameter> parameters(Fields fields, Components& components) {
  std::vector<Parameter> found;
  for (const Field& field : fields) {
    if (field.is_inlined) {
      for (auto& inner : parameters(field.type->fields(), components)) found.push_back(std::move(inner));
      continue;
    }
    Field row = field;  // the description stands beside the schema, not in it
    row.doc = {};
    row.is_lenient = false;
    row.is_one_or_many = false;
    found.push_back({.name = std::string(field.name),
                     .is_required = field.is_required,
                     .schema = Printer(Use::Request, components).value(row, unboxed(*field.type)),
                     .doc = std::string(field.doc)});
  }
  return found;
}

}  // namespace outrider::wire
