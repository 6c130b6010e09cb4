// The email account area of the API: mailboxes, and which campaigns send through them.
#pragma once

#include <functional>
#include <vector>

#include "core/clock.h"
#include "core/secrets.h"
#include "db/database.h"
#include "http/route.h"
#include "mailboxes/login_checker.h"
#include "mailboxes/mailbox_wire.h"
#include "mailboxes/store.h"

namespace outrider::mailboxes {

/// What the area needs from the rest of the program; everything outlives it.
struct Dependencies {
  db::Database& database;
  Clock& clock;
  const MasterKey& master_key;
  LoginChecker& login_checker;
  std::int64_t daily_cap_default = 30;  // of a mailbox without one of its own
  std::function<void()> wake_sending = [] {};
  std::function<void()> wake_receiving = [] {};
};

class Api {
 public:
  explicit Api(Dependencies dependencies) : needs_(std::move(dependencies)) {}

  /// The handlers refer to this object, which must outlive the server.
  std::vector<http::Route> routes();

 private:
  Result<std::vector<AccountListItem>> list(http::Context& context, const AccountListQuery& query);
  Result<AccountReply> get(http::Context& context, const AccountPath& path, const AccountQuery& query);
  Result<http::Answer> save(http::Context& context, const SaveAccount& input);
  Result<http::Answer> update(http::Context& context, const AccountPath& path, const UpdateAccount& input);
  Result<AccountWritten> remove(http::Context& context, const AccountPath& path);

  Result<Attached> attach(http::Context& context, const CampaignPath& path, const AttachAccounts& input);
  Result<std::vector<CampaignAccount>> list_attached(http::Context& context,
                                                     const CampaignPath& path,
                                                     const CampaignAccountsQuery& query);
  Result<Detached> detach(http::Context& context, const CampaignPath& path, const DetachAccounts& input);
  Result<Detached> detach_one(http::Context& context, const AttachmentPath& path);
  Result<Detached> detach_ids(const http::Context& context,
                              std::int64_t campaign_id,
                              const std::vector<std::int64_t>& ids);

  /// The answer that refuses the logins, or nothing when both work.
  Result<std::optional<http::Answer>> check_logins(const http::Context& context, const Mailbox& mailbox);
  void wake() const;

  Dependencies needs_;
};

}  // namespace outrider::mailboxes
