#include "tracking/links.h"

#include "core/strings.h"

namespace outrider::tracking {
namespace {

constexpr std::string_view kSubjectMark = "unsubscribe-";

}  // namespace

MessageLinks::MessageLinks(const TokenSigner& signer,
                           std::string base_url,
                           std::int64_t workspace_id,
                           std::int64_t message_id)
    : signer_(signer), base_url_(std::move(base_url)), workspace_id_(workspace_id), message_id_(message_id) {}

std::string MessageLinks::token(TokenKind kind, std::uint16_t link_index) const {
  return signer_.sign(
      {.kind = kind, .workspace_id = workspace_id_, .message_id = message_id_, .link_index = link_index});
}

std::string MessageLinks::open() const {
  return base_url_ + "/o/" + token(TokenKind::Open) + ".gif";
}

std::string MessageLinks::click(std::uint16_t link_index) const {
  return base_url_ + "/c/" + token(TokenKind::Click, link_index);
}

std::string MessageLinks::trap() const {
  return base_url_ + "/c/" + token(TokenKind::Trap);
}

std::string MessageLinks::unsubscribe() const {
  return base_url_ + "/u/" + token(TokenKind::Unsubscribe);
}

std::string MessageLinks::unsubscribe_mailto(std::string_view mailbox) const {
  return std::string(mailbox) + "?subject=" + std::string(kSubjectMark) + token(TokenKind::Unsubscribe);
}

std::string_view unsubscribe_token(std::string_view subject) {
  subject = trim(subject);
  if (!starts_with_ignoring_case(subject, kSubjectMark)) return {};
  subject.remove_prefix(kSubjectMark.size());
  return subject.size() == kTokenCharacters ? subject : std::string_view();
}

}  // namespace outrider::tracking
