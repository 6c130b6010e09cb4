#include "inbox/mail_api.h"

#include <algorithm>

#include "core/encoding.h"
#include "core/strings.h"
#include "inbox/files.h"
#include "inbox/thread.h"
#include "mail/mime.h"

namespace outrider::inbox {
namespace {

Scope scope_of(const http::Context& context) {
  return {.workspace_id = context.principal.workspace_id, .client_id = context.principal.client_id};
}

/// One of the few places for what takes long; given back when it goes out of scope.
class Place {
 public:
  explicit Place(std::counting_semaphore<kFetchesAtOnceMax>& places)
      : places_(places), is_taken_(places.try_acquire()) {}
  ~Place() {
    if (is_taken_) places_.release();
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  explicit operator bool() const { return is_taken_; }

 private:
  std::counting_semaphore<kFetchesAtOnceMax>& places_;
  bool is_taken_;
};

std::unexpected<Error> fail_busy() {
  return fail(Code::Unavailable, "Too many files are being fetched at once: try again in a moment");
}

/// What a file is called when the request does not say: the end of its address.
std::string name_in(std::string_view url) {
  url = url.substr(0, url.find_first_of("?#"));
  const auto host = url.find("://");
  const auto slash = url.rfind('/');
  const bool has_path = slash != std::string_view::npos && slash > host + 2 && slash + 1 < url.size();
  const auto last = has_path ? url.substr(slash + 1) : std::string_view("attachment");
  return to_valid_utf8(percent_decode(last, PlusSign::Literal));
}

constexpr db::Query kOfLedger{"inbox.mail_of_ledger_row", R"sql(
  SELECT message_id
    FROM outgoing
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kWritten{"inbox.written_mail", R"sql(
  SELECT message.id, message.header_id, message.stats_id
    FROM message
    JOIN campaign
      ON campaign.workspace_id = message.workspace_id
     AND campaign.id = message.campaign_id
   WHERE message.workspace_id = $1
     AND (message.stats_id = $2 OR message.id = $3)
     AND message.direction = 0
     AND message.kind IN (1, 2)
     AND (CAST($4 AS BIGINT) IS NULL OR campaign.client_id = $4)
)sql"};
static_assert(static_cast<int>(MessageKind::Reply) == 1 && static_cast<int>(MessageKind::Forward) == 2);

/// The message by its id on the wire or by the number of its ledger row; 0 for anything else.
Result<std::int64_t> message_named(db::Tx& tx, std::int64_t workspace_id, std::string_view named) {
  if (named.starts_with(kMessagePrefix))
    return parse_integer(named.substr(kMessagePrefix.size())).value_or(0);
  const auto ledger_id = parse_integer(named);
  if (!ledger_id) return 0;
  TRY_AS(const auto row, tx.row(kOfLedger, workspace_id, *ledger_id));
  return row ? row->int64(0) : 0;
}

struct Written {
  std::int64_t id = 0;
  MailResult::Queued shown;
};

Result<Written> find_written(db::Tx& tx, const Scope& scope, const std::string& named) {
  TRY_AS(const auto id, message_named(tx, scope.workspace_id, named));
  TRY_AS(const auto row, tx.row(kWritten, scope.workspace_id, named, id, scope.client_id));
  if (!row) return fail(Code::NotFound, "No planned message with this id");
  return Written{.id = row->int64(0),
                 .shown = {.message_id = '<' + row->string(1) + '>',
                           .email_stats_id = row->string(2),
                           .scheduled_time = std::nullopt}};
}

}  // namespace

Result<std::vector<mail::Attachment>> MailApi::fetch_files(const std::vector<ReplyFile>& wanted) {
  std::vector<mail::Attachment> files;
  if (wanted.empty()) return files;
  const Place place(fetches_);
  if (!place) return fail_busy();
  std::size_t bytes_left = mail::kAttachmentBytesMax;
  const auto ends_at = std::chrono::steady_clock::now() + kFilesTimeout;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto time_left = std::chrono::ceil<std::chrono::milliseconds>(
        std::max(ends_at - std::chrono::steady_clock::now(), std::chrono::steady_clock::duration(1)));
    auto file = hooks_.fetch_file(wanted[i].file_url, {.bytes_max = bytes_left, .timeout = time_left});
    const std::string field = "attachments." + std::to_string(i) + ".file_url";
    if (!file) return fail_field(field, "\"" + field + "\" cannot be fetched: " + file.error().message);
    bytes_left -= file->bytes.size();
    const auto given = [](const std::optional<std::string>& text) { return text && !trim(*text).empty(); };
    file->name = given(wanted[i].file_name) ? *wanted[i].file_name : name_in(wanted[i].file_url);
    if (given(wanted[i].file_type)) file->content_type = *wanted[i].file_type;
    files.push_back(*std::move(file));
  }
  return files;
}

Result<MailResult> MailApi::reply(http::Context& context, const CampaignPath& path, const ReplyInput& input) {
  const bool names_message = input.email_stats_id && !input.email_stats_id->empty();
  if (!names_message && !input.lead_id) return fail_field("email_stats_id", "\"email_stats_id\" is required");
  const Scope scope = scope_of(context);
  if (!input.attachments.empty())
    TRY(database_.read([&](db::Tx& tx) { return check_reply(tx, scope, path.campaign_id, input); }));
  TRY_AS(const auto files, fetch_files(input.attachments));
  TRY_AS(const auto queued, database_.write([&](db::Tx& tx) {
    return queue_reply(tx, scope, path.campaign_id, input, files, clock_.now_ms());
  }));
  hooks_.wake_sending();
  MailResult result{.message = queued.scheduled_ms ? "Reply scheduled" : "Reply queued",
                    .data = {.message_id = '<' + queued.message_id + '>',
                             .email_stats_id = queued.stats_id,
                             .scheduled_time = std::nullopt}};
  if (!queued.scheduled_ms) return result;
  result.data.status = MailStatus::Scheduled;
  result.data.scheduled_time = wire::Instant{*queued.scheduled_ms};
  return result;
}

Result<MailResult> MailApi::reply_legacy(http::Context& context, const LegacyReplyInput& input) {
  return reply(context, {.campaign_id = input.campaign_id}, input.reply);
}

Result<std::vector<mail::Attachment>> MailApi::files_of(std::int64_t workspace_id,
                                                        const Forwarded& forwarded) {
  if (!forwarded.has_files) return std::vector<mail::Attachment>();
  if (!forwarded.is_inbound)
    return database_.read([&](db::Tx& tx) { return load_files(tx, workspace_id, forwarded.id); });
  const Place place(fetches_);
  if (!place) return fail_busy();
  const auto raw = hooks_.fetch_message(workspace_id, forwarded.mailbox_id, forwarded.header_id);
  if (!raw && raw.error().code == Code::NotFound)
    return fail(Code::Conflict, "The message is no longer in its mailbox, so its files cannot be forwarded");
  TRY(raw);
  return mail::read_attachments(*raw, mail::kAttachmentBytesMax);
}

Result<ForwardResult> MailApi::forward(http::Context& context,
                                       const CampaignPath& path,
                                       const ForwardInput& input) {
  const Scope scope = scope_of(context);
  TRY_AS(const auto forwarded,
         database_.read([&](db::Tx& tx) { return load_forwarded(tx, scope, path.campaign_id, input); }));
  TRY(recipients_of(input));
  TRY_AS(const auto files, files_of(scope.workspace_id, forwarded));
  TRY_AS(const auto queued, database_.write([&](db::Tx& tx) {
    return queue_forward(tx, scope.workspace_id, path.campaign_id, forwarded, input, files, clock_.now_ms());
  }));
  hooks_.wake_sending();
  return ForwardResult{.message_id = '<' + queued.message_id + '>'};
}

Result<ForwardResult> MailApi::forward_legacy(http::Context& context, const LegacyForwardInput& input) {
  return forward(context, {.campaign_id = input.campaign_id}, input.forward);
}

Result<MailResult> MailApi::send_scheduled(http::Context& context, const PersonalMailPath& path) {
  auto result = database_.write([&](db::Tx& tx) -> Result<MailResult> {
    TRY_AS(auto written, find_written(tx, scope_of(context), path.id));
    TRY_AS(const bool sent, send_reply_now(tx, context.principal.workspace_id, written.id, clock_.now_ms()));
    if (!sent) return fail(Code::Conflict, "The message has left already or was withdrawn");
    return MailResult{.message = "Message queued", .data = std::move(written.shown)};
  });
  if (result) hooks_.wake_sending();
  return result;
}

Result<MailResult> MailApi::drop_scheduled(http::Context& context, const PersonalMailPath& path) {
  return database_.write([&](db::Tx& tx) -> Result<MailResult> {
    TRY_AS(auto written, find_written(tx, scope_of(context), path.id));
    TRY_AS(const bool dropped, cancel_reply(tx, context.principal.workspace_id, written.id));
    if (!dropped) return fail(Code::Conflict, "The message has left already or was withdrawn");
    written.shown.status = MailStatus::Cancelled;
    return MailResult{.message = "Message withdrawn", .data = std::move(written.shown)};
  });
}

std::vector<http::Route> MailApi::routes() {
  using http::on;
  using http::route;
  using http::Verb;
  std::vector<http::Route> all = {
      route(Verb::Post,
            "/campaigns/{campaign_id}/reply-email-thread",
            "Reply to a lead.",
            on(*this, &MailApi::reply))
          .operation_id("replyToLead"),
      route(Verb::Post,
            "/email-campaigns/send-email-thread",
            "Reply to a lead (old path).",
            on(*this, &MailApi::reply_legacy))
          .operation_id("replyToLeadLegacy")
          .with_id_in_body()
          .hidden(),
      route(Verb::Post,
            "/campaigns/{campaign_id}/forward-email",
            "Forward a message.",
            on(*this, &MailApi::forward))
          .operation_id("forwardEmail"),
      route(Verb::Post,
            "/email-campaigns/forward-reply-email",
            "Forward a message (old path).",
            on(*this, &MailApi::forward_legacy))
          .operation_id("forwardEmailLegacy")
          .with_id_in_body()
          .hidden(),
      route(Verb::Post,
            "/master-inbox/scheduled/{id}/send",
            "Send a planned reply now, also one that waits because an answer came first.",
            on(*this, &MailApi::send_scheduled))
          .operation_id("sendScheduledReply")
          .extension(),
      route(Verb::Delete,
            "/master-inbox/scheduled/{id}",
            "Withdraw a planned reply.",
            on(*this, &MailApi::drop_scheduled))
          .operation_id("dropScheduledReply")
          .extension(),
  };
  for (auto& one : all) one.tag("Master Inbox Messages");
  return all;
}

}  // namespace outrider::inbox
