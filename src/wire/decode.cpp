#include <algorithm>
#include <bit>
#include <cstring>

#include "core/strings.h"
#include "core/time_text.h"
#include "wire/wire.h"

namespace outrider::wire {
namespace {

constexpr std::size_t kProvidedBytesMax = 512;   // a longer value is not repeated in the error
constexpr std::size_t kPathCharactersMax = 200;  // a longer path is cut in the error
constexpr std::size_t kKeysMax = 100;            // more offending paths are not listed
constexpr std::size_t kEmailBytesMax = 254;      // RFC 5321 section 4.5.3.1.3, without the angle brackets

bool holds_nul(Node node) {
  if (node.text().find('\0') != std::string_view::npos) return true;
  for (std::size_t i = 0; i < node.size(); ++i)
    if (node.key(i).find('\0') != std::string_view::npos || holds_nul(node.at(i))) return true;
  return false;
}

/// One @ with something before it and a dotted domain behind, nothing a header could trip over. Whether it is
/// an address mail can be sent to is decided by mail/.
bool looks_like_email(std::string_view text) {
  const auto is_bad = [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == 127 || c == ',' || c == ';';
  };
  const std::size_t at = text.find('@');
  if (at == 0 || at == std::string_view::npos || text.size() > kEmailBytesMax) return false;
  const std::string_view domain = text.substr(at + 1);
  const std::size_t dot = domain.find('.');
  return dot != 0 && dot != std::string_view::npos && !domain.ends_with('.') &&
         domain.find('@') == std::string_view::npos && std::ranges::none_of(text, is_bad);
}

std::string range_rule(const Field& field, std::int64_t min, std::int64_t max) {
  const std::string low = std::to_string(min);
  const std::string high = std::to_string(max);
  if (field.max == std::numeric_limits<std::int64_t>::max()) return "must be at least " + low;
  if (field.min == std::numeric_limits<std::int64_t>::min()) return "must be at most " + high;
  return "must be between " + low + " and " + high;
}

std::string words_rule(Words words) {
  std::vector<std::string> canonical;
  for (const Word& word : words)
    if (find_word(words, word.value) == word.text) canonical.emplace_back(word.text);
  return "must be one of " + join(canonical, ", ");
}

std::string plural(std::size_t count, std::string_view thing) {
  return std::to_string(count) + " " + std::string(thing) + (count == 1 ? "" : "s");
}

static_assert(std::endian::native == std::endian::little, "store_integer copies the low bytes");

void store_integer(const Type& type, void* out, std::int64_t value) {
  std::memcpy(out, &value, type.bytes);
}

class Decoder {
 public:
  enum class Carrier : std::uint8_t { Json, Pairs };  // pairs carry nothing but text

  Decoder(const char* source, Carrier carrier, const DecodeOptions& options)
      : source_(source), is_pairs_(carrier == Carrier::Pairs), options_(options) {}

  void object(Fields fields, void* out, Node node) {
    const Node wrapped = wrapped_in(fields, node);
    if (options_.unknown == Unknown::Refused) {
      refuse_unknown(fields, node);
      if (wrapped) refuse_unknown(fields, wrapped);
    }
    members(fields, out, node, wrapped);
  }

  Result<> finish() && {
    if (!first_) return {};
    first_->offence.keys = std::move(keys_);
    return std::unexpected(std::move(*first_));
  }

 private:
  struct Found {
    Node node;
    std::string_view name;  // as the client spelt it
  };

  static Found find(const Field& field, Node object) {
    if (const Node node = object.get(field.name)) return {node, field.name};
    for (const std::string_view alias : field.aliases) {
      if (alias.empty()) break;
      if (const Node node = object.get(alias)) return {node, alias};
    }
    return {Node(), field.name};
  }

  static bool knows(Fields fields, std::string_view key) {
    if (key == fields.unwrap() && !key.empty()) return true;
    return std::ranges::any_of(fields, [&](const Field& field) {
      if (field.is_inlined) return knows(field.type->fields(), key);
      if (field.is_bare && knows_element(field, key)) return true;
      const bool is_alias = std::ranges::find(field.aliases, key) != field.aliases.end();
      return key == field.name || (is_alias && !key.empty());
    });
  }

  static bool knows_element(const Field& field, std::string_view key) {
    const Type& element = innermost(*field.type);
    return element.fields && knows(element.fields(), key);
  }

  void refuse_unknown(Fields fields, Node node) {
    for (std::size_t i = 0; i < node.size() && node.is_object(); ++i) {
      if (knows(fields, node.key(i)) || (is_pairs_ && node.key(i) == "api_key")) continue;
      const Step step(*this, node.key(i));
      offend("is not a known field", Node());
    }
  }

