#include "http/request_parser.h"

#include <boost/beast/http/error.hpp>

#include "core/strings.h"

namespace outrider::http {

RequestParser::RequestParser(Request& request, std::size_t header_max) : request_(request) {
  header_limit(static_cast<std::uint32_t>(header_max));
  // Ours depends on the route, which is known only after the header.
  body_limit(boost::none);
  request_.headers.reserve(8);
}

bool RequestParser::expects_continue() const {
  return is_header_done() && version() >= 11 &&
         equal_ignoring_case(request_.header("Expect"), "100-continue");
}

void RequestParser::on_request_impl(boost::beast::http::verb, View method, View target, int version, Code&) {
  version_ = version;
  request_.method.assign(method.data(), method.size());
  request_.target.assign(target.data(), target.size());
}

void RequestParser::on_field_impl(boost::beast::http::field, View name, View value, Code&) {
  // Trailers of a chunked body come here too, after the route was chosen: they change nothing.
  if (is_header_done()) return;
  request_.headers.push_back(
      {std::string(name.data(), name.size()), std::string(value.data(), value.size())});
}

void RequestParser::on_body_init_impl(const boost::optional<std::uint64_t>& length, Code&) {
  // The length is only the client's word until the bytes are here.
  constexpr std::size_t kReserveMax = 1u << 20;
  if (length) request_.body.reserve(std::min<std::size_t>(*length, kReserveMax));
}

std::size_t RequestParser::on_body_impl(View piece, Code& error) {
  if (piece.size() > body_max_ - request_.body.size()) {
    error = boost::beast::http::error::body_limit;
    return 0;
  }
  request_.body.append(piece.data(), piece.size());
  return piece.size();
}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t, View piece, Code& error) {
  return on_body_impl(piece, error);
}

}  // namespace outrider::http
