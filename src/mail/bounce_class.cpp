#include "mail/bounce_class.h"

#include <algorithm>
#include <optional>

#include "core/strings.h"

namespace outrider::mail {
namespace {

using enum BounceClass;

enum class Holds { Always, WhenTransient };

struct TextRule {
  BounceClass bounce;
  std::string_view words;  // lower case
  Holds holds = Holds::Always;
};

// These words beat the status, because servers use the same status for different things. First match wins.
constexpr TextRule kDecisiveWords[] = {
    // Gmail says 4.2.1 and 5.2.1 for a busy mailbox.
    {Temporary, "receiving mail too quickly"},
    {Temporary, "receiving mail at a rate"},
    {Temporary, "greylist"},
    {Temporary, "graylist"},
    {Temporary, "grey list"},
    {Temporary, "temporary server error", Holds::WhenTransient},
    {Temporary, "unverified address", Holds::WhenTransient},
    {Temporary, "tls not available", Holds::WhenTransient},

    {ProviderLimit, "daily user sending"},
    {ProviderLimit, "daily sending quota"},
    {ProviderLimit, "daily sending limit"},
    {ProviderLimit, "daily smtp relay"},
    {ProviderLimit, "daily limit"},
    {ProviderLimit, "sending limit"},
    {ProviderLimit, "exceeded its max emails per hour"},
    {ProviderLimit, "max emails per hour"},
    {ProviderLimit, "max defers and failures per hour"},
    {ProviderLimit, "hourly limit"},
    {ProviderLimit, "message rate limit"},
    {ProviderLimit, "submission quota"},
    {ProviderLimit, "submissionquotaexceeded"},
    {ProviderLimit, "concurrent connections limit exceeded"},
    {ProviderLimit, "rejected due to rate"},
    {ProviderLimit, "unusual sending activity"},
    {ProviderLimit, "unusual rate of unsolicited mail", Holds::WhenTransient},
    {ProviderLimit, "bad outbound sender"},
    {ProviderLimit, "tenant has exceeded threshold"},

    {MailboxFull, "over quota"},
    {MailboxFull, "overquota"},
    {MailboxFull, "quota exceeded"},
    {MailboxFull, "exceeded quota"},
    {MailboxFull, "exceeds allowed quota"},
    {MailboxFull, "quotaexceeded"},
    {MailboxFull, "mailbox full"},
    {MailboxFull, "mailbox is full"},
    {MailboxFull, "inbox is full"},
    {MailboxFull, "out of storage space"},
    {MailboxFull, "storage quota"},
    {MailboxFull, "not enough storage"},
    {MailboxFull, "would exceed mailbox allocation"},

    {Authentication, "dmarc policy"},
    {Authentication, "dmarc check"},
    {Authentication, "dmarc evaluation"},
    {Authentication, "dmarc verification"},
    {Authentication, "failed dmarc"},
    {Authentication, "spf check"},
    {Authentication, "spf fail"},
    {Authentication, "failed spf"},
    {Authentication, "spf validation"},
    {Authentication, "spf record"},
    {Authentication, "dkim check"},
    {Authentication, "dkim signature"},
    {Authentication, "unauthenticated email from"},
    {Authentication, "email from this sender is unauthenticated"},
    {Authentication, "does not meet the required authentication"},
    {Authentication, "ptr record"},
    {Authentication, "reverse dns"},
    {Authentication, "reverse hostname"},
};

// These are asked where the status says nothing or is one that servers give for everything (x.0.0, x.7.1).
constexpr TextRule kTellingWords[] = {
    {Invalid, "user unknown"},
    {Invalid, "unknown user"},
    {Invalid, "no such user"},
    {Invalid, "nosuchuser"},
    {Invalid, "no such recipient"},
    {Invalid, "no such address"},
    {Invalid, "no such mailbox"},
    {Invalid, "no mailbox here"},
    {Invalid, "no mailbox by that name"},
    {Invalid, "user not found"},
    {Invalid, "user doesn't exist"},
    {Invalid, "user does not exist"},
    {Invalid, "account that you tried to reach does not exist"},
    {Invalid, "account does not exist"},
    {Invalid, "account has been disabled"},
    {Invalid, "account is disabled"},
    {Invalid, "account is inactive"},
    {Invalid, "account disabled"},
    {Invalid, "address does not exist"},
    {Invalid, "address unknown"},
    {Invalid, "unknown address"},
    {Invalid, "unknown recipient"},
    {Invalid, "recipient unknown"},
    {Invalid, "recipient not found"},
    {Invalid, "recipientnotfound"},
    {Invalid, "recipient does not exist"},
    {Invalid, "mailbox does not exist"},
    {Invalid, "mailbox not found"},
    {Invalid, "mailbox not available"},
    {Invalid, "mailbox unavailable"},
    {Invalid, "mailbox unknown"},
    {Invalid, "mailbox is disabled"},
    {Invalid, "mailbox disabled"},
    {Invalid, "invalid mailbox"},
    {Invalid, "invalid recipient"},
    {Invalid, "not a valid mailbox"},
    {Invalid, "not our customer"},
    {Invalid, "does not have a yahoo"},
    {Invalid, "doesn't have a yahoo"},
    {Invalid, "unrouteable address"},
    {Invalid, "unrouteable mail domain"},
    {Invalid, "host or domain name not found"},
    {Invalid, "domain not found"},
    {Invalid, "no longer available"},
    {Invalid, "no longer active"},
    {Invalid, "does not accept mail"},
    {Invalid, "nullmx"},
    {Invalid, "null mx"},

    {ProviderLimit, "rate limited"},
    {ProviderLimit, "rate limit"},
    {ProviderLimit, "too many messages"},
    {ProviderLimit, "too many connections"},
    {ProviderLimit, "too many login attempts"},

    {Reputation, "spam"},
    {Reputation, "unsolicited"},
    {Reputation, "blocked"},
    {Reputation, "blacklist"},
    {Reputation, "blocklist"},
    {Reputation, "block list"},
    {Reputation, "block-list"},
    {Reputation, "denylist"},
    {Reputation, "listed at"},
    {Reputation, "listed by"},
    {Reputation, "spamhaus"},
    {Reputation, "reputation"},
    {Reputation, "user complaints"},
    {Reputation, "s3140"},
    {Reputation, "s3150"},
    {Reputation, "policy"},
    {Reputation, "prohibited"},
    {Reputation, "not authorized"},
    {Reputation, "not permitted"},
    {Reputation, "banned"},
    {Temporary, "try again later", Holds::WhenTransient},
    {Temporary, "try later", Holds::WhenTransient},

    {Content, "message size exceeds"},
    {Content, "message exceeds"},
    {Content, "message too large"},
    {Content, "message too big"},
    {Content, "maximum message size"},
    {Content, "size limit"},
    {Content, "virus"},
    {Content, "attachment"},
    {Content, "line too long"},
};

constexpr int kAny = -1;

struct StatusRule {
  BounceClass bounce;
  int category;  // 4, 5 or kAny
  int subject;
  int detail_min;  // kAny: every detail
  int detail_max;
};

constexpr StatusRule one(BounceClass bounce, int category, int subject, int detail) {
  return {bounce, category, subject, detail, detail};
}
constexpr StatusRule all(BounceClass bounce, int category, int subject) {
  return {bounce, category, subject, kAny, kAny};
}

// RFC 3463 and the registry behind it, with what Gmail and Exchange Online add. The more exact rule stands
// first.
constexpr StatusRule kStatusRules[] = {
    one(Reputation, 5, 1, 7),
    one(Reputation, 5, 1, 8),
    one(ProviderLimit, 5, 1, 90),  // Exchange Online: recipients a day
    all(Invalid, 5, 1),

    one(MailboxFull, kAny, 2, 2),
    one(Invalid, 5, 2, 1),
    one(Content, 5, 2, 3),
    one(Invalid, 5, 2, 4),
    all(Reputation, 5, 2),

    one(ProviderLimit, 4, 3, 2),  // Exchange Online: 432 concurrency
    one(Content, 5, 3, 4),
    all(Temporary, 5, 3),

    one(Invalid, 5, 4, 1),  // Exchange Online: address unknown at the edge
    one(Invalid, 5, 4, 4),
    one(ProviderLimit, kAny, 4, 5),
    one(Invalid, 5, 4, 310),
    all(Temporary, 5, 4),

    one(ProviderLimit, kAny, 5, 3),
    all(Content, 5, 5),
    all(Content, 5, 6),

    one(Authentication, kAny, 7, 15),
    {Authentication, kAny, 7, 20, 27},
    one(Reputation, 5, 7, 28),
    one(ProviderLimit, 4, 7, 28),
    one(Authentication, kAny, 7, 30),
    one(Authentication, kAny, 7, 32),
    one(Authentication, 5, 7, 509),
    one(Authentication, 5, 7, 515),
    one(ProviderLimit, 5, 7, 705),
    one(Reputation, 4, 7, 0),
    {Reputation, 4, 7, 600, 699},  // Exchange Online: addresses it throttles
    all(Reputation, 5, 7),
};

struct CodeRule {
  int code;
  BounceClass bounce;
};

constexpr CodeRule kCodeRules[] = {
    {500, Content},
    {501, Content},
    {502, Content},
    {503, Content},
    {504, Content},
    {521, Invalid},
    {550, Invalid},
    {551, Invalid},
    {552, Content},
    {553, Invalid},
    {555, Content},
    {556, Invalid},
    {432, ProviderLimit},
};

template <std::size_t N>
std::optional<BounceClass> match_words(const TextRule (&rules)[N], std::string_view text, bool transient) {
  for (const auto& rule : rules) {
    if (rule.holds == Holds::WhenTransient && !transient) continue;
    if (text.find(rule.words) != std::string_view::npos) return rule.bounce;
  }
  return std::nullopt;
}

std::optional<BounceClass> match_status(const EnhancedStatus& status) {
  for (const auto& rule : kStatusRules) {
    if (rule.category != kAny && rule.category != status.category) continue;
    if (rule.subject != status.subject) continue;
    const bool in_range = status.detail >= rule.detail_min && status.detail <= rule.detail_max;
    if (rule.detail_min == kAny || in_range) return rule.bounce;
  }
  return std::nullopt;
}

std::optional<BounceClass> match_code(int code) {
  const auto* found = std::ranges::find(kCodeRules, code, &CodeRule::code);
  if (found == std::end(kCodeRules)) return std::nullopt;
  return found->bounce;
}

/// The first status that stands as a word of its own.
EnhancedStatus find_status(std::string_view text) {
  bool at_word = true;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (at_word) {
      const auto prefix = status_prefix(text.substr(at));
      if (prefix && prefix->status.category != 2) return prefix->status;
    }
    at_word = c == ' ' || c == '-' || c == '#' || c == '(' || c == ';' || c == '\n';
  }
  return {};
}

bool says_little(const EnhancedStatus& status) {
  return !status.given() || status.subject == 0 || (status.subject == 7 && status.detail <= 1) ||
         (status.subject == 2 && status.detail == 0) || (status.subject == 3 && status.detail == 0);
}

BounceClass classify(int code, const EnhancedStatus& status, std::string_view text, bool transient) {
  if (const auto found = match_words(kDecisiveWords, text, transient)) return *found;
  if (says_little(status))
    if (const auto found = match_words(kTellingWords, text, transient)) return *found;
  if (const auto found = match_status(status)) return *found;
  if (const auto found = match_code(code)) return *found;
  return transient ? Temporary : Reputation;
}

}  // namespace

std::string_view name_of(BounceClass bounce) {
  switch (bounce) {
    case Invalid:
      return "INVALID";
    case MailboxFull:
      return "MAILBOX_FULL";
    case Temporary:
      return "TEMP";
    case Reputation:
      return "REPUTATION";
    case Authentication:
      return "AUTH";
    case ProviderLimit:
      return "PROVIDER_LIMIT";
    case Content:
      return "CONTENT";
  }
  return {};
}

BounceClass classify_bounce(int code, EnhancedStatus status, std::string_view text) {
  if (!status.given()) status = find_status(text);
  const bool transient = code / 100 == 4 || (code == 0 && status.category == 4);
  const auto found = classify(code, status, to_lower(text), transient);
  return transient && (found == Invalid || found == Content) ? Temporary : found;
}

}  // namespace outrider::mail
