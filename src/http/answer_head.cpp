#include "http/answer_head.h"

#include "http/error_body.h"

namespace outrider::http {
namespace {

/// A control character in a value would end the header and begin another.
void append_header(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += ": ";
  for (const char c : value) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
  out += "\r\n";
}

void append_start(std::string& out, int status, std::string_view date, Framing framing) {
  out += "HTTP/1.1 ";
  out += std::to_string(status);
  out += ' ';
  out += reason_of(status);
  out += "\r\nDate: ";
  out += date;
  out += "\r\n";
  if (framing.keep == Keep::Close)
    out += "Connection: close\r\n";
  else if (framing.is_http_1_0)
    out += "Connection: keep-alive\r\n";
}

void append_headers(std::string& out, const Headers& headers) {
  for (const auto& [name, value] : headers) append_header(out, name, value);
  out += "\r\n";
}

}  // namespace

bool is_bodiless(int status) {
  return status < 200 || status == 204 || status == 304;
}

void append_head(std::string& out, const Raw& answer, Framing framing, std::string_view date) {
  append_start(out, answer.status, date, framing);
  if (!is_bodiless(answer.status)) {
    if (!answer.content_type.empty()) append_header(out, "Content-Type", answer.content_type);
    out += "Content-Length: ";
    out += std::to_string(answer.body.size());
    out += "\r\n";
  }
  append_headers(out, answer.headers);
}

void append_head(std::string& out, const Stream& answer, Framing framing, std::string_view date) {
  append_start(out, 200, date, framing);
  append_header(out, "Content-Type", answer.content_type);
  if (!framing.is_http_1_0) out += "Transfer-Encoding: chunked\r\n";
  append_headers(out, answer.headers);
}

}  // namespace outrider::http
