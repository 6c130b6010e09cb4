// Search in the inbox: the text a conversation is found by, kept folded (mail/fold.h) in thread_text, with a
// trigram index over it on either engine. Whoever changes a message or a lead calls index_thread in the same
// transaction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.h"
#include "db/database.h"

namespace outrider::inbox {

inline constexpr std::size_t kThreadTextBytesMax = 64 * 1024;
inline constexpr std::int64_t kIndexedMessagesMax = 100;  // the newest of a thread

/// Writes the text of one conversation anew: address and names of the lead, then subject and text of its
/// messages, newest first, until kThreadTextBytesMax. Call it when a message was stored or a lead's address
/// or name has changed. An unknown conversation is passed over.
Result<> index_thread(db::Tx& tx, std::int64_t workspace_id, std::int64_t campaign_lead_id);

/// What a person typed, as it is looked for. Found are conversations whose text has it anywhere, on both
/// engines alike: a trigram index needs three characters, fewer are found by reading the texts.
struct SearchText {
  std::string like;   // LIKE pattern, escaped by a backslash
  std::string match;  // FTS5 phrase; empty when there are fewer than three characters
};
SearchText search_text(std::string_view typed);

}  // namespace outrider::inbox
