#include "inbox/api.h"

#include "inbox/list.h"

namespace outrider::inbox {
namespace {

Scope scope_of(const http::Context& context) {
  return {.workspace_id = context.principal.workspace_id, .client_id = context.principal.client_id};
}

}  // namespace

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
