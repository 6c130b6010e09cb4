#include "sending/outcome.h"

#include <doctest/doctest.h>

#include "sending/circuit.h"

namespace outrider::sending {
namespace {

using mail::BounceClass;
using mail::SmtpFailure;
using mail::SmtpStage;

constexpr TimeMs kNow = 1'770'000'000'000;

SmtpFailure refusal(SmtpStage stage, int code, mail::EnhancedStatus status, std::string text) {
  return {.stage = stage,
          .subject = stage < SmtpStage::MailFrom ? mail::SmtpSubject::Connection : mail::SmtpSubject::Message,
          .permanent = code / 100 == 5,
          .reply = mail::SmtpReply{.code = code, .status = status, .lines = {std::move(text)}}};
}

Outgoing row() {
  Outgoing one;
  one.state = OutgoingState::Sending;
  one.attempt = 1;
  one.created_at_ms = kNow;
  return one;
}

}  // namespace

TEST_CASE("5xx_auth_does_not_block_lead") {
  const auto login = decide(refusal(SmtpStage::Auth, 535, {5, 7, 8}, "bad credentials"), row(), kNow);
  CHECK(login.row == RowFate::Release);
  CHECK(login.mailbox == MailboxFate::LoginRefused);
  CHECK(login.lead == LeadFate::Untouched);

  const auto dmarc = decide(refusal(SmtpStage::Body, 550, {5, 7, 26}, "unauthenticated mail"), row(), kNow);
  CHECK(dmarc.lead == LeadFate::Untouched);
  CHECK(dmarc.mailbox == MailboxFate::Limited);
  CHECK(dmarc.reason == Reason::AuthGate);
}

TEST_CASE("4xx_backoff: a quarter of an hour, an hour, four, then daily, for three days") {
  auto one = row();
  const auto busy = refusal(SmtpStage::RcptTo, 451, {4, 7, 1}, "greylisted, try again later");
  TimeMs now_ms = kNow;
  for (const auto wait_ms : {15 * kMinuteMs, kHourMs, 4 * kHourMs, kDayMs, kDayMs}) {
    const auto decision = decide(busy, one, now_ms);
    CHECK(decision.row == RowFate::Retry);
    CHECK(decision.lead == LeadFate::Untouched);
    CHECK(decision.retry_at_ms == now_ms + wait_ms);
    now_ms = decision.retry_at_ms;
    ++one.attempt;
  }
  const auto last = decide(busy, one, now_ms);
  CHECK(last.row == RowFate::Fail);
  CHECK(last.lead == LeadFate::GivenUp);
}

TEST_CASE("an unknown address blocks the lead, a refused sender does not") {
  const auto unknown = decide(refusal(SmtpStage::RcptTo, 550, {5, 1, 1}, "user unknown"), row(), kNow);
  CHECK(unknown.row == RowFate::Fail);
  CHECK(unknown.lead == LeadFate::Blocked);
  CHECK(unknown.bounce == BounceClass::Invalid);

  const auto sender = decide(refusal(SmtpStage::MailFrom, 550, {5, 1, 1}, "user unknown"), row(), kNow);
  CHECK(sender.lead == LeadFate::Untouched);
  CHECK(sender.row == RowFate::Retry);
}

TEST_CASE("a provider's limit stops the mailbox and frees the lead") {
  const auto limit =
      decide(refusal(SmtpStage::Body, 550, {5, 4, 5}, "daily sending quota exceeded"), row(), kNow);
  CHECK(limit.row == RowFate::Release);
  CHECK(limit.mailbox == MailboxFate::Limited);
  CHECK(limit.lead == LeadFate::Untouched);
}

TEST_CASE("a full mailbox is tried twice more, three days apart") {
  auto one = row();
  const auto full = refusal(SmtpStage::RcptTo, 552, {5, 2, 2}, "over quota");
  CHECK(decide(full, one, kNow).retry_at_ms == kNow + kSoftBounceRetryMs);
  one.soft_bounces = kSoftBouncesMax;
  CHECK(decide(full, one, kNow).lead == LeadFate::GivenUp);
}

TEST_CASE("a rejection for reputation is tried once more after 72 hours") {
  auto one = row();
  const auto spam = refusal(SmtpStage::Body, 554, {5, 7, 1}, "message rejected as spam");
  const auto first = decide(spam, one, kNow);
  CHECK(first.row == RowFate::Retry);
  CHECK(first.reason == Reason::SenderRejected);
  CHECK(first.retry_at_ms == kNow + kRejectedRetryMs);
  one.last_bounce = BounceClass::Reputation;
  CHECK(decide(spam, one, kNow).row == RowFate::Fail);
}

TEST_CASE("a cut after the body began is unknown; before it the claim is free again") {
  SmtpFailure cut{.stage = SmtpStage::Body, .outcome = mail::SmtpOutcome::Unknown};
  CHECK(decide(cut, row(), kNow).row == RowFate::Unknown);
  cut = {.stage = SmtpStage::Data};
  CHECK(decide(cut, row(), kNow).row == RowFate::Release);
  CHECK(decide(cut, row(), kNow).mailbox == MailboxFate::Unreachable);
}

}  // namespace outrider::sending
