// The declaration of a route: one line names verb, path, purpose and handler; the handler's argument types
// give decoding, encoding and the OpenAPI entry. Each area returns a std::vector<Route>; app/ joins them.
//
//   struct CampaignPath {
//     static constexpr auto kSource = http::Source::Path;
//     std::int64_t campaign_id = 0;
//     static wire::Fields wire();
//   };
//   Result<Campaign> get_campaign(http::Context&, const CampaignPath&);
//
//   route(Verb::Get, "/campaigns/{campaign_id}", "One campaign.", get_campaign).operation_id("getCampaign")
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "http/answer.h"
#include "http/context.h"
#include "wire/schema.h"
#include "wire/wire.h"

namespace outrider::http {

/// Where a struct is read from. Without a kSource it is the query of a GET route and the body of any other.
enum class Source : std::uint8_t {
  Path,
  Query,
  Body,
  BodyOrQuery,  // the query when the body is empty: clients differ about DELETE
};

inline constexpr std::size_t kBodyMaxDefault = 10u << 20;

/// The undecoded parts of a request.
struct Input {
  const wire::Pairs& path;
  const wire::Pairs& query;
  std::string_view body;
  wire::DecodeOptions options;
};

/// What the OpenAPI document says about one argument of a handler.
struct InputShape {
  Source source;
  const wire::Type* type;
};

struct Alias {
  Verb verb;
  std::string path;
};

/// An answer with another status whose body is not the common error's.
struct OwnAnswer {
  std::string status;
  std::string description;
  const wire::Type* type;
};

class Route {
 public:
  using Handler = std::function<Result<Answer>(Context&, const Input&)>;

  Verb verb;
  std::string path;
  std::string summary;
  Handler handler;
  std::vector<InputShape> inputs = {};
  const wire::Type* reply = nullptr;  // absent for raw answers and streams

  std::string id = {};
  std::string tag_name = {};
  std::string reply_content_type = {};  // of raw answers and streams, for the document
  std::vector<Alias> aliases = {};
  std::vector<OwnAnswer> own_answers = {};
  std::size_t body_max = kBodyMaxDefault;
  bool is_public = false;
  bool is_extension = false;
  bool is_inline = false;
  bool is_at_root = false;
  bool is_on_tracking_hosts = false;
  bool is_hidden = false;
  bool body_names_id = false;

  Route& operation_id(std::string text) { return id = std::move(text), *this; }
  Route& tag(std::string text) { return tag_name = std::move(text), *this; }
  /// Another verb or path for the same operation; its parameters carry the same names.
  Route& alias(Verb other, std::string other_path) {
    return aliases.push_back({other, std::move(other_path)}), *this;
  }
  /// For the document: with this status the body is a `Body` instead of the common error.
  template <class Body>
  Route& answers(int status, std::string description) {
    return own_answers.push_back({std::to_string(status), std::move(description), &wire::kType<Body>}), *this;
  }
  /// Ours, not in the contract (RULINGS 25).
  Route& extension() { return is_extension = true, *this; }
  /// Largest body in bytes; beyond it 413, before it is read.
  Route& body_limit(std::size_t bytes) { return body_max = bytes, *this; }
  /// Answers without a key. Such a route is neither limited nor idempotent.
  Route& keyless() { return is_public = true, *this; }
  /// Runs on the I/O thread: for handlers that never block and take microseconds.
  Route& inline_ok() { return is_inline = true, *this; }
  /// The path stands by itself, not under /api/v1.
  Route& at_root() { return is_at_root = true, *this; }
  /// Also answers on hosts that only track; every other route is unknown there.
  Route& on_tracking_hosts() { return is_on_tracking_hosts = true, *this; }
  /// The body may name a thing that is not there: 404 stands in the document.
  Route& with_id_in_body() { return body_names_id = true, *this; }
  /// Not in the OpenAPI document.
  Route& hidden() { return is_hidden = true, *this; }
  /// What a raw or streamed answer is: "text/csv".
  Route& produces(std::string content_type) { return reply_content_type = std::move(content_type), *this; }
};

template <class T>
constexpr Source source_of(Verb verb) {
  if constexpr (requires { T::kSource; })
    return T::kSource;
  else
    return verb == Verb::Get ? Source::Query : Source::Body;
}

template <wire::Struct T>
Result<T> read_input(Verb verb, const Input& input) {
  switch (source_of<T>(verb)) {
    case Source::Path:
      return wire::decode_params<T>(input.path);
    case Source::Query:
      return wire::decode_query<T>(input.query, input.options);
    case Source::Body:
      return wire::decode<T>(input.body, input.options);
    case Source::BodyOrQuery:
      break;
  }
  if (input.body.empty()) return wire::decode_query<T>(input.query, input.options);
  return wire::decode<T>(input.body, input.options);
}

inline Answer to_answer(Raw raw) {
  return raw;
}
inline Answer to_answer(Stream stream) {
  return stream;
}
inline Answer to_answer(Answer answer) {
  return answer;
}
template <class T>
Answer to_answer(const WithStatus<T>& reply) {
  return Raw{.status = reply.status, .body = wire::encode(reply.value)};
}
template <class T>
Answer to_answer(const T& value) {
  return Raw{.body = wire::encode(value)};
}

/// The wire type of what a handler answers; nullptr when the wire tables do not know it.
template <class T>
struct ReplyType {
  static constexpr const wire::Type* kValue = &wire::kType<T>;
};
template <class T>
struct ReplyType<WithStatus<T>> : ReplyType<T> {};
template <class T>
  requires std::is_constructible_v<Answer, T>
struct ReplyType<T> {
  static constexpr const wire::Type* kValue = nullptr;
};

template <class Function>
struct Signature : Signature<decltype(&Function::operator())> {};
template <class Reply, class... Inputs>
struct Signature<Result<Reply> (*)(Context&, const Inputs&...)> {
  using ReplyValue = Reply;

