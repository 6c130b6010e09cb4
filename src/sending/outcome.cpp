#include "sending/outcome.h"

#include <algorithm>
#include <array>

#include "sending/circuit.h"

namespace outrider::sending {
namespace {

using mail::BounceClass;
using mail::SmtpFailure;
using mail::SmtpStage;

constexpr std::array kDeferralsMs{15 * kMinuteMs, kHourMs, 4 * kHourMs, kDayMs};

Decision about_connection(const SmtpFailure& failure) {
  const bool refused = failure.stage == SmtpStage::Auth && failure.permanent && failure.reply;
  return {.row = RowFate::Release,
          .mailbox = refused ? MailboxFate::LoginRefused : MailboxFate::Unreachable,
          .reason = Reason::MailboxDisconnected};
}

Decision later(Reason reason, TimeMs retry_at_ms) {
  return {.row = RowFate::Retry, .reason = reason, .retry_at_ms = retry_at_ms};
}

Decision given_up() {
  return {.row = RowFate::Fail, .lead = LeadFate::GivenUp, .reason = Reason::StepFailed};
}

Decision undeliverable() {
  return {.row = RowFate::Fail, .lead = LeadFate::Finished, .reason = Reason::StepFailed};
}

Decision deferred(const Outgoing& row, TimeMs now_ms) {
  // A refusal before DATA came before the attempt was counted.
  const auto attempt = row.attempt + (row.state == OutgoingState::Claimed ? 1 : 0);
  const auto retry_at_ms = now_ms + deferral_ms(attempt);
  if (retry_at_ms - row.created_at_ms > kDeferredMaxMs) return given_up();
  return later(Reason::Deferred, retry_at_ms);
}

Decision rejected(const Outgoing& row, TimeMs now_ms) {
  if (row.last_bounce == BounceClass::Reputation) return undeliverable();
  return later(Reason::SenderRejected, now_ms + kRejectedRetryMs);
}

Decision limited(BounceClass bounce, const Outgoing& row, TimeMs now_ms) {
  const auto reason = bounce == BounceClass::Authentication ? Reason::AuthGate : Reason::ProviderLimit;
  const auto fate = row.kind == OutgoingKind::Step ? RowFate::Release : RowFate::Retry;
  return {.row = fate,
          .mailbox = MailboxFate::Limited,
          .reason = reason,
          .retry_at_ms = now_ms + kProviderPauseMs};
}

Decision by_class(BounceClass bounce, const SmtpFailure& failure, const Outgoing& row, TimeMs now_ms) {
  if (bounce == BounceClass::ProviderLimit || bounce == BounceClass::Authentication)
    return limited(bounce, row, now_ms);
  if (bounce == BounceClass::MailboxFull) {
    if (row.soft_bounces >= kSoftBouncesMax) return given_up();
    return later(Reason::Deferred, now_ms + kSoftBounceRetryMs);
  }
  if (!failure.permanent) return deferred(row, now_ms);
  switch (bounce) {
    case BounceClass::Invalid:
      // Before RCPT it is our own address that is refused.
      if (failure.stage == SmtpStage::MailFrom) return rejected(row, now_ms);
      return {.row = RowFate::Fail, .lead = LeadFate::Blocked, .reason = Reason::StepFailed};
    case BounceClass::Content:
      return undeliverable();
    case BounceClass::Temporary:
      return deferred(row, now_ms);
    default:
      return rejected(row, now_ms);
  }
}

Decision decided(const SmtpFailure& failure, const Outgoing& row, TimeMs now_ms) {
  if (failure.outcome == mail::SmtpOutcome::Unknown) return {.row = RowFate::Unknown};
  if (failure.subject == mail::SmtpSubject::Connection && failure.stage < SmtpStage::MailFrom)
    return about_connection(failure);
  if (!failure.reply) {
    if (failure.subject == mail::SmtpSubject::Message && failure.permanent) return undeliverable();
    return about_connection(failure);
  }
  const auto& reply = *failure.reply;
  const auto bounce = mail::classify_bounce(reply.code, reply.status, reply.text());
  auto decision = by_class(bounce, failure, row, now_ms);
  decision.bounce = bounce;
  return decision;
}

}  // namespace

TimeMs deferral_ms(std::int64_t attempt) {
  const auto last = static_cast<std::int64_t>(kDeferralsMs.size()) - 1;
  return kDeferralsMs[static_cast<std::size_t>(std::clamp<std::int64_t>(attempt - 1, 0, last))];
}

Decision decide(const SmtpFailure& failure, const Outgoing& row, TimeMs now_ms) {
  auto decision = decided(failure, row, now_ms);
  decision.smtp_code = failure.reply ? failure.reply->code : 0;
  decision.text = failure.reply ? failure.reply->full_text() : failure.message;
  return decision;
}

}  // namespace outrider::sending
