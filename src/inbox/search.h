// Search in the inbox: the words a conversation is found by, kept in thread_text with a word index over it on
// either engine. Whoever changes a message or a lead calls index_thread in the same transaction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "db/database.h"

namespace outrider::inbox {

inline constexpr std::size_t kThreadTextBytesMax = 64 * 1024;
inline constexpr std::int64_t kIndexedMessagesMax = 100;  // the newest of a thread

/// Writes the words of one conversation anew: of address and names of the lead, then of subject and text of
/// its messages, newest first, until kThreadTextBytesMax. Call it when a message was stored or a lead's
/// address or name has changed. An unknown conversation is passed over.
Result<> index_thread(db::Tx& tx, std::int64_t workspace_id, std::int64_t campaign_lead_id);

/// Whether anything but blanks was typed.
bool is_search(std::string_view typed);

/// The conversations that hold every typed word, the last of which may be the beginning of a word; in no
/// order. On SQLite ids of other workspaces may be among them. Nothing is found by signs alone.
Result<std::vector<std::int64_t>> find_threads(db::Tx& tx, std::int64_t workspace_id, std::string_view typed);

}  // namespace outrider::inbox
