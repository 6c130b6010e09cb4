#include "app/mail_sources.h"

#include "mailboxes/client_settings.h"
#include "mailboxes/store.h"
#include "net/http_client.h"
#include "receiving/original.h"

namespace outrider::app {
namespace {

Result<mail::ImapSettings> settings_of(Services& services,
                                       std::int64_t workspace_id,
                                       std::int64_t mailbox_id) {
  TRY_AS(const auto mailbox, services.database->read([&](db::Tx& tx) {
    return mailboxes::load(tx, {.workspace_id = workspace_id}, mailbox_id);
  }));
  if (mailbox.imap_connection.state == mailboxes::ConnectionState::Disconnected)
    return fail(Code::Unavailable, "The email account of this conversation is disconnected");
  return mailboxes::imap_settings(mailbox, services.master_key);
}

}  // namespace

inbox::MailHooks mail_hooks(Services& services, std::function<void()> wake_sending) {
  const net::HttpClient web(services.network->policy, services.config.net_ca_file);
  return {.wake_sending = std::move(wake_sending),
          .fetch_file = [web](const std::string& url,
                              const inbox::FileLimits& limits) -> Result<mail::Attachment> {
            TRY_AS(auto body, web.get(url, {.bytes_max = limits.bytes_max, .timeout = limits.timeout}));
            return mail::Attachment{
                .name = {}, .content_type = std::move(body.content_type), .bytes = std::move(body.bytes)};
          },
          .fetch_message = [&services](std::int64_t workspace_id,
                                       std::int64_t mailbox_id,
                                       const std::string& header_id) -> Result<std::string> {
            TRY_AS(auto settings, settings_of(services, workspace_id, mailbox_id));
            return net::block_on(
                services.io_pool->next(),
                receiving::fetch_original(
                    *services.network, std::move(settings), header_id, inbox::kForwardedBytesMax));
          }};
}

}  // namespace outrider::app
