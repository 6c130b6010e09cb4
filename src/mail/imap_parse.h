// Reads one whole IMAP response, as ImapFramer cuts it, into plain structs (RFC 9051, RFC 3501, RFC 4731, RFC
// 7162, RFC 6154, and Gmail's X-GM items).
//
// Lenient where servers in use are careless (blanks, unknown items and responses), strict in what could be
// taken for something else. Bounded by the frame it reads, by kImapItemsMax and kImapDepthMax. No I/O.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/clock.h"
#include "core/result.h"
#include "mail/imap_text.h"

namespace outrider::mail {

inline constexpr std::size_t kImapItemsMax = 1'000'000;  // of any one list
inline constexpr int kImapDepthMax = 40;                 // parentheses within parentheses

/// The bytes of a string: in the frame for a literal, owned where a quoted string had to be unescaped.
class ImapBytes {
 public:
  ImapBytes() = default;
  explicit ImapBytes(std::string_view in_frame) : bytes_(in_frame) {}
  explicit ImapBytes(std::string owned) : bytes_(std::move(owned)) {}

  std::string_view view() const;

 private:
  std::variant<std::string_view, std::string> bytes_;
};

/// `[UIDVALIDITY 42]` in a status line.
struct ImapCode {
  std::string name;       // upper case; empty when there is none
  std::string arguments;  // as sent

  std::optional<std::uint64_t> number() const;
  std::vector<std::string> words() const;  // without parentheses
};

enum class ImapCondition : std::uint8_t { Ok, No, Bad, Bye, PreAuth };

/// `A7 NO [AUTHENTICATIONFAILED] Invalid credentials`; `tag` is empty for `* OK ...`.
struct ImapStatusLine {
  std::string tag;
  ImapCondition condition = ImapCondition::Ok;
  ImapCode code;
  std::string text;  // UTF-8, for people
};

struct ImapContinuation {
  std::string text;
};

struct ImapCapabilities {
  std::vector<std::string> names;  // upper case
};

struct ImapFlags {
  std::vector<std::string> flags;
};

/// LIST, LSUB or XLIST.
struct ImapListEntry {
  std::vector<std::string> attributes;  // `\Sent`, `\NoSelect`
  char delimiter = '\0';                // 0: a flat namespace
  std::string name;                     // as sent
};

struct ImapMailboxStatus {
  std::string name;
  std::optional<std::uint32_t> messages;
  std::optional<std::uint32_t> uid_next;
  std::optional<std::uint32_t> uid_validity;
  std::optional<std::uint32_t> unseen;
  std::optional<std::uint64_t> highest_modseq;
};

/// SEARCH and ESEARCH alike.
struct ImapSearchResult {
  std::vector<ImapRange> found;
  std::optional<std::uint32_t> min;
  std::optional<std::uint32_t> max;
  std::optional<std::uint32_t> count;
  std::optional<std::uint64_t> modseq;
};

/// What stood behind `BODY[...]`.
struct ImapSection {
  std::string name;                     // "", "HEADER", "HEADER.FIELDS (SUBJECT FROM)", "1.2"
  std::optional<std::uint32_t> origin;  // first byte of a part asked for with <...>
  bool present = false;                 // false for NIL
  ImapBytes bytes;
};

struct ImapFetch {
  std::uint32_t number = 0;
  std::optional<std::uint32_t> uid;
  std::optional<std::vector<std::string>> flags;
  std::optional<TimeMs> internal_date_ms;
  std::optional<std::uint64_t> size_bytes;
  std::optional<std::uint64_t> modseq;
  std::optional<std::uint64_t> gmail_message_id;
  std::optional<std::uint64_t> gmail_thread_id;
  std::vector<std::string> gmail_labels;
  std::vector<ImapSection> sections;
};

struct ImapExists {
  std::uint32_t messages = 0;
};

struct ImapExpunge {
  std::uint32_t number = 0;
};

/// RFC 7162: UIDs that are gone.
struct ImapVanished {
  bool earlier = false;
  std::vector<ImapRange> uids;
};

/// Anything else that is well formed as far as it was read: RECENT, ENABLED, ID, NAMESPACE and what is to
/// come.
struct ImapOther {
  std::string name;
};

using ImapResponse = std::variant<ImapStatusLine,
                                  ImapContinuation,
                                  ImapCapabilities,
                                  ImapFlags,
                                  ImapListEntry,
                                  ImapMailboxStatus,
                                  ImapSearchResult,
                                  ImapFetch,
                                  ImapExists,
                                  ImapExpunge,
                                  ImapVanished,
                                  ImapOther>;

/// `frame` is one response without its last line end. ImapBytes in the result point into it.
/// Errors: Malformed with the place and the response's beginning.
Result<ImapResponse> parse_imap_response(std::string_view frame);

/// `[COPYUID 38505 304,319:320 3956:3958]` (RFC 4315): where UIDs have gone. Both sets hold equally many.
struct ImapCopyUid {
  std::uint32_t uid_validity = 0;
  std::vector<ImapRange> source;
  std::vector<ImapRange> target;
};
std::optional<ImapCopyUid> parse_copy_uid(const ImapCode& code);

}  // namespace outrider::mail
