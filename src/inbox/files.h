// The files of mail that people write, stored with it. Those of received mail stay in the mailbox.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "db/database.h"
#include "mail/compose.h"

namespace outrider::inbox {

Result<> store_files(db::Tx& tx,
                     std::int64_t workspace_id,
                     std::int64_t message_id,
                     const std::vector<mail::Attachment>& files);

/// In their order.
Result<std::vector<mail::Attachment>> load_files(db::Tx& tx,
                                                 std::int64_t workspace_id,
                                                 std::int64_t message_id);

/// What message.attachments says of them, as of the files of received mail.
std::string files_json(const std::vector<mail::Attachment>& files);

}  // namespace outrider::inbox
