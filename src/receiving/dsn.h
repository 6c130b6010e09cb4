// Reports of mail systems about a mail of ours: bounces and delays (RFC 3464 and the formats that ignore it),
// complaints (ARF, RFC 5965) and read receipts (MDN, RFC 8098). Reads only; what follows is decided
// elsewhere.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mail/bounce_class.h"
#include "mail/mime.h"

namespace outrider::receiving {

enum class ReportKind : std::uint8_t {
  Bounce,     // permanently failed
  Delay,      // not delivered yet, or a 4.x.x: no change of state
  Delivered,  // delivered, relayed or expanded: no bounce
  Complaint,  // the recipient said "spam"
  ReadReceipt,
};

struct DeliveryReport {
  ReportKind kind = ReportKind::Bounce;
  std::string_view rule;        // which format was recognised: "report", "qmail", "exchange" ...
  std::string recipient = {};   // normalised, "" when the report does not say
  std::string status = {};      // enhanced code "5.1.1", "" when absent
  int code = 0;                 // SMTP reply code, 0 when absent
  std::string diagnostic = {};  // text of the refusing host, one line, at most kDiagnosticBytesMax
  mail::BounceClass bounce_class = mail::BounceClass::Temporary;  // of Bounce and Delay
  std::string remote_mta = {};
  std::vector<std::string> original_ids =
      {};  // of our mail as far as the report shows them, without brackets
};

inline constexpr std::size_t kDiagnosticBytesMax = 1000;

/// The report a message is, empty when it is none. With several recipients the worst result counts.
std::optional<DeliveryReport> read_delivery_report(const mail::ParsedMessage& message);

/// Whether the address is the voice of a mail system: mailer-daemon@, postmaster@, or empty.
bool is_mail_system(std::string_view address);

}  // namespace outrider::receiving
