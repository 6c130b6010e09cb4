#include "receiving/sent_lookup.h"

#include "mailboxes/client_settings.h"
#include "mailboxes/store.h"

namespace outrider::receiving {
namespace {

Task<bool> is_in_folder(mail::ImapClient& client, std::string folder, std::string header_id) {
  CO_TRY(co_await client.select(std::move(folder), mail::ImapAccess::ReadOnly));
  mail::ImapQuery query;
  query.message_id = "<" + header_id + ">";
  CO_TRY_AS(const auto uids, co_await client.search(std::move(query)));
  co_return !uids.empty();
}

Task<bool> search_sent(mail::ImapClient& client, std::string header_id) {
  CO_TRY(co_await client.open());
  CO_TRY_AS(const auto folders, co_await client.list_folders());
  for (const auto role : {mail::ImapRole::Sent, mail::ImapRole::All}) {
    const auto* folder = mail::find_role(folders, role);
    if (!folder || !folder->selectable) continue;
    CO_TRY_AS(const bool found, co_await is_in_folder(client, folder->name, header_id));
    if (found) co_return true;
  }
  co_return false;
}

}  // namespace

Task<bool> ImapSentLookup::find_sent(std::int64_t workspace_id,
                                     std::int64_t mailbox_id,
                                     std::string header_id) {
  CO_TRY_AS(auto settings, co_await load_settings(workspace_id, mailbox_id));
  mail::ImapClient client(network_, std::move(settings));
  const auto found = co_await search_sent(client, std::move(header_id));
  if (client.is_open()) CO_TRY(co_await client.logout());
  co_return found;
}

Task<mail::ImapSettings> ImapSentLookup::load_settings(std::int64_t workspace_id, std::int64_t mailbox_id) {
  auto load = [this, workspace_id, mailbox_id]() -> Result<mail::ImapSettings> {
    TRY_AS(const auto mailbox, database_.read([&](db::Tx& tx) {
      return mailboxes::load(tx, {.workspace_id = workspace_id}, mailbox_id);
    }));
    if (mailbox.imap_connection.state == mailboxes::ConnectionState::Disconnected)
      return fail(Code::Unavailable, "the mailbox is disconnected");
    return mailboxes::imap_settings(mailbox, key_);
  };
  co_return co_await workers_.run(std::move(load));
}

}  // namespace outrider::receiving
