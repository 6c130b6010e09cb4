#include "sending/provider.h"

#include "core/strings.h"

namespace outrider::sending {
namespace {

constexpr std::int64_t kGooglePerDay = 2000;
constexpr std::int64_t kGoogleConsumerPerDay = 500;
constexpr std::int64_t kMicrosoftPerDay = 10'000;

}  // namespace

Provider provider_of_host(std::string_view host) {
  const auto name = to_lower(host);
  const auto ends = [&](std::string_view end) { return name.ends_with(end); };
  if (ends("gmail.com") || ends("google.com") || ends("googlemail.com")) return Provider::Google;
  if (ends("outlook.com") || ends("office365.com") || ends("hotmail.com") || ends("live.com"))
    return Provider::Microsoft;
  return Provider::Other;
}

std::int64_t provider_ceiling(const MailboxRecord& mailbox) {
  switch (provider_of_host(mailbox.smtp_host)) {
    case Provider::Google:
      return mailbox.from_email.ends_with("@gmail.com") ? kGoogleConsumerPerDay : kGooglePerDay;
    case Provider::Microsoft:
      return kMicrosoftPerDay;
    case Provider::Other:
      break;
  }
  return kUnlimited;
}

}  // namespace outrider::sending