  /// The object under the table's unwrap name, or absent.
  static Node wrapped_in(Fields fields, Node node) {
    const Node wrapped = fields.unwrap().empty() ? Node() : node.get(fields.unwrap());
    return wrapped.is_object() ? wrapped : Node();
  }

  void members(Fields fields, void* out, Node node, Node wrapped) {
    for (const Field& field : fields) {
      if (field.is_inlined) {
        members(field.type->fields(), field.member(out), node, wrapped);
        continue;
      }
      Found found = find(field, wrapped);
      if (!found.node) found = find(field, node);
      if (!found.node && field.is_bare) found.node = bare(field, node);
      const Step step(*this, found.name);
      member(field, field.member(out), found.node);
    }
  }

  /// The body itself, when it is the list this field is made of, or one element of it.
  static Node bare(const Field& field, Node body) {
    if (body.is_list()) return body;
    for (std::size_t i = 0; i < body.size(); ++i)
      if (knows_element(field, body.key(i))) return body;
    return Node();
  }

  bool is_blank(const Field& field, Node node) const {
    return is_pairs_ && node.is_text() && node.text().empty() && innermost(*field.type).shape != Shape::Text;
  }

  void member(const Field& field, void* out, Node node) {
    const bool is_box = field.type->shape == Shape::Optional || field.type->shape == Shape::Patch;
    if (is_blank(field, node)) node = Node();
    if (node && !node.is_null()) {
      const bool is_secret_outside = std::exchange(is_secret_, is_secret_ || field.is_secret);
      value(field, *field.type, out, node);
      is_secret_ = is_secret_outside;
      return;
    }
    if (node && is_box) field.type->clear(out);
    if (field.is_required && !(node && is_box))
      return offend(node ? "must not be null" : "is required", Node());
    use_fallback(field, *field.type, out);
  }

  static void use_fallback(const Field& field, const Type& type, void* out) {
    const auto& [shape, integer, text] = field.fallback;
    if (shape == Shape::Json) return;
    if (type.shape == Shape::Optional || type.shape == Shape::Patch)
      return use_fallback(field, *type.inner, type.open(out));
    if (type.shape == Shape::Boolean) *static_cast<bool*>(out) = integer != 0;
    if (type.shape == Shape::Integer) store_integer(type, out, integer);
    if (type.shape == Shape::Number) *static_cast<double*>(out) = static_cast<double>(integer);
    if (type.shape == Shape::Text) *static_cast<std::string*>(out) = text;
    if (type.shape == Shape::Word) store_integer(type, out, find_meaning(words_of(field, type), text)->value);
  }

  static Words words_of(const Field& field, const Type& type) {
    return field.words.empty() ? type.words() : field.words;
  }

  bool is_lenient(const Field& field) const { return is_pairs_ || field.is_lenient; }

  void value(const Field& field, const Type& type, void* out, Node node) {
    if (type.shape == Shape::Optional || type.shape == Shape::Patch) {
      if (node.is_null()) return type.clear(out);
      return value(field, *type.inner, type.open(out), node);
    }
    if (field.read && field.reads == &type) return custom(field, out, node);
    if (type.shape == Shape::List) return list(field, type, out, node);
    if (is_pairs_ && node.is_list()) node = node.at(node.size() - 1);  // given twice: the last one counts
    if (node.is_null()) return offend("must not be null", Node());
    switch (type.shape) {
      case Shape::Boolean:
        return boolean(field, out, node);
      case Shape::Integer:
        return integer(field, type, out, node);
      case Shape::Number:
        return number(field, out, node);
      case Shape::Text:
        return text(field, out, node);
      case Shape::Word:
        return word(field, type, out, node);
      case Shape::Json:
        return json(out, node);
      case Shape::Instant:
        return instant(out, node);
      case Shape::Map:
        return map(field, out, node);
      case Shape::Struct:
        if (!node.is_object()) return offend("must be an object", node);
        return object(type.fields(), out, node);
      default:
        return;
    }
  }

  void custom(const Field& field, void* out, Node node) {
    const auto read = field.read(node, out);
    if (read) return;
    const Error& error = read.error();
    const std::string inner = '"' + error.offence.field + "\" ";  // what decode<T>(node) complained about
    if (!error.message.starts_with(inner)) return offend(error.message, node);
    const Step step(*this, error.offence.field);
    offend(std::string_view(error.message).substr(inner.size()), Node());
  }

