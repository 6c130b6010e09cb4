#include "receiving/match.h"

#include <algorithm>
#include <array>

#include "core/strings.h"
#include "mail/address.h"
#include "mail/domain.h"
#include "mail/fold.h"

namespace outrider::receiving {
namespace {

struct RuleFacts {
  std::string_view name;
  double confidence;
};

// In the order of MatchRule.
constexpr auto kRules = std::to_array<RuleFacts>({
    {"match.references", 1.0},
    {"match.provider_thread", 0.95},
    {"match.plus_tag", 0.95},
    {"match.sender", 0.9},
    {"match.sender_other_mailbox", 0.8},
    {"match.quoted_token", 0.7},
    {"match.subject_and_domain", 0.6},
});
static_assert(kRules.size() == static_cast<std::size_t>(MatchRule::SubjectAndDomain) + 1);

bool names_thread(MatchRule rule) {
  return rule == MatchRule::References || rule == MatchRule::ProviderThread || rule == MatchRule::PlusTag ||
         rule == MatchRule::QuotedToken;
}

bool is_by_sender(MatchRule rule) {
  return rule == MatchRule::SenderSameMailbox || rule == MatchRule::SenderOtherMailbox;
}

bool reached_sending_mailbox(const MatchInput& input, const MatchCandidate& candidate) {
  return candidate.mailbox_id == input.mailbox_id ||
         std::ranges::find(input.addressed_to, mail::normalise_address(candidate.mailbox_email)) !=
             input.addressed_to.end();
}

/// Whether the rule holds for this candidate at all.
bool is_allowed(const MatchInput& input, const MatchCandidate& candidate) {
  const TimeMs age_ms = input.received_ms - candidate.last_sent_ms;
  switch (candidate.rule) {
    case MatchRule::SenderSameMailbox:
      return candidate.mailbox_id == input.mailbox_id && age_ms <= kSenderMatchAgeMs;
    case MatchRule::SenderOtherMailbox:
      return age_ms <= kSenderMatchAgeMs;
    case MatchRule::SubjectAndDomain:
      return candidate.is_live && reached_sending_mailbox(input, candidate);
    default:
      return reached_sending_mailbox(input, candidate);
  }
}

bool is_better(const MatchCandidate& a, const MatchCandidate& b) {
  if (a.rule != b.rule) return a.rule < b.rule;
  if (a.reference_rank != b.reference_rank) return a.reference_rank < b.reference_rank;
  if (a.last_sent_ms != b.last_sent_ms) return a.last_sent_ms > b.last_sent_ms;
  return a.campaign_lead_id > b.campaign_lead_id;
}

/// Two words at least, the same ones in any order: "Lovelace, Ada" is "Ada Lovelace".
bool is_same_name(std::string_view a, std::string_view b) {
  const auto words = [](std::string_view name) {
    std::string text = mail::fold_text(name);
    std::ranges::replace(text, ',', ' ');
    std::vector<std::string> parts;
    for (const auto part : split(text, ' '))
      if (!part.empty()) parts.emplace_back(part);
    std::ranges::sort(parts);
    return parts;
  };
  const auto left = words(a);
  return left.size() >= 2 && left == words(b);
}

}  // namespace

double confidence_of(MatchRule rule) {
  return kRules[static_cast<std::size_t>(rule)].confidence;
}

std::string_view rule_name(MatchRule rule) {
  return kRules[static_cast<std::size_t>(rule)].name;
}

MatchDecision choose_thread(const MatchInput& input, const std::vector<MatchCandidate>& candidates) {
  MatchDecision decision;
  const auto is_subject_rule = [](const MatchCandidate& candidate) {
    return candidate.rule == MatchRule::SubjectAndDomain;
  };
  const auto subject_matches = std::ranges::count_if(candidates, is_subject_rule);
  bool thread_is_elsewhere = false;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const auto& candidate = candidates[i];
    const bool ambiguous = is_subject_rule(candidate) && subject_matches > 1;
    if (ambiguous || !is_allowed(input, candidate)) {
      thread_is_elsewhere = thread_is_elsewhere || names_thread(candidate.rule);
      decision.suggested.push_back(i);
    } else if (!decision.chosen || is_better(candidate, candidates[*decision.chosen])) {
      decision.chosen = i;
    }
  }
  if (!decision.chosen) return decision;
  const auto& chosen = candidates[*decision.chosen];
  if (thread_is_elsewhere && !names_thread(chosen.rule)) {
    decision.suggested.push_back(*decision.chosen);
    decision.chosen.reset();
    return decision;
  }
  decision.confidence = confidence_of(chosen.rule);
  for (std::size_t i = 0; is_by_sender(chosen.rule) && i < candidates.size(); ++i)
    if (is_by_sender(candidates[i].rule) && candidates[i].is_live &&
        candidates[i].campaign_lead_id != chosen.campaign_lead_id && is_allowed(input, candidates[i]))
      decision.also_stop.push_back(i);
  return decision;
}

std::string_view wire_word(CompanyMatch match) {
  switch (match) {
    case CompanyMatch::SameCompany:
      return "SameCompany";
    case CompanyMatch::DifferentCompany:
      return "DifferentCompany";
    case CompanyMatch::Unknown:
      break;
  }
  return "Unknown";
}

LeadCorrespondence lead_correspondence(const LeadIdentity& lead,
                                       std::string_view from_email,
                                       std::string_view from_name) {
  LeadCorrespondence facts{.target_lead_email = lead.email,
                           .reply_received_from = mail::normalise_address(from_email)};
  const std::string lead_domain = mail::domain_of(mail::normalise_address(lead.email));
  const std::string from_domain = mail::domain_of(facts.reply_received_from);
  if (lead_domain.empty() || from_domain.empty()) return facts;
  if (facts.reply_received_from == mail::normalise_address(lead.email)) {
    facts.replied_company_domain = CompanyMatch::SameCompany;
    return facts;
  }
  if (mail::is_shared_domain(lead_domain) || mail::is_shared_domain(from_domain)) {
    facts.same_person_guess = is_same_name(lead.name, from_name);
    if (facts.same_person_guess) facts.replied_company_domain = CompanyMatch::SameCompany;
    return facts;
  }
  const std::string from_organisation = mail::organisational_domain(from_domain);
  const std::string company_host = host_of(lead.company_url);
  const bool same = from_organisation == mail::organisational_domain(lead_domain) ||
                    (!company_host.empty() && from_organisation == mail::organisational_domain(company_host));
  facts.replied_company_domain = same ? CompanyMatch::SameCompany : CompanyMatch::DifferentCompany;
  return facts;
}

std::string host_of(std::string_view url) {
  auto host = trim(url);
  if (const auto scheme = host.find("://"); scheme != std::string_view::npos) host.remove_prefix(scheme + 3);
  host = host.substr(0, host.find_first_of("/?#"));
  if (const auto at = host.rfind('@'); at != std::string_view::npos) host.remove_prefix(at + 1);
  return mail::domain_to_ascii(host.substr(0, host.find(':'))).value_or("");
}

}  // namespace outrider::receiving
