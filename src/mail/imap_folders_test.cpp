#include "mail/imap_folders.h"

#include <doctest/doctest.h>

namespace outrider::mail {
namespace {

std::string name_of(const std::vector<ImapFolder>& folders, ImapRole role) {
  const auto* folder = find_role(folders, role);
  return folder == nullptr ? "" : folder->name;
}

}  // namespace

TEST_CASE("what the server marks goes before what a folder is called") {
  const std::vector<ImapListEntry> entries = {
      {.attributes = {}, .delimiter = '/', .name = "Sent"},
      {.attributes = {"\\HasNoChildren", "\\sent"}, .delimiter = '/', .name = "[Gmail]/Gesendet"},
      {.attributes = {"\\All"}, .delimiter = '/', .name = "[Gmail]/All Mail"},
      {.attributes = {}, .delimiter = '/', .name = "inbox"},
  };
  const auto folders = folders_of(entries);
  CHECK(name_of(folders, ImapRole::Sent) == "[Gmail]/Gesendet");
  CHECK(name_of(folders, ImapRole::All) == "[Gmail]/All Mail");
  CHECK(name_of(folders, ImapRole::Inbox) == "inbox");
  CHECK(name_of(folders, ImapRole::Junk).empty());
}

TEST_CASE("customary names count by their last part, whatever the language") {
  const std::vector<ImapListEntry> entries = {
      {.attributes = {"\\NoSelect"}, .delimiter = '.', .name = "Spam"},
      {.attributes = {}, .delimiter = '.', .name = "INBOX"},
      {.attributes = {}, .delimiter = '.', .name = "INBOX.&AMk-l&AOk-ments envoy&AOk-s"},
      {.attributes = {}, .delimiter = '.', .name = "INBOX.Junk E-mail"},
      {.attributes = {}, .delimiter = '.', .name = "INBOX.Spam"},
  };
  const auto folders = folders_of(entries);
  CHECK(find_role(folders, ImapRole::Sent)->display == "INBOX.Éléments envoyés");
  CHECK(name_of(folders, ImapRole::Junk) == "INBOX.Junk E-mail");
  CHECK_FALSE(folders[0].selectable);
}

}  // namespace outrider::mail
