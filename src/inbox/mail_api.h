// Writing mail in the inbox over HTTP: replies, forwards, and what becomes of those planned for later.
#pragma once

#include <chrono>
#include <functional>
#include <semaphore>
#include <vector>

#include "core/clock.h"
#include "db/database.h"
#include "http/route.h"
#include "inbox/mail_wire.h"

namespace outrider::inbox {

struct FileLimits {
  std::size_t bytes_max = 0;
  std::chrono::milliseconds timeout{0};
};

/// What the area needs from parts above it; app/ fills it in. The two that fetch block.
struct MailHooks {
  /// A mail was put into the ledger: the engine should look now.
  std::function<void()> wake_sending;
  /// The bytes behind a URL, with their content type.
  std::function<Result<mail::Attachment>(const std::string& url, const FileLimits& limits)> fetch_file;
  /// A received message as it lies in its mailbox: at most kForwardedBytesMax. Errors: NotFound when it is
  /// there no more.
  std::function<Result<std::string>(
      std::int64_t workspace_id, std::int64_t mailbox_id, const std::string& header_id)>
      fetch_message;
};

inline constexpr std::ptrdiff_t kFetchesAtOnceMax = 4;  // each holds a worker thread for as long as it takes
inline constexpr std::chrono::seconds kFilesTimeout{30};  // for all files of one reply

class MailApi {
 public:
  MailApi(db::Database& database, Clock& clock, MailHooks hooks)
      : database_(database), clock_(clock), hooks_(std::move(hooks)) {}

  /// The handlers refer to this object, which must outlive the server.
  std::vector<http::Route> routes();

 private:
  Result<MailResult> reply(http::Context& context, const CampaignPath& path, const ReplyInput& input);
  Result<MailResult> reply_legacy(http::Context& context, const LegacyReplyInput& input);
  Result<ForwardResult> forward(http::Context& context, const CampaignPath& path, const ForwardInput& input);
  Result<ForwardResult> forward_legacy(http::Context& context, const LegacyForwardInput& input);
  Result<MailResult> send_scheduled(http::Context& context, const PersonalMailPath& path);
  Result<MailResult> drop_scheduled(http::Context& context, const PersonalMailPath& path);

  Result<std::vector<mail::Attachment>> fetch_files(const std::vector<ReplyFile>& wanted);
  Result<std::vector<mail::Attachment>> files_of(std::int64_t workspace_id, const Forwarded& forwarded);

  db::Database& database_;
  Clock& clock_;
  MailHooks hooks_;
  std::counting_semaphore<kFetchesAtOnceMax> fetches_{kFetchesAtOnceMax};
};

}  // namespace outrider::inbox
