#include "inbox/api.h"

#include "inbox/conversation.h"
#include "inbox/list.h"

namespace outrider::inbox {
namespace {

Scope scope_of(const http::Context& context) {
  return {.workspace_id = context.principal.workspace_id, .client_id = context.principal.client_id};
}

Result<> add_histories(db::Tx& tx, std::int64_t workspace_id, const Page& page, std::vector<Item>& items) {
  for (std::size_t i = 0; i < items.size() && i < page.ids.size(); ++i) {
    TRY_AS(const auto history,
           load_history(tx, {.workspace_id = workspace_id, .campaign_lead_id = page.ids[i]}));
    items[i].history = wire::Json{wire::encode(history)};
  }
  return {};
}

/// Times leave in whole seconds, so "after" one of them means after the second it names.
std::optional<TimeMs> after_of(const std::optional<wire::Instant>& event_time_gt) {
  if (!event_time_gt) return std::nullopt;
  const TimeMs at_ms = event_time_gt->at_ms;
  return at_ms % kSecondMs == 0 ? at_ms + kSecondMs - 1 : at_ms;
}

}  // namespace

Result<ListReply> Api::list_replies(http::Context& context,
                                    const HistoryQuery& query,
                                    const ListRequest& request) {
  return database_.read([&](db::Tx& tx) -> Result<ListReply> {
    const Scope scope = scope_of(context);
    const TimeMs now_ms = clock_.now_ms();
    TRY_AS(const auto page, inbox::list_replies(tx, scope, request, now_ms));
    TRY_AS(auto items, load_items(tx, scope.workspace_id, page.ids, now_ms));
    if (query.fetch_message_history) TRY(add_histories(tx, scope.workspace_id, page, items));
    return ListReply{.messages = std::move(items),
                     .total_count = page.total_count,
                     .offset = request.offset,
                     .limit = request.limit};
  });
}

Result<HistoryReply> Api::message_history(http::Context& context,
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

std::vector<http::Route> Api::routes() {
  using http::on;
  using http::route;
  using http::Verb;
  constexpr const char* kMessages = "Master Inbox Messages";
  return {
      route(Verb::Post, "/master-inbox/inbox-replies", "All replies.", on(*this, &Api::list_replies))
          .operation_id("listInboxReplies")
          .tag("Master Inbox"),
      route(Verb::Get,
            "/campaigns/{campaign_id}/leads/{lead_id}/message-history",
            "Thread of a lead in a campaign.",
            on(*this, &Api::message_history))
          .operation_id("getLeadMessageHistory")
          .tag(kMessages)
          .alias(Verb::Get, "/campaigns/{campaign_id}/leads/{lead_id}/messages"),
  };
}

}  // namespace outrider::inbox
