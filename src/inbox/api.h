// Writing from the inbox: answers to conversations. list_api.h reads them.
#pragma once

#include <functional>
#include <vector>

#include "core/clock.h"
#include "db/database.h"
#include "http/route.h"
#include "inbox/inbox_wire.h"

namespace outrider::inbox {

/// What the area needs from parts above it; app/ fills it in.
struct Hooks {
  /// A mail was put into the ledger: the engine should look now.
  std::function<void()> wake_sending;
};

class Api {
 public:
  Api(db::Database& database, Clock& clock, Hooks hooks)
      : database_(database), clock_(clock), hooks_(std::move(hooks)) {}

  /// The handlers refer to this object, which must outlive the server.
  std::vector<http::Route> routes();

 private:
  Result<ReplyResult> reply(http::Context& context, const CampaignPath& path, const ReplyInput& input);
  Result<ReplyResult> reply_legacy(http::Context& context, const LegacyReplyInput& input);

  db::Database& database_;
  Clock& clock_;
  Hooks hooks_;
};

}  // namespace outrider::inbox
