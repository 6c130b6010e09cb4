// One IMAP session over a net::Stream (RFC 9051, RFC 3501): login, folders, search, fetch, flags, append,
// IDLE.
//
// Used by receiving/ and by the check of new account settings. Never sets \Seen: bodies are fetched with
// PEEK. After a Timeout, Unavailable or TooLarge the connection is closed and every further call fails with
// Unavailable; other errors leave the session usable. One call at a time, on the I/O executor that opened it;
// only stop() and wake() may come in between, on the same executor.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "mail/imap_command.h"
#include "mail/imap_folders.h"
#include "mail/imap_frame.h"
#include "mail/imap_parse.h"
#include "net/stream.h"

namespace outrider::mail {

enum class ImapSecurity : std::uint8_t { Tls, StartTls, None };
enum class ImapLogin : std::uint8_t { Password, OAuth2 };

struct ImapSettings {
  net::Endpoint endpoint = {};
  ImapSecurity security = ImapSecurity::Tls;
  ImapLogin login = ImapLogin::Password;
  std::string user = {};
  std::string secret = {};               // password or access token
  net::Timeout connect_timeout{30'000};  // lookup, TCP and TLS each
  net::Timeout reply_timeout{60'000};    // silence within one answer
  net::Timeout operation_timeout{900'000};
  ImapLimits limits = {};
};

/// A server may drop a client that idles for 30 minutes (RFC 2177).
inline constexpr std::chrono::seconds kImapIdleMax{28 * 60};
inline constexpr std::size_t kImapUidsMax = 1'000'000;  // of one search

enum class ImapAccess : std::uint8_t { ReadOnly, ReadWrite };

/// The selected mailbox as SELECT told it.
struct ImapMailbox {
  std::uint32_t uid_validity = 0;
  std::uint32_t uid_next = 0;  // 0: not told
  std::uint32_t messages = 0;
  std::optional<std::uint64_t> highest_modseq = {};  // absent: no CONDSTORE here
  bool read_only = false;
};

/// Every condition given must hold.
struct ImapQuery {
  std::uint32_t uid_first = 1;
  std::optional<TimeMs> since_ms = {};         // by the server's day of arrival
  std::optional<std::string> message_id = {};  // with its angle brackets
  std::optional<std::uint64_t> changed_since_modseq = {};
};

enum class ImapBody : std::uint8_t { None, Header, Whole };

struct ImapFetchRequest {
  std::vector<ImapRange> uids = {};  // `last` of UINT32_MAX means to the end
  ImapBody body = ImapBody::None;
  std::uint32_t body_bytes_max = 5U << 20;  // the rest of a longer message is not transferred
  bool gmail_items = false;                 // X-GM-MSGID, X-GM-THRID, X-GM-LABELS
  std::optional<std::uint64_t> changed_since_modseq = {};
};

/// Called for each message as it arrives, on the I/O thread: must not block. The bytes live during the call.
using ImapMessageSink = std::function<void(const ImapFetch&)>;

enum class ImapFlagChange : std::uint8_t { Add, Remove };

struct ImapAppended {
  std::uint32_t uid_validity = 0;
  std::uint32_t uid = 0;
};

struct ImapChange {
  bool arrived = false;  // the mailbox holds more messages than before
  bool altered = false;  // messages went away or flags changed

  explicit operator bool() const { return arrived || altered; }
};

class ImapClient {
 public:
  /// The network outlives the client.
  ImapClient(net::Network network, ImapSettings settings);
  ImapClient(const ImapClient&) = delete;
  ImapClient& operator=(const ImapClient&) = delete;

  /// Connects, secures and logs in. STARTTLS never falls back to plain text. Errors name the endpoint and the
  /// step: Unauthorized with the server's words when it refuses the login (never for a server that is merely
  /// busy: Unavailable), Invalid when the server does not offer what the settings ask for, and those of
  /// net::Stream.
  Task<> open();

  /// Says LOGOUT and closes; never fails for a connection that is already gone.
  Task<> logout();

  /// Ends whatever is in progress with Unavailable and closes. Idempotent.
  void stop();
  /// Ends a wait_for_change in progress as if its time were up; no effect on anything else.
  void wake();

  bool is_open() const { return stream_ != nullptr && stream_->is_open(); }
  /// Upper case: `IDLE`, `X-GM-EXT-1`.
  bool has(std::string_view capability) const;

  Task<std::vector<ImapFolder>> list_folders();
  /// Errors: NotFound when there is no such mailbox.
  Task<ImapMailbox> select(std::string name, ImapAccess access);
  Task<ImapMailboxStatus> status(std::string name);
  Task<> create(std::string name);

  /// Ascending UIDs of the selected mailbox. Errors: TooLarge beyond kImapUidsMax.
  Task<std::vector<std::uint32_t>> search(ImapQuery query);

  /// Gives UID, FLAGS, INTERNALDATE, RFC822.SIZE and what else is asked for; returns how many messages were
  /// given. UIDs that do not exist are passed over. Errors: Malformed when an answer could not be read; every
  /// readable message was given all the same.
  Task<std::size_t> fetch(ImapFetchRequest request, ImapMessageSink sink);

  Task<> store_flags(std::vector<ImapRange> uids, ImapFlagChange change, std::vector<std::string> flags);
  /// Where the messages went, when the server tells (UIDPLUS). Errors: NotFound when `target` does not exist.
  Task<std::optional<ImapCopyUid>> copy(std::vector<ImapRange> uids, std::string target);
  /// By MOVE (RFC 6851), else by COPY and UID EXPUNGE. Errors: as copy(), and Invalid when the server has
  /// neither MOVE nor UIDPLUS.
  Task<std::optional<ImapCopyUid>> move(std::vector<ImapRange> uids, std::string target);

  /// `message` has CRLF line ends. The UID when the server tells. Errors: NotFound without such a mailbox.
  Task<std::optional<ImapAppended>> append(std::string name,
                                           std::string message,
                                           std::vector<std::string> flags,
                                           std::optional<TimeMs> received_at_ms);

  /// Lets the server tell what changed; a change is kept for the next wait_for_change.
  Task<> noop();

  /// Waits until the selected mailbox changes or `wait` has passed, using IDLE (RFC 2177).
  ///
  /// Ends the IDLE itself before returning, so the next command may follow at once. `wait` is capped at
  /// kImapIdleMax. Messages that came or went during an earlier command count, and then it returns at once.
  /// Keep-alive lines
  /// (`* OK ...`) do not. A mailbox must be selected. Errors: Unavailable when the connection ends, Timeout
  /// when the server does not answer DONE within `reply_timeout`, Invalid when it does not offer IDLE (the
  /// caller then polls).
  Task<ImapChange> wait_for_change(std::chrono::seconds wait);

 private:
  using Handler = std::function<void(ImapResponse&)>;
  using Instant = std::chrono::steady_clock::time_point;

  Task<> open_connection();
  Task<> read_greeting();
  Task<> start_tls();
  Task<> log_in();
  Task<ImapStatusLine> authenticate_plain();
  Task<ImapStatusLine> authenticate_oauth2();
  Task<ImapStatusLine> authenticate(std::string mechanism, std::string response);
  Task<> ask_capabilities();
  Task<> identify();

  /// Sends the command and reads to its tagged line, whatever that says.
  Task<ImapStatusLine> exchange(ImapCommand command, Handler handler);
  /// Like exchange, but NO and BAD are errors.
  Task<ImapStatusLine> perform(ImapCommand command, Handler handler = {});
  Task<ImapStatusLine> transmit(std::string tag, ImapCommand command, Handler handler);
  /// Reads to the tagged line of `tag`, or to a continuation: then nothing is returned.
  Task<std::optional<ImapStatusLine>> read_answer(std::string tag, Handler handler);
  Task<ImapStatusLine> read_tagged(std::string tag, Handler handler);
  Task<> fill(net::Timeout timeout, std::size_t bytes_min);
  Task<> send(std::vector<std::string_view> parts);
  Task<> idle(net::Timeout wait);
  Task<> read_until_change(Instant until);
  Task<std::optional<ImapCopyUid>> place(std::string verb, std::vector<ImapRange> uids, std::string target);

  void note(const ImapResponse& response);
  void note_code(const ImapCode& code);
  /// Takes in every response that is already here.
  Result<> note_waiting();
  std::string next_tag();
  bool sends_at_once(std::size_t literal_bytes) const;
  net::Timeout time_left() const;
  std::unexpected<Error> refused(const std::string& command, const ImapStatusLine& line) const;
  std::unexpected<Error> refused_login(const ImapStatusLine& line) const;
  std::unexpected<Error> fail_at(Code code, std::string message) const;
  std::unexpected<Error> fail_closed(Error error);

  net::Network network_;
  ImapSettings settings_;
  std::unique_ptr<net::Stream> stream_;
  ImapFramer framer_;
  std::vector<std::string> capabilities_;
  Instant operation_ends_ = {};
  std::uint32_t tags_ = 0;
  std::uint32_t messages_ = 0;  // in the selected mailbox
  ImapChange change_;
  std::string farewell_;  // what an untagged BYE said
  bool authenticated_ = false;
  bool waiting_ = false;  // in wait_for_change
  bool idling_ = false;   // and the server has agreed
  bool woken_ = false;
  bool stopped_ = false;
};

/// Opens, looks into INBOX and logs out, for saving account settings. Errors: as open(), select().
Task<> check_imap_login(net::Network network, ImapSettings settings);

}  // namespace outrider::mail