  void list(const Field& field, const Type& type, void* out, Node node) {
    type.clear(out);
    const bool is_split = is_lenient(field) && (is_pairs_ || field.is_one_or_many);
    if (is_split && (is_pairs_ || node.is_text())) {
      const Document pieces = split_commas(node);
      return elements(field, type, out, pieces.root().get("piece"));
    }
    if (!node.is_list() && !field.is_one_or_many && !field.is_bare) return offend("must be a list", node);
    elements(field, type, out, node);
  }

  static Document split_commas(Node node) {
    Pairs pieces;
    const auto add = [&](std::string_view joined) {
      for (const std::string_view piece : split(joined, ','))
        if (!trim(piece).empty()) pieces.emplace_back("piece", trim(piece));
    };
    if (!node.is_list()) add(node.text());
    for (std::size_t i = 0; i < node.size(); ++i) add(node.at(i).text());
    return Document::from_pairs(pieces);
  }

  /// `node` is the list, its only element, or absent for an empty list.
  void elements(const Field& field, const Type& type, void* out, Node node) {
    const bool is_list = node.is_list();
    const std::size_t count = is_list ? node.size() : (node ? 1 : 0);
    if (!check_count(field, count, "item")) return;
    for (std::size_t i = 0; i < count; ++i) {
      const Step step(*this, std::to_string(i));
      value(field, *type.inner, type.open(out), is_list ? node.at(i) : node);
    }
  }

  bool check_count(const Field& field, std::size_t count, std::string_view thing) {
    if (count >= field.items_min && count <= field.items_max) return true;
    const bool is_over = count > field.items_max;
    Offence facts{.provided_count = static_cast<std::int64_t>(count)};
    if (is_over) facts.max_allowed = static_cast<std::int64_t>(field.items_max);
    offend(is_over ? "takes at most " + plural(field.items_max, thing)
                   : "needs at least " + plural(field.items_min, thing),
           Node(),
           std::move(facts));
    return false;
  }

  void boolean(const Field& field, void* out, Node node) {
    auto flag = node.flag();
    if (!flag && is_lenient(field)) {
      const std::string_view text = node.text();  // also of a number
      if (text == "1" || equal_ignoring_case(text, "true")) flag = true;
      if (text == "0" || equal_ignoring_case(text, "false")) flag = false;
    }
    if (!flag) return offend("must be true or false", node);
    *static_cast<bool*>(out) = *flag;
  }

  void integer(const Field& field, const Type& type, void* out, Node node) {
    auto whole = node.int64();
    if (!whole && is_lenient(field) && node.is_text()) whole = parse_integer(trim(node.text()));
    if (!whole) return offend("must be a whole number", node);

    const bool is_int = type.bytes == sizeof(std::int32_t);
    const std::int64_t min = is_int ? std::max<std::int64_t>(field.min, INT32_MIN) : field.min;
    const std::int64_t max = is_int ? std::min<std::int64_t>(field.max, INT32_MAX) : field.max;
    if (*whole < min || *whole > max)
      return offend(field.min <= *whole && *whole <= field.max ? "is too large" : range_rule(field, min, max),
                    node);
    store_integer(type, out, *whole);
  }

  void number(const Field& field, void* out, Node node) {
    auto parsed = node.number();
    if (!parsed && is_lenient(field) && node.is_text()) parsed = parse_number(trim(node.text()));
    if (!parsed) return offend("must be a number", node);
    if (*parsed < static_cast<double>(field.min) || *parsed > static_cast<double>(field.max))
      return offend(range_rule(field, field.min, field.max), node);
    *static_cast<double*>(out) = *parsed;
  }

  void text(const Field& field, void* out, Node node) {
    std::string content(node.text());
    if (!node.is_text()) {
      const bool is_scalar = node.kind() == Node::Kind::Number || node.kind() == Node::Kind::Boolean;
      if (!is_lenient(field) || !is_scalar) return offend("must be a text", node);
      content = node.json();
    }
    check_text(field, content, node);
    *static_cast<std::string*>(out) = std::move(content);
  }

  void check_text(const Field& field, std::string_view content, Node node) {
    if (content.find('\0') != std::string_view::npos) return offend("must not hold a NUL character", node);
    const std::size_t length = utf8_length(content);
    if (length > field.length_max)
      return offend("must have at most " + plural(field.length_max, "character"), node);
    if (length < field.length_min)
      return offend(
          length == 0 ? "must not be empty" : "must have at least " + plural(field.length_min, "character"),
          node);
    if (field.is_email && !looks_like_email(content)) return offend("must be an email address", node);
    if (field.accepts && !field.accepts(content)) return offend(field.rule, node);
  }

