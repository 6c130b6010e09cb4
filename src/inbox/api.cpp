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

Result<ReplyResult> Api::reply(http::Context& context, const CampaignPath& path, const ReplyInput& input) {
  const bool names_message = input.email_stats_id && !input.email_stats_id->empty();
  if (!names_message && !input.lead_id) return fail_field("email_stats_id", "\"email_stats_id\" is required");
  if (!input.attachments.empty())
    return fail_field("attachments", "\"attachments\" are not sent with replies: put a link into the text");
  TRY_AS(const auto queued, database_.write([&](db::Tx& tx) {
    return queue_reply(tx, scope_of(context), path.campaign_id, input, clock_.now_ms());
  }));
  hooks_.wake_sending();
  ReplyResult result{.message = queued.scheduled_ms ? "Reply scheduled" : "Reply queued",
                     .data = {.message_id = '<' + queued.message_id + '>',
                              .email_stats_id = queued.stats_id,
                              .scheduled_time = std::nullopt}};
  if (!queued.scheduled_ms) return result;
  result.data.status = ReplyStatus::Scheduled;
  result.data.scheduled_time = wire::Instant{*queued.scheduled_ms};
  return result;
}

Result<ReplyResult> Api::reply_legacy(http::Context& context, const LegacyReplyInput& input) {
  return reply(context, {.campaign_id = input.campaign_id}, input.reply);
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
      route(Verb::Post,
            "/campaigns/{campaign_id}/reply-email-thread",
            "Reply to a lead.",
            on(*this, &Api::reply))
          .operation_id("replyToLead")
          .tag(kMessages),
      route(Verb::Post,
            "/email-campaigns/send-email-thread",
            "Reply to a lead (old path).",
            on(*this, &Api::reply_legacy))
          .operation_id("replyToLeadLegacy")
          .tag(kMessages)
          .hidden(),
  };
}

}  // namespace outrider::inbox
