// From the TCP connection to the authenticated session.
#include <algorithm>
#include <array>
#include <utility>

#include "core/encoding.h"
#include "core/strings.h"
#include "mail/imap_client.h"

namespace outrider::mail {
namespace {

/// RFC 5530: the login may be right, the server cannot tell now.
constexpr std::array<std::string_view, 5> kPassingCodes = {
    "UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG", "OVERQUOTA"};
/// What large providers say without a code when too many sessions are open or they want calm.
constexpr std::array<std::string_view, 5> kPassingWords = {
    "too many simultaneous", "try again", "temporar", "rate limit", "not connected"};

constexpr int kChallengesMax = 3;

/// A login that is refused for a reason that passes must not count as a wrong password.
bool passes(const ImapStatusLine& line) {
  return std::ranges::find(kPassingCodes, line.code.name) != kPassingCodes.end() ||
         std::ranges::any_of(kPassingWords, [&](std::string_view words) {
           return find_ignoring_case(line.text, words) != std::string_view::npos;
         });
}

}  // namespace

Task<> ImapClient::open() {
  operation_ends_ = std::chrono::steady_clock::now() + settings_.operation_timeout;
  auto opened = co_await open_connection();
  if (!opened && stream_) stream_->close();
  co_return opened;
}

Task<> ImapClient::open_connection() {
  if (stopped_) co_return fail_at(Code::Unavailable, "stopped");
  auto stream =
      co_await net::Stream::connect(network_, settings_.endpoint, {.timeout = settings_.connect_timeout});
  if (!stream) co_return std::unexpected(std::move(stream.error()));
  stream_ = *std::move(stream);
  if (stopped_) co_return fail_at(Code::Unavailable, "stopped");
  if (settings_.security == ImapSecurity::Tls)
    CO_TRY(co_await stream_->start_tls(settings_.endpoint.host, settings_.connect_timeout));
  CO_TRY(co_await read_greeting());
  if (settings_.security == ImapSecurity::StartTls) CO_TRY(co_await start_tls());
  if (!authenticated_) CO_TRY(co_await log_in());
  CO_TRY(co_await identify());
  co_return Result<>{};
}

Task<> ImapClient::read_greeting() {
  ImapStatusLine greeting;
  while (true) {
    const auto frame = framer_.next();
    if (!frame) co_return fail_at(frame.error().code, frame.error().message);
    if (!*frame) {
      CO_TRY(co_await fill(std::min(settings_.reply_timeout, settings_.connect_timeout), 1024));
      continue;
    }
    const auto response = parse_imap_response(**frame);
    const auto* line = response ? std::get_if<ImapStatusLine>(&*response) : nullptr;
    if (line == nullptr || !line->tag.empty()) co_return fail_at(Code::Unavailable, "this is no IMAP server");
    greeting = *line;
    break;
  }
  if (greeting.condition == ImapCondition::Bye)
    co_return fail_at(Code::Unavailable, "the server does not serve: \"" + greeting.text + "\"");
  note_code(greeting.code);
  authenticated_ = greeting.condition == ImapCondition::PreAuth;
  if (capabilities_.empty()) CO_TRY(co_await ask_capabilities());
  co_return Result<>{};
}

Task<> ImapClient::start_tls() {
  if (authenticated_ || !has("STARTTLS"))
    co_return fail_at(Code::Invalid, "the server does not offer STARTTLS; nothing was sent in plain text");
  CO_TRY(co_await perform(ImapCommand("STARTTLS")));
  // Anything behind the answer was not protected by TLS: somebody in between may have put it there.
  if (framer_.has_bytes())
    co_return fail_at(Code::Unavailable, "the server sent more than the answer to STARTTLS");
  CO_TRY(co_await stream_->start_tls(settings_.endpoint.host, settings_.connect_timeout));
  co_return co_await ask_capabilities();
}

Task<> ImapClient::ask_capabilities() {
  capabilities_.clear();
  CO_TRY(co_await perform(ImapCommand("CAPABILITY")));
  co_return Result<>{};
}

Task<> ImapClient::log_in() {
  constexpr std::string_view kSeparators("\0\x01", 2);  // of PLAIN and XOAUTH2
  if ((settings_.user + settings_.secret).find_first_of(kSeparators) != std::string::npos)
    co_return fail_at(Code::Invalid, "user name and password must not hold control characters");
  const auto before = capabilities_;
  auto attempt = settings_.login == ImapLogin::OAuth2 ? authenticate_oauth2() : authenticate_plain();
  CO_TRY_AS(const auto line, co_await std::move(attempt));
  if (line.condition != ImapCondition::Ok) co_return refused_login(line);
  authenticated_ = true;
  // More may be offered after the login; a server that does not say so is asked.
  if (line.code.name != "CAPABILITY" && capabilities_ == before) CO_TRY(co_await ask_capabilities());
  co_return Result<>{};
}

Task<ImapStatusLine> ImapClient::authenticate_plain() {
  if (has("AUTH=PLAIN")) {
    std::string response;
    response.append(1, '\0').append(settings_.user).append(1, '\0').append(settings_.secret);
    co_return co_await authenticate("PLAIN", base64_encode(response));
  }
  if (has("LOGINDISABLED"))
    co_return fail_at(Code::Invalid, "the server does not take a password here; choose TLS or STARTTLS");
  ImapCommand login("LOGIN ");
  login.add_string(settings_.user).add(" ").add_string(settings_.secret);
  co_return co_await exchange(std::move(login), {});
}

Task<ImapStatusLine> ImapClient::authenticate_oauth2() {
  if (!has("AUTH=XOAUTH2")) co_return fail_at(Code::Invalid, "the server does not offer XOAUTH2");
  const std::string response = "user=" + settings_.user +
                               "\x01"
                               "auth=Bearer " +
                               settings_.secret + "\x01\x01";
  co_return co_await authenticate("XOAUTH2", base64_encode(response));
}

Task<ImapStatusLine> ImapClient::authenticate(std::string mechanism, std::string response) {
  operation_ends_ = std::chrono::steady_clock::now() + settings_.operation_timeout;
  const std::string tag = next_tag();
  const bool at_once = has("SASL-IR");
  std::vector<std::string_view> parts = {tag, " AUTHENTICATE ", mechanism};
  if (at_once) parts.insert(parts.end(), {" ", response});
  parts.push_back("\r\n");
  CO_TRY(co_await send(std::move(parts)));

  bool answered = at_once;
  for (int challenges = 0; challenges <= kChallengesMax; ++challenges) {
    CO_TRY_AS(auto line, co_await read_answer(tag, {}));
    if (line) {
      note_code(line->code);
      co_return *std::move(line);
    }
    // A second challenge holds the reason of a refusal (XOAUTH2); an empty answer makes the server say NO.
    const std::string_view answer = std::exchange(answered, true) ? std::string_view() : response;
    CO_TRY(co_await send({answer, "\r\n"}));
  }
  co_return fail_at(Code::Unavailable, "the server does not come to an end with the login");
}

/// Some providers want to know their client before they let it select (RFC 2971); what they answer does not
/// matter.
Task<> ImapClient::identify() {
  if (!has("ID")) co_return Result<>{};
  CO_TRY(co_await exchange(ImapCommand("ID (\"name\" \"Outrider\")"), {}));
  co_return Result<>{};
}

std::unexpected<Error> ImapClient::refused_login(const ImapStatusLine& line) const {
  const std::string words = ": \"" + line.text + "\"";
  if (line.condition == ImapCondition::Bad || passes(line))
    return fail_at(Code::Unavailable, "the server cannot log in now" + words);
  return fail_at(Code::Unauthorized, "the server refused the login" + words);
}

Task<> check_imap_login(net::Network network, ImapSettings settings) {
  ImapClient client(std::move(network), std::move(settings));
  CO_TRY(co_await client.open());
  CO_TRY(co_await client.select("INBOX", ImapAccess::ReadOnly));
  co_return co_await client.logout();
}

}  // namespace outrider::mail
