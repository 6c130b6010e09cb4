// The mailboxes ("folders") of an account and what each is for: by SPECIAL-USE (RFC 6154), else by customary
// names.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mail/imap_parse.h"

namespace outrider::mail {

inline constexpr std::size_t kImapFoldersMax = 10'000;

enum class ImapRole : std::uint8_t { None, Inbox, Sent, Junk, Drafts, Trash, Archive, All, Flagged };

struct ImapFolder {
  std::string name;     // as the server has it: what every command takes
  std::string display;  // UTF-8, for people
  char delimiter = '\0';
  ImapRole role = ImapRole::None;
  bool selectable = true;
};

/// Each role is given once, first to folders the server marks, then to customary names such as "Sent Items".
std::vector<ImapFolder> folders_of(std::span<const ImapListEntry> entries);

/// Null when no folder has it.
const ImapFolder* find_role(std::span<const ImapFolder> folders, ImapRole role);

}  // namespace outrider::mail
