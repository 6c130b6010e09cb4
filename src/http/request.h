// A request as the rest of the program sees it: plain data, no trace of the library that parsed it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "wire/json.h"

namespace outrider::http {

/// What a route can be declared for. HEAD is answered by GET routes.
enum class Verb : std::uint8_t { Get, Post, Put, Patch, Delete };
inline constexpr std::size_t kVerbs = 5;
std::string_view verb_text(Verb verb);

struct Header {
  std::string name;
  std::string value;
};
using Headers = std::vector<Header>;

struct Request {
  std::string method;  // as sent
  std::string target;  // as sent: it may hold a key, so logs take redacted_target()
  Headers headers;
  std::string body;
  std::string client_ip;

  std::string_view path() const;
  /// Without the question mark.
  std::string_view query() const;
  /// The first header of that name, in any case; empty when absent.
  std::string_view header(std::string_view name) const;
};

/// Keys and values of a query string, decoded, in order.
wire::Pairs parse_query(std::string_view query);
/// The target with the value of `api_key` hidden.
std::string redacted_target(std::string_view target);

}  // namespace outrider::http
