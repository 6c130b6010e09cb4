#include "inbox/list_api.h"

#include "core/strings.h"
#include "inbox/conversation.h"
#include "wire/json.h"

namespace outrider::inbox {
namespace {

Viewer viewer_of(const http::Context& context) {
  const auto& principal = context.principal;
  return {.scope = {.workspace_id = principal.workspace_id, .client_id = principal.client_id},
          .user_id = principal.user_id,
          .is_owner = principal.role == http::Role::Owner};
}

Scope scope_of(const http::Context& context) {
  return viewer_of(context).scope;
}

Result<> add_histories(db::Tx& tx, std::int64_t workspace_id, std::vector<Item>& items) {
  for (auto& item : items) {
    const ThreadKey key{.workspace_id = workspace_id,
                        .campaign_lead_id = parse_integer(item.thread_id).value_or(0)};
    TRY_AS(const auto history, load_history(tx, key));
    item.history = wire::Json{wire::encode(history)};
  }
  return {};
}

/// Times leave in whole seconds, so "after" one of them means after the second it names.
std::optional<TimeMs> after_of(const std::optional<wire::Instant>& event_time_gt) {
  if (!event_time_gt) return std::nullopt;
  const TimeMs at_ms = event_time_gt->at_ms;
  return at_ms % kSecondMs == 0 ? at_ms + kSecondMs - 1 : at_ms;
}

struct ViewRoute {
  View view;
  const char* path;
  const char* older_path;
  const char* operation_id;
  const char* summary;
};

/// The views that take the common request; the others have one of their own.
constexpr ViewRoute kViewRoutes[] = {
    {View::InboxReplies, "inbox-replies", nullptr, "listInboxReplies", "All replies."},
    {View::UnreadReplies, "unread-replies", nullptr, "listUnreadReplies", "Unread replies."},
    {View::Important, "important", "important-messages", "listImportantMessages", "Starred and flagged."},
    {View::Snoozed, "snoozed", "snoozed-messages", "listSnoozedMessages", "Snoozed conversations."},
    {View::Archived, "archived", "archived-messages", "listArchivedMessages", "Archived conversations."},
    {View::AssignedToMe, "assigned-me", nullptr, "listAssignedToMe", "Assigned to the caller."},
    {View::Custom, "views", nullptr, "listCustomView", "Conversations with any activity."},
};
constexpr const char* kInbox = "/master-inbox/";
constexpr const char* kTag = "Master Inbox";

}  // namespace

Result<ListReply> ListApi::list(http::Context& context,
                                View view,
                                const HistoryQuery& query,
                                const ListRequest& request) {
  tables_.await_load(context.principal.workspace_id);
  return database_.read([&](db::Tx& tx) -> Result<ListReply> {
    const Viewer viewer = viewer_of(context);
    const TimeMs now_ms = clock_.now_ms();
    TRY_AS(const auto page, list_threads(tx, tables_, viewer, view, request, now_ms));
    TRY_AS(auto items, load_items(tx, viewer.scope.workspace_id, view, page, now_ms));
    if (query.fetch_message_history) TRY(add_histories(tx, viewer.scope.workspace_id, items));
    return ListReply{.messages = std::move(items),
                     .total_count = page.total_count,
                     .offset = request.offset,
                     .limit = request.limit};
  });
}

Result<ItemReply> ListApi::item(http::Context& context, const ItemPath& path) {
  return database_.read([&](db::Tx& tx) -> Result<ItemReply> {
    const Scope scope = scope_of(context);
    const TimeMs now_ms = clock_.now_ms();
    TRY_AS(auto items,
           load_items(
               tx, scope.workspace_id, View::InboxReplies, Page{.ids = {path.id}, .occasions = {}}, now_ms));
    if (items.empty() || (scope.client_id && items[0].client_id != scope.client_id))
      return fail(Code::NotFound, "No conversation has this id");
    TRY(add_histories(tx, scope.workspace_id, items));
    return ItemReply{.item = items[0], .data = std::move(items)};
  });
}

Result<UntrackedList> ListApi::untracked(http::Context& context, const UntrackedQuery& query) {
  return database_.read([&](db::Tx& tx) { return list_untracked(tx, scope_of(context), query); });
}

Result<ReplyStatusAnswer> ListApi::status_of_reply(http::Context& context, const ReplyStatusQuery& query) {
  return database_.read(
      [&](db::Tx& tx) { return reply_status(tx, scope_of(context), query.message_id, clock_.now_ms()); });
}

Result<HistoryReply> ListApi::message_history(http::Context& context,
                                              const ConversationPath& path,
                                              const MessageHistoryQuery& query) {
  return database_.read([&](db::Tx& tx) -> Result<HistoryReply> {
    const Scope scope = scope_of(context);
    TRY_AS(auto conversation, load_conversation(tx, scope, path.campaign_id, path.lead_id));
    const HistoryOptions options{
        .after_ms = after_of(query.event_time_gt),
        .body = query.show_plain_text_response ? BodyForm::PlainText : BodyForm::Html};
    const ThreadKey key{.workspace_id = scope.workspace_id, .campaign_lead_id = conversation.id};
    TRY_AS(auto history, load_history(tx, key, options));
    return HistoryReply{.history = std::move(history),
                        .from = std::move(conversation.mailbox_email),
                        .to = std::move(conversation.lead_email)};
  });
}

/// Live clients read each lead's history under its id, newer ones under `data`.
Result<http::Raw> ListApi::bulk_history(http::Context& context,
                                        const BulkPath& path,
                                        const BulkQuery& query,
                                        const BulkInput& input) {
  tables_.await_load(context.principal.workspace_id);
  return database_.read([&](db::Tx& tx) -> Result<http::Raw> {
    const Scope scope = scope_of(context);
    TRY_AS(const auto conversations,
           list_conversations(tx, tables_, scope, path.campaign_id, input.lead_ids, clock_.now_ms()));
    std::vector<std::pair<std::string, std::string>> histories;
    for (const auto& [lead_id, thread_id] : conversations) {
      const HistoryOptions options{.after_ms = after_of(query.event_time_gt),
                                   .messages_max = kBulkMessagesMax};
      TRY_AS(const auto history,
             load_history(tx, {.workspace_id = scope.workspace_id, .campaign_lead_id = thread_id}, options));
      histories.emplace_back(std::to_string(lead_id), wire::encode(history));
    }
    http::Raw reply;
    wire::Writer writer(reply.body);
    writer.begin_object().key("data").begin_object();
    for (const auto& [lead, history] : histories) writer.key(lead).raw(history);
    writer.end_object();
    for (const auto& [lead, history] : histories)
      writer.key(lead).begin_object().key("history").raw(history).end_object();
    writer.end_object();
    return reply;
  });
}

std::vector<http::Route> ListApi::view_routes() {
  using http::route;
  using http::Verb;
  std::vector<http::Route> routes;
  for (const auto& each : kViewRoutes) {
    const auto answer = [this, view = each.view](
                            http::Context& context, const HistoryQuery& query, const ListRequest& request) {
      return list(context, view, query, request);
    };
    routes.push_back(route(Verb::Post, std::string(kInbox) + each.path, each.summary, answer)
                         .operation_id(each.operation_id)
                         .tag(kTag));
    if (each.older_path != nullptr) routes.back().alias(Verb::Post, std::string(kInbox) + each.older_path);
  }
  const auto sent = [this](
                        http::Context& context, const HistoryQuery& query, const SentListRequest& request) {
    return list(context, View::Sent, query, plain(request));
  };
  const auto scheduled =
      [this](http::Context& context, const HistoryQuery& query, const ScheduledListRequest& request) {
        return list(context, View::Scheduled, query, request);
      };
  const auto reminders =
      [this](http::Context& context, const HistoryQuery& query, const ReminderListRequest& request) {
        return list(context, View::Reminders, query, request);
      };
  routes.push_back(route(Verb::Post, "/master-inbox/sent", "Conversations with mail sent.", sent)
                       .operation_id("listSentMessages")
                       .tag(kTag));
  routes.push_back(route(Verb::Post, "/master-inbox/scheduled", "Queued replies and forwards.", scheduled)
                       .operation_id("listScheduledMessages")
                       .tag(kTag)
                       .alias(Verb::Post, "/master-inbox/scheduled-messages"));
  routes.push_back(route(Verb::Post, "/master-inbox/reminders", "Active reminders.", reminders)
                       .operation_id("listReminderMessages")
                       .tag(kTag)
                       .alias(Verb::Post, "/master-inbox/reminder-messages"));
  return routes;
}

std::vector<http::Route> ListApi::routes() {
  using http::on;
  using http::route;
  using http::Verb;
  constexpr const char* kMessages = "Master Inbox Messages";
  std::vector<http::Route> routes = view_routes();
  routes.push_back(
      route(
          Verb::Get, "/master-inbox/untracked-replies", "Untracked replies.", on(*this, &ListApi::untracked))
          .operation_id("listUntrackedReplies")
          .tag(kTag));
  routes.push_back(route(Verb::Get,
                         "/master-inbox/reply-status",
                         "Delivery status of a reply.",
                         on(*this, &ListApi::status_of_reply))
                       .operation_id("getReplyStatus")
                       .tag(kTag)
                       .with_id_in_body());
  routes.push_back(
      route(Verb::Get, "/master-inbox/{id}", "One conversation with its thread.", on(*this, &ListApi::item))
          .operation_id("getMasterInboxLead")
          .tag(kTag));
  routes.push_back(route(Verb::Get,
                         "/campaigns/{campaign_id}/leads/{lead_id}/message-history",
                         "Thread of a lead in a campaign.",
                         on(*this, &ListApi::message_history))
                       .operation_id("getLeadMessageHistory")
                       .tag(kMessages)
                       .alias(Verb::Get, "/campaigns/{campaign_id}/leads/{lead_id}/messages"));
  routes.push_back(route(Verb::Post,
                         "/campaigns/{campaign_id}/message-history-for-leads/{token}",
                         "Threads of several leads.",
                         on(*this, &ListApi::bulk_history))
                       .operation_id("getBulkLeadMessageHistory")
                       .tag(kMessages)
                       .produces("application/json"));
  return routes;
}

}  // namespace outrider::inbox
