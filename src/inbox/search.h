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

/// What a person typed, folded, as the queries look for it. Found are conversations whose text has it
/// anywhere, on both engines alike; a trigram index needs three characters, for fewer the texts are read.
struct SearchText {
  std::string like;   // LIKE pattern with ESCAPE '\'; empty when nothing but blanks was typed
  std::string match;  // phrase for SQLite's index; empty when there are fewer than three characters
};
SearchText search_text(std::string_view typed);

}  // namespace outrider::inbox
