#include "core/strings.h"
#include "inbox/reply.h"
#include "mail/compose.h"

namespace outrider::inbox {
namespace {

bool says_something(std::string_view text) {
  return !trim(text).empty();
}

bool is_web_address(std::string_view text) {
  return starts_with_ignoring_case(text, "https://") || starts_with_ignoring_case(text, "http://");
}

}  // namespace

Result<std::vector<std::string>> read_address_list(const wire::Node& node) {
  std::vector<std::string> addresses;
  const std::size_t count = node.is_list() ? node.size() : 1;
  for (std::size_t i = 0; i < count; ++i) {
    const wire::Node element = node.is_list() ? node.at(i) : node;
    if (!element.is_text()) return fail(Code::Invalid, "must be email addresses, as a text or a list");
    addresses.emplace_back(element.text());
  }
  return addresses;
}

wire::Fields ReplyFile::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&ReplyFile::file_url>("file_url",
                                           wire::alias("fileUrl"),
                                           wire::length(1, kFileUrlCharactersMax),
                                           wire::must(is_web_address, "must be an http or https address")),
      wire::optional<&ReplyFile::file_name>(
          "file_name", wire::alias("fileName"), wire::length(0, kFileNameCharactersMax)),
      wire::optional<&ReplyFile::file_type>(
          "file_type", wire::alias("fileType"), wire::length(0, kFileNameCharactersMax)),
      wire::optional<&ReplyFile::file_size>(
          "file_size", wire::alias("fileSize"), wire::range(0, INT64_MAX), wire::lenient()),
  };
  return kFields;
}

// The second names are those of the older path (DIALECTS "reply to lead").
wire::Fields ReplyInput::wire() {
  static constexpr wire::Field kFields[] = {
      wire::optional<&ReplyInput::email_stats_id>(
          "email_stats_id", wire::alias("emailStatsId"), wire::lenient()),
      wire::required<&ReplyInput::email_body>("email_body",
                                              wire::alias("emailBody"),
                                              wire::length(1, mail::kBodyBytesMax),
                                              wire::must(says_something, "must not be empty")),
      wire::optional<&ReplyInput::to_email>("to_email", wire::alias("toEmail"), wire::email()),
      wire::optional<&ReplyInput::to_first_name>("to_first_name", wire::alias("toFirstName")),
      wire::optional<&ReplyInput::to_last_name>("to_last_name", wire::alias("toLastName")),
      wire::optional<&ReplyInput::scheduled_time>("scheduled_time", wire::alias("scheduledTime")),
      wire::optional<&ReplyInput::reply_message_id>("reply_message_id", wire::alias("replyMessageId")),
      wire::optional<&ReplyInput::reply_email_body>(
          "reply_email_body", wire::alias("replyEmailBody"), wire::length(0, mail::kBodyBytesMax)),
      wire::optional<&ReplyInput::reply_email_time>("reply_email_time", wire::alias("replyEmailTime")),
      wire::optional<&ReplyInput::cc>("cc", wire::read_by<read_address_list>(kAddressListSchema)),
      wire::optional<&ReplyInput::bcc>("bcc", wire::read_by<read_address_list>(kAddressListSchema)),
      wire::optional<&ReplyInput::schedule_condition>("schedule_condition", wire::alias("scheduleCondition")),
      wire::optional<&ReplyInput::add_signature>(
          "add_signature", wire::alias("addSignature"), wire::lenient()),
      wire::optional<&ReplyInput::seq_type>("seq_type", wire::alias("seqType")),
      wire::optional<&ReplyInput::attachments>("attachments", wire::items(0, mail::kAttachmentsMax)),
      wire::optional<&ReplyInput::lead_id>("lead_id", wire::range(1, INT64_MAX), wire::lenient()),
  };
  return kFields;
}

}  // namespace outrider::inbox
