#include "mail/imap_client.h"

#include <algorithm>
#include <utility>

namespace outrider::mail {
namespace {

constexpr std::size_t kReadBytes = 32U << 10;
constexpr std::size_t kIdleReadBytes = 512;            // all that an idling session holds
constexpr std::size_t kNonSyncLiteralBytesMax = 4096;  // RFC 7888, LITERAL-
constexpr net::Timeout kLogoutTimeout{5'000};

std::chrono::steady_clock::time_point now() {
  return std::chrono::steady_clock::now();
}

net::Timeout until(std::chrono::steady_clock::time_point end) {
  return std::max(net::Timeout(0), std::chrono::ceil<net::Timeout>(end - now()));
}

}  // namespace

ImapClient::ImapClient(net::Network network, ImapSettings settings)
    : network_(std::move(network)), settings_(std::move(settings)), framer_(settings_.limits) {}

bool ImapClient::has(std::string_view capability) const {
  return std::ranges::find(capabilities_, capability) != capabilities_.end();
}

void ImapClient::stop() {
  stopped_ = true;
  if (!stream_) return;
  stream_->cancel();
  stream_->close();
}

void ImapClient::wake() {
  if (!waiting_) return;
  woken_ = true;
  if (idling_) stream_->cancel();
}

Task<> ImapClient::logout() {
  if (!is_open()) co_return Result<>{};
  settings_.reply_timeout = settings_.operation_timeout = kLogoutTimeout;
  // The answer matters to nobody; waiting for it lets the server end the session in order.
  (void)co_await exchange(ImapCommand("LOGOUT"), {});
  stream_->close();
  co_return Result<>{};
}

Task<> ImapClient::noop() {
  CO_TRY(co_await perform(ImapCommand("NOOP")));
  co_return Result<>{};
}

Task<ImapStatusLine> ImapClient::perform(ImapCommand command, Handler handler) {
  const std::string name = command.name();
  CO_TRY_AS(auto line, co_await exchange(std::move(command), std::move(handler)));
  if (line.condition != ImapCondition::Ok) co_return refused(name, line);
  co_return line;
}

Task<ImapStatusLine> ImapClient::exchange(ImapCommand command, Handler handler) {
  if (!command.is_sendable()) co_return fail_at(Code::Invalid, "a text with a zero byte cannot be sent");
  if (!is_open()) co_return fail_at(Code::Unavailable, "the connection is closed");
  operation_ends_ = now() + settings_.operation_timeout;
  std::string tag = next_tag();
  CO_TRY_AS(auto line, co_await transmit(tag, std::move(command), std::move(handler)));
  if (!line.code.name.empty()) note_code(line.code);
  co_return line;
}

/// A literal that must be announced first waits for the server's go-ahead; the server may refuse instead.
Task<ImapStatusLine> ImapClient::transmit(std::string tag, ImapCommand command, Handler handler) {
  const auto& pieces = command.pieces();
  std::vector<std::string> announcements;
  announcements.reserve(pieces.size());
  std::vector<std::string_view> parts = {tag, " "};
  for (const auto& piece : pieces) {
    if (piece.is_literal) {
      const bool at_once = sends_at_once(piece.bytes.size());
      announcements.push_back("{" + std::to_string(piece.bytes.size()) + (at_once ? "+}\r\n" : "}\r\n"));
      parts.push_back(announcements.back());
      if (!at_once) {
        CO_TRY(co_await send(std::exchange(parts, {})));
        CO_TRY_AS(auto refusal, co_await read_answer(tag, handler));
        if (refusal) co_return *std::move(refusal);
      }
    }
    parts.push_back(piece.bytes);
  }
  parts.push_back("\r\n");
  CO_TRY(co_await send(std::move(parts)));
  co_return co_await read_tagged(std::move(tag), std::move(handler));
}

Task<ImapStatusLine> ImapClient::read_tagged(std::string tag, Handler handler) {
  while (true) {
    CO_TRY_AS(auto line, co_await read_answer(tag, handler));
    if (line) co_return *std::move(line);
  }
}

Task<std::optional<ImapStatusLine>> ImapClient::read_answer(std::string tag, Handler handler) {
  std::optional<Error> unreadable;
  while (true) {
    auto frame = framer_.next();
    if (!frame) co_return fail_closed(std::move(frame.error()));
    if (!*frame) {
      // Without this a server that always has one more line would never be cut off.
      if (time_left() == net::Timeout(0))
        co_return fail_closed({.code = Code::Timeout, .message = "the answer takes too long"});
      CO_TRY(co_await fill(std::min(settings_.reply_timeout, time_left()), kReadBytes));
      continue;
    }
    auto response = parse_imap_response(**frame);
    if (!response) {
      if (!unreadable) unreadable = std::move(response.error());
      continue;
    }
    if (std::holds_alternative<ImapContinuation>(*response)) co_return std::nullopt;
    if (auto* line = std::get_if<ImapStatusLine>(&*response); line != nullptr && !line->tag.empty()) {
      if (line->tag != tag)
        co_return fail_closed({.code = Code::Unavailable, .message = "the server answered another command"});
      if (unreadable) co_return std::unexpected(std::move(*unreadable).within(settings_.endpoint.text()));
      co_return std::move(*line);
    }
    note(*response);
    if (handler) handler(*response);
  }
}

Task<> ImapClient::fill(net::Timeout timeout, std::size_t bytes_min) {
  auto count = co_await stream_->read_some(framer_.room(bytes_min), timeout);
  if (stopped_) co_return fail_at(Code::Unavailable, "stopped");
  if (!count) {
    // An IDLE may time out or be woken and go on; any other command would be out of step afterwards.
    if (!idling_ || (count.error().code != Code::Timeout && !woken_)) stream_->close();
    co_return std::unexpected(std::move(count.error()));
  }
  if (*count == 0) {
    const std::string words = farewell_.empty() ? "" : ", saying \"" + farewell_ + "\"";
    co_return fail_closed({.code = Code::Unavailable, .message = "the server closed the connection" + words});
  }
  framer_.filled(*count);
  co_return Result<>{};
}

Task<> ImapClient::send(std::vector<std::string_view> parts) {
  auto sent = co_await stream_->write(parts, std::min(settings_.reply_timeout, time_left()));
  if (stopped_) co_return fail_at(Code::Unavailable, "stopped");
  if (!sent) stream_->close();
  co_return sent;
}

Task<ImapChange> ImapClient::wait_for_change(std::chrono::seconds wait) {
  if (!is_open()) co_return fail_at(Code::Unavailable, "the connection is closed");
  if (!has("IDLE")) co_return fail_at(Code::Invalid, "the server does not offer IDLE");
  if (!change_) {
    woken_ = false;
    waiting_ = true;
    const auto waited = co_await idle(std::min(wait, kImapIdleMax));
    waiting_ = false;
    CO_TRY(waited);
  }
  co_return std::exchange(change_, {});
}

Task<> ImapClient::idle(net::Timeout wait) {
  const Instant until = now() + wait;
  operation_ends_ = until + settings_.operation_timeout;
  const std::string tag = next_tag();
  CO_TRY(co_await send({tag, " IDLE\r\n"}));
  CO_TRY_AS(auto refusal, co_await read_answer(tag, {}));
  if (refusal) co_return refused("IDLE", *refusal);

  idling_ = true;
  auto waited = co_await read_until_change(until);
  idling_ = false;
  if (!waited) co_return waited;
  CO_TRY(co_await send({"DONE\r\n"}));
  CO_TRY_AS(const auto line, co_await read_tagged(tag, {}));
  if (line.condition != ImapCondition::Ok) co_return refused("IDLE", line);
  co_return Result<>{};
}

Task<> ImapClient::read_until_change(Instant end) {
  CO_TRY(note_waiting());
  while (!change_ && !woken_ && until(end) > net::Timeout(0)) {
    framer_.release();
    auto filled = co_await fill(until(end), kIdleReadBytes);
    if (!filled && is_open()) break;  // time is up, or woken
    CO_TRY(std::move(filled));
    CO_TRY(note_waiting());
  }
  co_return Result<>{};
}

Result<> ImapClient::note_waiting() {
  while (true) {
    auto frame = framer_.next();
    if (!frame) return fail_closed(std::move(frame.error()));
    if (!*frame) return {};
    // What cannot be read is no reason to give an IDLE up: it may only be news of no use here.
    const auto response = parse_imap_response(**frame);
    if (response) note(*response);
  }
}

void ImapClient::note(const ImapResponse& response) {
  if (const auto* exists = std::get_if<ImapExists>(&response)) {
    if (exists->messages > messages_) change_.arrived = true;
    messages_ = exists->messages;
  } else if (std::holds_alternative<ImapExpunge>(response)) {
    if (messages_ > 0) --messages_;
    change_.altered = true;
  } else if (const auto* vanished = std::get_if<ImapVanished>(&response)) {
    const auto gone = count_of(vanished->uids);
    if (!vanished->earlier) messages_ -= static_cast<std::uint32_t>(std::min<std::uint64_t>(gone, messages_));
    change_.altered = true;
  } else if (const auto* fetch = std::get_if<ImapFetch>(&response)) {
    if (idling_ && fetch->flags) change_.altered = true;
  } else if (const auto* offered = std::get_if<ImapCapabilities>(&response)) {
    capabilities_ = offered->names;
  } else if (const auto* line = std::get_if<ImapStatusLine>(&response)) {
    if (line->condition == ImapCondition::Bye) farewell_ = line->text;
    note_code(line->code);
  }
}

void ImapClient::note_code(const ImapCode& code) {
  if (code.name != "CAPABILITY") return;
  capabilities_.clear();
  for (const auto& word : code.words()) {
    auto& name = capabilities_.emplace_back(word);
    std::ranges::transform(
        name, name.begin(), [](char c) { return c >= 'a' && c <= 'z' ? char(c - 32) : c; });
  }
}

std::string ImapClient::next_tag() {
  return "A" + std::to_string(++tags_);
}

bool ImapClient::sends_at_once(std::size_t literal_bytes) const {
  return has("LITERAL+") ||
         ((has("LITERAL-") || has("IMAP4REV2")) && literal_bytes <= kNonSyncLiteralBytesMax);
}

net::Timeout ImapClient::time_left() const {
  return until(operation_ends_);
}

std::unexpected<Error> ImapClient::refused(const std::string& command, const ImapStatusLine& line) const {
  static constexpr std::pair<std::string_view, Code> kCodes[] = {
      {"NONEXISTENT", Code::NotFound},
      {"TRYCREATE", Code::NotFound},
      {"ALREADYEXISTS", Code::Conflict},
      {"NOPERM", Code::Forbidden},
      {"OVERQUOTA", Code::TooLarge},
      {"TOOBIG", Code::TooLarge},
      {"LIMIT", Code::RateLimited},
  };
  const auto known = std::ranges::find(kCodes, line.code.name, &std::pair<std::string_view, Code>::first);
  const Code code = known != std::end(kCodes) ? known->second : Code::Invalid;
  return fail_at(code, "the server refused " + command + ": \"" + line.text + "\"");
}

std::unexpected<Error> ImapClient::fail_at(Code code, std::string message) const {
  return fail(code, settings_.endpoint.text() + ": " + std::move(message));
}

std::unexpected<Error> ImapClient::fail_closed(Error error) {
  stream_->close();
  return std::unexpected(std::move(error).within(settings_.endpoint.text()));
}

}  // namespace outrider::mail
