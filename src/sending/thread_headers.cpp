#include "sending/thread_headers.h"

#include <algorithm>
#include <span>

#include "core/strings.h"
#include "mail/address.h"
#include "mail/domain.h"
#include "mail/subject.h"

namespace outrider::sending {
namespace {

/// Only where both are known.
bool is_of_another(const ThreadMessage& message, std::string_view sender_domain) {
  return !message.sender_domain.empty() && !sender_domain.empty() && message.sender_domain != sender_domain;
}

/// From the latest mail of ours that changed the subject or the sender's domain on: what came before belongs
/// to another conversation.
std::span<const ThreadMessage> latest_thread(std::span<const ThreadMessage> messages) {
  std::size_t begin = 0;
  for (std::size_t i = 1; i < messages.size(); ++i) {
    const bool ours = messages[i].direction == Direction::Outgoing;
    if (!ours) continue;
    const bool is_other = !mail::same_subject(messages[i].subject, messages[begin].subject) ||
                          is_of_another(messages[begin], messages[i].sender_domain);
    if (is_other) begin = i;
  }
  return messages.subspan(begin);
}

/// Up to the last message of ours: a later step answers that one, not what the lead or a machine of theirs
/// wrote since.
std::span<const ThreadMessage> up_to_ours(std::span<const ThreadMessage> thread) {
  for (std::size_t end = thread.size(); end > 0; --end)
    if (thread[end - 1].direction == Direction::Outgoing && !thread[end - 1].message_id.empty())
      return thread.first(end);
  return thread;
}

std::vector<std::string> references_of(std::span<const ThreadMessage> thread) {
  std::vector<std::string> ids;
  for (const ThreadMessage& message : thread)
    if (!message.message_id.empty() && std::ranges::find(ids, message.message_id) == ids.end())
      ids.push_back(message.message_id);
  if (ids.size() > kLastReferencesMax + 1)
    ids.erase(ids.begin() + 1, ids.end() - static_cast<std::ptrdiff_t>(kLastReferencesMax));
  return ids;
}

}  // namespace

std::string sender_domain_of(std::string_view from_email) {
  return mail::organisational_domain(mail::domain_of(from_email));
}

ThreadHeaders next_headers(const std::vector<ThreadMessage>& thread,
                           std::string_view rendered_subject,
                           std::string_view sender_domain) {
  const std::string_view subject = trim(rendered_subject);
  if (thread.empty()) return {.subject = std::string(subject), .in_reply_to = {}, .references = {}};
  const auto latest = latest_thread(thread);
  const std::string& first_subject = latest.front().subject;
  if (!subject.empty() && !mail::same_subject(subject, first_subject))
    return {.subject = std::string(subject), .in_reply_to = {}, .references = {}};

  if (is_of_another(latest.front(), sender_domain))
    return {.subject = std::string(mail::strip_subject_prefixes(subject.empty() ? first_subject : subject)),
            .in_reply_to = {},
            .references = {}};

  ThreadHeaders headers{.subject = mail::reply_subject(first_subject),
                        .in_reply_to = {},
                        .references = references_of(up_to_ours(latest)),
                        .starts_thread = false};
  if (!headers.references.empty()) headers.in_reply_to = headers.references.back();
  return headers;
}

}  // namespace outrider::sending
