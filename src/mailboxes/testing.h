// Workspaces, campaigns, mailboxes and leads for the tests of this folder.
#pragma once

#include <doctest/doctest.h>

#include <string>

#include "campaigns/store.h"
#include "mailboxes/attachment.h"
#include "mailboxes/store.h"
#include "workspaces/store.h"

namespace outrider::mailboxes {

inline constexpr TimeMs kNow = 1'770'000'000'000;

inline std::int64_t add_workspace(db::Database& database) {
  static int number = 0;
  const std::string email = "owner" + std::to_string(++number) + "@team.example";
  const auto user = database.write([&](db::Tx& tx) {
    return workspaces::create_user(tx, {.email = email, .name = "Owner", .workspace_id = {}}, kNow);
  });
  REQUIRE(user);
  return user->workspace_id;
}

inline Mailbox sample_mailbox(std::int64_t workspace_id, const std::string& from_email) {
  Mailbox mailbox;
  mailbox.workspace_id = workspace_id;
  mailbox.user_id = 5;
  mailbox.from_name = "Sam";
  mailbox.from_email = from_email;
  mailbox.smtp = {.host = "smtp.sender.example",
                  .port = 465,
                  .security = Security::Tls,
                  .user = from_email,
                  .sealed_secret = "sealed"};
  mailbox.imap = {.host = "imap.sender.example",
                  .port = 993,
                  .security = Security::Tls,
                  .user = from_email,
                  .sealed_secret = std::nullopt};
  return mailbox;
}

inline std::int64_t add_mailbox(db::Database& database, const Mailbox& mailbox) {
  const auto id = database.write([&](db::Tx& tx) { return create(tx, mailbox, kNow); });
  REQUIRE(id);
  REQUIRE(id->has_value());
  return **id;
}

inline campaigns::Campaign add_campaign(db::Database& database, std::int64_t workspace_id) {
  const auto campaign = database.write([&](db::Tx& tx) {
    return campaigns::create(
        tx, {.workspace_id = workspace_id, .user_id = 5, .client_id = {}, .name = "C"}, kNow);
  });
  REQUIRE(campaign);
  return *campaign;
}

}  // namespace outrider::mailboxes
