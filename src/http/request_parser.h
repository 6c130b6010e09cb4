// Beast's HTTP/1 parser, writing straight into our Request. Included by the connection and its tests only.
#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <cstddef>

#include "http/request.h"

namespace outrider::http {

class RequestParser : public boost::beast::http::basic_parser<true> {
 public:
  /// Writes into `request`, which must outlive the parser.
  RequestParser(Request& request, std::size_t header_max);

  /// Bytes of body beyond which parsing fails with error::body_limit; set before the body is parsed.
  void set_body_max(std::size_t bytes) { body_max_ = bytes; }
  /// 10 or 11; after the head.
  int version() const { return version_; }
  /// The client waits for `100 Continue` before it sends the body (RFC 9110 section 10.1.1).
  bool expects_continue() const;

 private:
  using Code = boost::beast::error_code;
  using View = boost::beast::string_view;

  void on_request_impl(boost::beast::http::verb, View method, View target, int version, Code&) override;
  void on_response_impl(int, View, int, Code&) override {}
  void on_field_impl(boost::beast::http::field, View name, View value, Code&) override;
  void on_header_impl(Code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, Code&) override;
  std::size_t on_body_impl(View piece, Code& error) override;
  void on_chunk_header_impl(std::uint64_t, View, Code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, View piece, Code& error) override;
  void on_finish_impl(Code&) override {}

  Request& request_;
  std::size_t body_max_ = 0;
  int version_ = 11;
};

}  // namespace outrider::http
