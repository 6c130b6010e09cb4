// Which thread a received mail belongs to (BEHAVIOUR 3.3): the decision over candidates that the caller has
// looked up. Pure: no database, no clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"

namespace outrider::receiving {

inline constexpr double kAttachConfidence = 0.6;          // below it is only suggested
inline constexpr TimeMs kSenderMatchAgeMs = 90 * kDayMs;  // rule d: how long after our last mail

/// How a candidate was found, best first.
enum class MatchRule : std::uint8_t {
  References,          // In-Reply-To or References name a mail of ours
  ProviderThread,      // Gmail thread id or Graph conversation id
  PlusTag,             // plus-tag in To, Cc or Delivered-To
  SenderSameMailbox,   // the lead's address wrote to the lead's mailbox
  SenderOtherMailbox,  // the lead's address wrote to another mailbox of the workspace
  QuotedToken,         // the quoted text holds a token of ours
  SubjectAndDomain,    // known subject and the lead's organisational domain
};
double confidence_of(MatchRule rule);
std::string_view rule_name(MatchRule rule);  // "match.references" ...

struct MatchCandidate {
  MatchRule rule = MatchRule::References;
  std::int64_t campaign_lead_id = 0;
  std::int64_t mailbox_id = 0;  // that sent
  std::string mailbox_email = {};
  TimeMs last_sent_ms = 0;         // of our last mail to the lead in this thread
  std::size_t reference_rank = 0;  // References: 0 for In-Reply-To, then newest first
  bool is_live = true;             // the lead still has steps ahead
};

struct MatchInput {
  std::int64_t mailbox_id = 0;                 // the message lies in
  std::vector<std::string> addressed_to = {};  // normalised To, Cc and Delivered-To
  TimeMs received_ms = 0;
};

struct MatchDecision {
  std::optional<std::size_t> chosen;  // index of the candidate, empty: untracked
  double confidence = 0;
  std::vector<std::size_t> also_stop =
      {};  // d and e: the person's other threads, who said something once for all
  std::vector<std::size_t> suggested = {};  // for a person to link by hand
};

/// Guard: a mail that names a thread must lie in, or be addressed to, the mailbox that sent; otherwise it is
/// suggested and never falls through to the sender's latest campaign.
MatchDecision choose_thread(const MatchInput& input, const std::vector<MatchCandidate>& candidates);

enum class CompanyMatch : std::uint8_t { SameCompany, DifferentCompany, Unknown };
std::string_view wire_word(CompanyMatch match);

struct LeadIdentity {
  std::string email;
  std::string name = {};  // first and last name
  std::string company_url = {};
};

/// The `leadCorrespondence` of the inbox payload.
struct LeadCorrespondence {
  std::string target_lead_email;
  std::string reply_received_from;
  CompanyMatch replied_company_domain = CompanyMatch::Unknown;
  bool same_person_guess = false;  // another address under the lead's own name
};

/// Same organisational domain, or the domain of the lead's company URL, is the same company. Where one side
/// is a freemail address nothing follows, unless the display name is the lead's.
LeadCorrespondence lead_correspondence(const LeadIdentity& lead,
                                       std::string_view from_email,
                                       std::string_view from_name);

/// The host of a URL or bare domain: "https://www.acme.com/x" -> "www.acme.com"; "" when there is none.
std::string host_of(std::string_view url);

}  // namespace outrider::receiving
