#include "http/error_body.h"

#include <algorithm>
#include <array>

#include "core/assert.h"
#include "wire/json.h"

namespace outrider::http {
namespace {

struct Kind {
  int status;
  std::string_view word;
};

/// In the order of Code.
constexpr std::array<Kind, 11> kKinds = {{{400, "MALFORMED_REQUEST"},
                                          {422, "VALIDATION_ERROR"},
                                          {401, "UNAUTHORIZED"},
                                          {403, "FORBIDDEN"},
                                          {404, "NOT_FOUND"},
                                          {409, "CONFLICT"},
                                          {413, "PAYLOAD_TOO_LARGE"},
                                          {429, "RATE_LIMITED"},
                                          {503, "UNAVAILABLE"},
                                          {503, "UNAVAILABLE"},
                                          {500, "INTERNAL_ERROR"}}};
static_assert(static_cast<std::size_t>(Code::Internal) == kKinds.size() - 1);

struct Reason {
  int status;
  std::string_view text;
};
constexpr std::array kReasons = std::to_array<Reason>({{100, "Continue"},
                                                       {200, "OK"},
                                                       {201, "Created"},
                                                       {202, "Accepted"},
                                                       {204, "No Content"},
                                                       {206, "Partial Content"},
                                                       {301, "Moved Permanently"},
                                                       {302, "Found"},
                                                       {303, "See Other"},
                                                       {304, "Not Modified"},
                                                       {307, "Temporary Redirect"},
                                                       {308, "Permanent Redirect"},
                                                       {400, "Bad Request"},
                                                       {401, "Unauthorized"},
                                                       {403, "Forbidden"},
                                                       {404, "Not Found"},
                                                       {405, "Method Not Allowed"},
                                                       {408, "Request Timeout"},
                                                       {409, "Conflict"},
                                                       {410, "Gone"},
                                                       {413, "Content Too Large"},
                                                       {422, "Unprocessable Content"},
                                                       {429, "Too Many Requests"},
                                                       {431, "Request Header Fields Too Large"},
                                                       {500, "Internal Server Error"},
                                                       {502, "Bad Gateway"},
                                                       {503, "Service Unavailable"}});

const Kind& kind_of(Code code) {
  return kKinds[static_cast<std::size_t>(code)];
}

Raw body_of(const Kind& kind, std::string_view message, const Offence& offence, std::string_view request_id) {
  Raw raw{.status = kind.status};
  wire::Writer json(raw.body);
  json.begin_object();
  json.member("ok", false).member("success", false).member("statusCode", kind.status);
  json.member("error", message).member("message", message).member("code", kind.word);
  if (!offence.field.empty()) json.member("field", std::string_view(offence.field));
  if (offence.provided_value) json.key("provided_value").raw(*offence.provided_value);
  if (offence.provided_count) json.member("provided_count", *offence.provided_count);
  if (offence.max_allowed) json.member("max_allowed", *offence.max_allowed);
  if (!offence.keys.empty()) {
    json.key("validation").begin_object();
    json.member("source", std::string_view(offence.source)).key("keys").begin_list();
    for (const auto& key : offence.keys) json.value(std::string_view(key));
    json.end_list().end_object();
  }
  json.member("request_id", request_id).end_object();
  return raw;
}

}  // namespace

int status_of(Code code) {
  return kind_of(code).status;
}

std::string_view reason_of(int status) {
  const auto found = std::ranges::find(kReasons, status, &Reason::status);
  return found == kReasons.end() ? std::string_view() : found->text;
}

Raw error_answer(const Error& error, std::string_view request_id) {
  if (error.code == Code::Internal)
    return body_of(kind_of(error.code), "Internal server error", {}, request_id);
  return body_of(kind_of(error.code), error.message, error.offence, request_id);
}

Raw protocol_error(int status, std::string_view code, std::string_view message, std::string_view request_id) {
  return body_of({status, code}, message, {}, request_id);
}

std::string_view error_schema() {
  return R"({"type":"object","required":["ok","statusCode","error","message","code","request_id"],"properties":{)"
         R"("ok":{"type":"boolean","const":false},"success":{"type":"boolean","const":false},)"
         R"("statusCode":{"type":"integer","description":"Same as the HTTP status."},)"
         R"("error":{"type":"string","description":"Same text as message."},"message":{"type":"string"},)"
         R"("code":{"type":"string","enum":["MALFORMED_REQUEST","UNAUTHORIZED","FORBIDDEN","NOT_FOUND",)"
         R"("METHOD_NOT_ALLOWED","CONFLICT","PAYLOAD_TOO_LARGE","VALIDATION_ERROR","RATE_LIMITED",)"
         R"("INTERNAL_ERROR","UNAVAILABLE"]},)"
         R"("field":{"type":"string","description":"Path of the first offending value."},"provided_value":{},)"
         R"("provided_count":{"type":"integer"},"max_allowed":{"type":"integer"},"validation":{"type":"object",)"
         R"("properties":{"source":{"type":"string","enum":["body","query","params"]},)"
         R"("keys":{"type":"array","items":{"type":"string"}}}},"request_id":{"type":"string"}}})";
}

}  // namespace outrider::http
