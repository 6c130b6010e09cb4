#include "mailboxes/mailbox.h"

#include <array>

#include "core/random.h"
#include "core/strings.h"

namespace outrider::mailboxes {
namespace {

struct ProviderDomain {
  std::string_view domain;
  Kind kind;
};
constexpr std::array kProviderDomains{
    ProviderDomain{"gmail.com", Kind::Gmail},
    ProviderDomain{"googlemail.com", Kind::Gmail},
    ProviderDomain{"office365.com", Kind::Outlook},
    ProviderDomain{"outlook.com", Kind::Outlook},
    ProviderDomain{"zoho.com", Kind::Zoho},
    ProviderDomain{"zoho.eu", Kind::Zoho},
    ProviderDomain{"zoho.in", Kind::Zoho},
};

constexpr std::array<std::string_view, 32> kFirstWords{
    "maple", "amber",  "cedar",  "coral", "dawn",  "ember",  "fern",  "frost",  "hazel",  "indigo", "ivory",
    "jade",  "lunar",  "meadow", "mint",  "misty", "moss",   "oak",   "olive",  "opal",   "pearl",  "pine",
    "plum",  "quartz", "rowan",  "ruby",  "sage",  "silver", "solar", "spruce", "violet", "willow"};
constexpr std::array<std::string_view, 32> kSecondWords{
    "river", "bay",    "bridge", "brook", "canyon", "cliff", "cloud",  "coast", "cove",   "delta", "field",
    "fjord", "forest", "garden", "glade", "harbor", "hill",  "island", "lake",  "lagoon", "marsh", "orchard",
    "peak",  "plain",  "pond",   "reef",  "ridge",  "shore", "spring", "stone", "valley", "wave"};

}  // namespace

Kind kind_of_host(std::string_view smtp_host) {
  const std::string host = to_lower(smtp_host);
  for (const auto& [domain, kind] : kProviderDomains)
    if (host == domain || host.ends_with("." + std::string(domain))) return kind;
  return Kind::Smtp;
}

std::string make_warmup_key(std::uint64_t seed) {
  Random random(seed);
  std::string key(kFirstWords[random.below(kFirstWords.size())]);
  key += '-';
  key += kSecondWords[random.below(kSecondWords.size())];
  return key;
}

}  // namespace outrider::mailboxes
