// Reading the inbox over the API: the ten views, one conversation and its mail, untracked mail, the state of
// a reply.
#pragma once

#include <vector>

#include "core/clock.h"
#include "db/database.h"
#include "http/route.h"
#include "inbox/filter.h"
#include "inbox/list.h"
#include "inbox/list_wire.h"
#include "inbox/reply_status.h"
#include "inbox/thread_tables.h"
#include "inbox/untracked.h"

namespace outrider::inbox {

class ListApi {
 public:
  /// `tables` and the rest outlive the object.
  ListApi(db::Database& database, Clock& clock, ThreadTables& tables)
      : database_(database), clock_(clock), tables_(tables) {}

  /// The handlers refer to this object, which must outlive the server.
  std::vector<http::Route> routes();

 private:
  Result<ListReply> list(http::Context& context,
                         View view,
                         const HistoryQuery& query,
                         const ListRequest& request);
  Result<ItemReply> item(http::Context& context, const ItemPath& path);
  Result<UntrackedList> untracked(http::Context& context, const UntrackedQuery& query);
  Result<ReplyStatusAnswer> status_of_reply(http::Context& context, const ReplyStatusQuery& query);
  Result<HistoryReply> message_history(http::Context& context,
                                       const ConversationPath& path,
                                       const MessageHistoryQuery& query);
  Result<http::Raw> bulk_history(http::Context& context,
                                 const BulkPath& path,
                                 const BulkQuery& query,
                                 const BulkInput& input);
  std::vector<http::Route> view_routes();

  db::Database& database_;
  Clock& clock_;
  ThreadTables& tables_;
};

}  // namespace outrider::inbox
