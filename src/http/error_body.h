// The one error body of the API (schema Error of the contract) and the only place that maps a Code to a
// status.
#pragma once

#include <string>
#include <string_view>

#include "core/result.h"
#include "http/answer.h"

namespace outrider::http {

int status_of(Code code);
/// "Not Found". Empty for a status we never send.
std::string_view reason_of(int status);

/// Internal errors lose their message: the log has it under the request id.
Raw error_answer(const Error& error, std::string_view request_id);
/// For what no Code stands for: 405, 408, 431.
Raw protocol_error(int status, std::string_view code, std::string_view message, std::string_view request_id);

/// The Error schema as JSON, for the OpenAPI document.
std::string_view error_schema();

}  // namespace outrider::http
