#include "receiving/classify.h"

#include <doctest/doctest.h>

#include "core/time_text.h"

using namespace outrider;
using namespace outrider::receiving;

namespace {

Classification classified(const std::string& raw, const InboundFacts& facts) {
  const auto message = mail::parse_message(raw);
  return classify(message, read_message(message), facts);
}

const std::string kReply = "From: ada@acme.com\nSubject: Re: Hello\n\nYes, tell me more.\n";
const std::string kBounce =
    "From: MAILER-DAEMON@mx.acme.com\nSubject: Undelivered Mail Returned to Sender\n"
    "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nI am interested, call "
    "me?\n--b\n"
    "Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nFinal-Recipient: rfc822; "
    "ada@acme.com\n"
    "Action: failed\nStatus: 5.1.1\n\n--b--\n";

}  // namespace

TEST_CASE("sent_folder_copy_is_not_reply, nor is anything else of our own") {
  CHECK(classified(kReply, {.folder = FolderKind::Sent, .is_matched = true}).message_class ==
        MessageClass::Outbound);
  CHECK(classified(kReply, {.folder = FolderKind::Drafts, .is_matched = true}).message_class ==
        MessageClass::Outbound);
  CHECK(classified(kReply, {.from_own_mailbox = true, .is_matched = true}).rule == "own.sender");
  CHECK(classified(kReply, {.id_is_ours = true, .is_matched = true}).rule == "own.message_id");
}

TEST_CASE("the order is fixed: warmup before bounce before machine before unsubscribe before reply") {
  CHECK(classified(kBounce, {.is_warmup = true, .report_is_ours = true}).message_class ==
        MessageClass::Warmup);
  CHECK(classified("From: a@b.com\nAuto-Submitted: auto-replied\nSubject: x\n\nunsubscribe",
                   {.is_matched = true})
            .message_class == MessageClass::AutoOther);
  CHECK(classified("From: a@b.com\nSubject: Re: x\n\nPlease remove me", {.is_matched = true}).message_class ==
        MessageClass::Unsubscribe);
  CHECK(classified(kReply, {.is_matched = true}).message_class == MessageClass::Reply);
  CHECK(classified(kReply, {}).message_class == MessageClass::Untracked);
  CHECK(classified("List-Id: <x>\nFrom: a@b.com\n\nNews", {}).message_class == MessageClass::Ignored);
}

TEST_CASE("bounce_never_interested: a bounce is a bounce whatever its text says and wherever it matched") {
  const auto result = classified(kBounce, {.report_is_ours = true, .is_matched = true});
  CHECK(result.message_class == MessageClass::Bounce);
  CHECK(class_name(result.message_class) == "BOUNCE");
}

TEST_CASE("backscatter_ignored: a report about no mail of ours has no effect") {
  CHECK(classified(kBounce, {.is_matched = true}).message_class == MessageClass::Untracked);
  CHECK(classified(kBounce, {}).rule == "report.backscatter");
}

TEST_CASE("an out-of-office note carries its return day") {
  const TimeMs received_ms = days_from_date(2026, 3, 3) * kDayMs + kHourMs;
  const auto result = classified(
      "From: ada@acme.com\nDate: Tue, 3 Mar 2026 00:30:00 +0000\nSubject: Automatic reply: Hello\n\nBack on "
      "March 10.",
      {.is_matched = true, .received_ms = received_ms});
  CHECK(result.message_class == MessageClass::OutOfOffice);
  CHECK(result.auto_reply == AutoReplyKind::OutOfOffice);
  CHECK(result.return_day == days_from_date(2026, 3, 10));

  const auto wrong_clock = classified(
      "From: ada@acme.com\nDate: Tue, 3 Mar 2020 00:30:00 +0000\nSubject: Automatic reply: Hello\n\nBack on "
      "March 10.",
      {.is_matched = true, .received_ms = received_ms});
  CHECK(wrong_clock.return_day == days_from_date(2026, 3, 10));
}

TEST_CASE("our own unsubscribe link is certain") {
  CHECK(classified("From: a@b.com\nAuto-Submitted: auto-generated\nSubject: unsubscribe-tok\n\n",
                   {.unsubscribe_token_is_ours = true})
            .rule == "unsubscribe.token");
}