  /// Reads the arguments in order; the first that is broken answers.
  template <class Function>
  static Result<Answer> call(Function& function, Verb verb, Context& context, const Input& input) {
    std::tuple<std::optional<Inputs>...> read;
    std::optional<Error> broken;
    const auto read_one = [&]<class T>(std::optional<T>& place) {
      if (broken) return;
      auto value = read_input<T>(verb, input);
      if (value)
        place.emplace(*std::move(value));
      else
        broken.emplace(std::move(value.error()));
    };
    std::apply([&](auto&... places) { (read_one(places), ...); }, read);
    if (broken) return std::unexpected(*std::move(broken));

    TRY_AS(auto reply, std::apply([&](auto&... places) { return function(context, *places...); }, read));
    return to_answer(std::move(reply));
  }

  static std::vector<InputShape> shapes(Verb verb) {
    return {InputShape{source_of<Inputs>(verb), &wire::kType<Inputs>}...};
  }
};
template <class Reply, class... Inputs>
struct Signature<Result<Reply>(Context&, const Inputs&...)>
    : Signature<Result<Reply> (*)(Context&, const Inputs&...)> {};
template <class Object, class Reply, class... Inputs>
struct Signature<Result<Reply> (Object::*)(Context&, const Inputs&...) const>
    : Signature<Result<Reply> (*)(Context&, const Inputs&...)> {};

/// `handler` is a function or a lambda `Result<Reply>(Context&, const Struct&...)`; it is called on many
/// threads at once. Reply is a wire struct, WithStatus of one, Raw, Stream or Answer.
template <class Function>
Route route(Verb verb, std::string path, std::string summary, Function handler) {
  using Handler = Signature<Function>;
  return Route{
      .verb = verb,
      .path = std::move(path),
      .summary = std::move(summary),
      .handler = [verb, handler = std::move(handler)](
                     Context& context,
                     const Input& input) { return Handler::call(handler, verb, context, input); },
      .inputs = Handler::shapes(verb),
      .reply = ReplyType<typename Handler::ReplyValue>::kValue,
  };
}

/// A member function as a handler; `object` outlives the routes.
template <class Object, class Reply, class... Inputs>
auto on(Object& object, Result<Reply> (Object::*method)(Context&, const Inputs&...)) {
  return [&object, method](Context& context, const Inputs&... inputs) {
    return (object.*method)(context, inputs...);
  };
}

}  // namespace outrider::http
