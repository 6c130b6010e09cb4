#include "mail/imap_folders.h"

#include <algorithm>
#include <utility>

#include "core/strings.h"

namespace outrider::mail {
namespace {

struct Meaning {
  std::string_view word;
  ImapRole role;
};

constexpr Meaning kAttributes[] = {
    {"\\Sent", ImapRole::Sent},
    {"\\Junk", ImapRole::Junk},
    {"\\Spam", ImapRole::Junk},  // XLIST
    {"\\Drafts", ImapRole::Drafts},
    {"\\Trash", ImapRole::Trash},
    {"\\Archive", ImapRole::Archive},
    {"\\All", ImapRole::All},
    {"\\AllMail", ImapRole::All},  // XLIST
    {"\\Flagged", ImapRole::Flagged},
    {"\\Inbox", ImapRole::Inbox},  // XLIST
};

/// What servers without SPECIAL-USE and the clients of their users call these folders.
constexpr Meaning kNames[] = {
    {"Sent", ImapRole::Sent},
    {"Sent Items", ImapRole::Sent},
    {"Sent Messages", ImapRole::Sent},
    {"Sent Mail", ImapRole::Sent},
    {"Gesendet", ImapRole::Sent},
    {"Gesendete Elemente", ImapRole::Sent},
    {"Gesendete Objekte", ImapRole::Sent},
    {"Envoyés", ImapRole::Sent},
    {"Éléments envoyés", ImapRole::Sent},
    {"Messages envoyés", ImapRole::Sent},
    {"Enviados", ImapRole::Sent},
    {"Elementos enviados", ImapRole::Sent},
    {"Inviata", ImapRole::Sent},
    {"Posta inviata", ImapRole::Sent},
    {"Verzonden", ImapRole::Sent},
    {"Verzonden items", ImapRole::Sent},
    {"Junk", ImapRole::Junk},
    {"Junk Email", ImapRole::Junk},
    {"Junk E-mail", ImapRole::Junk},
    {"Junk Mail", ImapRole::Junk},
    {"Spam", ImapRole::Junk},
    {"Bulk", ImapRole::Junk},
    {"Bulk Mail", ImapRole::Junk},
    {"Spamverdacht", ImapRole::Junk},
    {"Courrier indésirable", ImapRole::Junk},
    {"Indésirables", ImapRole::Junk},
    {"Correo no deseado", ImapRole::Junk},
    {"Ongewenste e-mail", ImapRole::Junk},
    {"Drafts", ImapRole::Drafts},
    {"Trash", ImapRole::Trash},
    {"Deleted Items", ImapRole::Trash},
    {"Deleted Messages", ImapRole::Trash},
    {"Archive", ImapRole::Archive},
    {"All Mail", ImapRole::All},
};

bool has_attribute(const ImapListEntry& entry, std::string_view attribute) {
  return std::ranges::any_of(entry.attributes,
                             [&](const std::string& a) { return equal_ignoring_case(a, attribute); });
}

ImapRole role_by_attribute(const ImapListEntry& entry) {
  if (equal_ignoring_case(entry.name, "INBOX")) return ImapRole::Inbox;
  for (const auto& [word, role] : kAttributes)
    if (has_attribute(entry, word)) return role;
  return ImapRole::None;
}

ImapRole role_by_name(const ImapFolder& folder) {
  std::string_view last = folder.display;
  if (const auto at = last.rfind(folder.delimiter); folder.delimiter != '\0' && at != std::string_view::npos)
    last.remove_prefix(at + 1);
  for (const auto& [word, role] : kNames)
    if (equal_ignoring_case(word, last)) return role;
  return ImapRole::None;
}

void give_role(std::span<ImapFolder> folders, ImapFolder& folder, ImapRole role) {
  if (folder.selectable && folder.role == ImapRole::None && find_role(folders, role) == nullptr)
    folder.role = role;
}

}  // namespace

std::vector<ImapFolder> folders_of(std::span<const ImapListEntry> entries) {
  std::vector<ImapFolder> folders;
  for (const auto& entry : entries.first(std::min(entries.size(), kImapFoldersMax)))
    folders.push_back(
        {.name = entry.name,
         .display = imap_name_to_utf8(entry.name),
         .delimiter = entry.delimiter,
         .role = ImapRole::None,
         .selectable = !has_attribute(entry, "\\NoSelect") && !has_attribute(entry, "\\NonExistent")});
  for (std::size_t i = 0; i < folders.size(); ++i)
    if (const auto role = role_by_attribute(entries[i]); role != ImapRole::None)
      give_role(folders, folders[i], role);
  for (auto& folder : folders)
    if (const auto role = role_by_name(folder); role != ImapRole::None) give_role(folders, folder, role);
  return folders;
}

const ImapFolder* find_role(std::span<const ImapFolder> folders, ImapRole role) {
  const auto found = std::ranges::find(folders, role, &ImapFolder::role);
  return found == folders.end() ? nullptr : &*found;
}

}  // namespace outrider::mail
