// Header fields as they stand in a message: splitting a header block into names and unfolded raw values.
// Used for messages, for the groups of a delivery report and for returned header blocks. Decodes nothing.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace outrider::mail {

inline constexpr std::size_t kHeaderFieldsMax = 500;
inline constexpr std::size_t kHeaderValueBytesMax = 64 * 1024;
inline constexpr std::size_t kHeaderBlockBytesMax = 512 * 1024;
inline constexpr std::size_t kMessageIdsMax = 100;

struct Header {
  std::string name;   // as written
  std::string value;  // unfolded, trimmed, still in its encoded form
};

struct HeaderBlock {
  std::vector<Header> fields;
  std::size_t bytes = 0;  // length of the block with its closing empty line
};

/// Reads fields up to the first empty line or the end (RFC 5322 section 2.2). Bare LF is a line end too; an
/// mbox "From " line and lines without a colon are passed over. What exceeds a limit is dropped.
HeaderBlock parse_header_block(std::string_view text);

/// The first field of that name, "" when there is none. Names compare without case.
std::string_view find_header(const std::vector<Header>& fields, std::string_view name);
bool has_header(const std::vector<Header>& fields, std::string_view name);

/// The ids of a Message-ID, In-Reply-To or References value without their angle brackets, in order, without
/// doubles, at most kMessageIdsMax (the first and the last ones stay). A lone id without brackets counts.
std::vector<std::string> parse_message_ids(std::string_view value);

}  // namespace outrider::mail