  void word(const Field& field, const Type& type, void* out, Node node) {
    const Words words = words_of(field, type);
    const bool is_spelt = node.is_text() || is_lenient(field);
    const Word* word = is_spelt ? find_meaning(words, node.text()) : nullptr;
    if (!word) return offend(words_rule(words), node);
    store_integer(type, out, word->value);
  }

  void json(void* out, Node node) {
    if (holds_nul(node)) return offend("must not hold a NUL character", node);
    static_cast<Json*>(out)->text = node.json();
  }

  void instant(void* out, Node node) {
    const auto at = node.is_text() ? parse_instant(node.text()) : fail(Code::Invalid, "");
    if (!at) return offend("must be an ISO 8601 time such as 2026-03-03T10:00:00Z", node);
    static_cast<Instant*>(out)->at_ms = *at;
  }

  void map(const Field& field, void* out, Node node) {
    if (!node.is_object()) return offend("must be an object", node);
    if (!check_count(field, node.size(), "key")) return;
    auto& entries = *static_cast<std::map<std::string, std::string>*>(out);
    entries.clear();
    for (std::size_t i = 0; i < node.size(); ++i) {
      const Node content = node.at(i);
      const Step step(*this, node.key(i));
      if (content.is_null()) continue;
      if (content.is_list() || content.is_object())
        offend("must be a text, a number, true or false", content);
      else
        entry(field, entries, node.key(i), content);
    }
  }

  void entry(const Field& field,
             std::map<std::string, std::string>& entries,
             std::string_view key,
             Node content) {
    if (key.find('\0') != std::string_view::npos) return offend("must not hold a NUL character", Node());
    std::string text = content.is_text() ? std::string(content.text()) : content.json();
    check_text(field, text, content);
    entries.emplace(key, std::move(text));
  }

  void offend(std::string_view rule, Node node, Offence facts = {}) {
    const std::string path(utf8_prefix(path_, kPathCharactersMax));
    if (keys_.size() < kKeysMax) keys_.push_back(path);
    if (first_) return;
    facts.field = path;
    facts.source = source_;
    if (node && !is_secret_)
      if (std::string provided = node.json(); provided.size() <= kProvidedBytesMax)
        facts.provided_value = std::move(provided);
    std::string message = '"' + path + "\" ";
    message += rule;
    first_ = Error{.code = Code::Invalid, .message = std::move(message), .offence = std::move(facts)};
  }

  /// Walks one step down the path for as long as it lives.
  class Step {
   public:
    Step(Decoder& decoder, std::string_view name) : path_(decoder.path_), length_(path_.size()) {
      if (!path_.empty()) path_ += '.';
      path_ += name;
    }
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;
    ~Step() { path_.resize(length_); }

   private:
    std::string& path_;
    std::size_t length_;
  };

  const char* source_;
  bool is_pairs_;
  DecodeOptions options_;
  std::string path_;
  std::vector<std::string> keys_;
  std::optional<Error> first_;
  bool is_secret_ = false;
};

}  // namespace

Result<> decode_body(Fields fields, void* object, std::string_view json, const DecodeOptions& options) {
  TRY_AS(const Document document, Document::parse(trim(json).empty() ? "{}" : json));
  const Node body = document.root();
  const bool takes_list = body.is_list() && std::ranges::any_of(fields, &Field::is_bare);
  if (!body.is_object() && !takes_list) return fail(Code::Malformed, "the body must be a JSON object");
  Decoder decoder("body", Decoder::Carrier::Json, options);
  decoder.object(fields, object, body);
  return std::move(decoder).finish();
}

Result<> decode_node(Fields fields, void* object, Node node) {
  if (!node.is_object()) return fail(Code::Invalid, "must be an object");
  Decoder decoder("body", Decoder::Carrier::Json, {});
  decoder.object(fields, object, node);
  return std::move(decoder).finish();
}

Result<> decode_pairs(
    Fields fields, void* object, const Pairs& pairs, const char* source, const DecodeOptions& options) {
  for (const auto& [key, text] : pairs) {
    if (!is_valid_utf8(key)) return fail(Code::Malformed, "a name in the query is not valid UTF-8");
    if (!is_valid_utf8(text)) return fail_field(key, '"' + key + "\" must be valid UTF-8");
  }
  const Document document = Document::from_pairs(pairs);
  Decoder decoder(source, Decoder::Carrier::Pairs, options);
  decoder.object(fields, object, document.root());
  return std::move(decoder).finish();
}

}  // namespace outrider::wire
