#include "tracking/machine_hit.h"

#include <algorithm>

#include "core/strings.h"

namespace outrider::tracking {
namespace {

// Parts of user agents. Only real products and libraries: a short word like "bot" is part of telephones'
// names.
constexpr std::string_view kScanners[] = {
    "barracuda",
    "proofpoint",
    "urldefense",
    "mimecast",
    "safelinks",
    "ironport",
    "cisco",
    "trendmicro",
    "trend micro",
    "tmes",
    "fortinet",
    "fortiguard",
    "fortimail",
    "sophos",
    "symantec",
    "messagelabs",
    "zscaler",
    "forcepoint",
    "checkpoint",
    "virustotal",
    "mailscanner",
    "spamassassin",
    "rspamd",
    "cloudmark",
    "vade secure",
    "hornetsecurity",
    "bitdefender",
    "kaspersky",
    "eset ",
    "palo alto",
    "googlebot",
    "bingbot",
    "bingpreview",
    "slackbot",
    "twitterbot",
    "linkedinbot",
    "telegrambot",
    "discordbot",
    "skypeuripreview",
    "whatsapp/",
    "facebookexternalhit",
    "microsoftpreview",
    "mattermost-bot",
    "headlesschrome",
    "phantomjs",
    "puppeteer",
    "playwright",
    "selenium",
    "python-requests",
    "python-urllib",
    "aiohttp",
    "httpx/",
    "curl/",
    "wget/",
    "go-http-client",
    "java/",
    "okhttp",
    "libwww-perl",
    "apache-httpclient",
    "node-fetch",
    "axios/",
    "guzzlehttp",
    "ruby",
    "scrapy",
    "urlscan",
    "bot/",
    "bot;",
    "bot)",
    "crawler",
    "spider",
    "scanner",
};

constexpr std::string_view kImageProxies[] = {
    "googleimageproxy", "ggpht.com", "yahoomailproxy", "outlookimageproxy"};

bool has(std::string_view agent, std::string_view part) {
  return find_ignoring_case(agent, part) != std::string_view::npos;
}

bool has_any(std::string_view agent, std::span<const std::string_view> parts) {
  return std::ranges::any_of(parts, [&](std::string_view part) { return has(agent, part); });
}

bool is_gmail_prefetch(std::string_view agent) {
  return has(agent, "Chrome/42.0.2311.135") && has(agent, "Edge/12.246");
}

/// Outlook itself says "MSOffice" when it shows pictures; when a link is followed, SafeLinks says so.
bool is_scanner(HitKind kind, std::string_view agent) {
  return has_any(agent, kScanners) ||
         (kind == HitKind::Click && (has(agent, "msoffice") || has(agent, "ms-office")));
}

void add_machine_reasons(const Hit& hit, const HitFacts& facts, std::vector<HitReason>& reasons) {
  const std::string_view agent = trim(hit.user_agent);
  const bool is_fresh = facts.accepted_at_ms != 0 && hit.at_ms < facts.accepted_at_ms + kDeliveryGraceMs;
  const struct {
    bool holds;
    HitReason reason;
  } rules[] = {
      {hit.is_head, HitReason::HeadRequest},
      {hit.is_trap, HitReason::TrapLink},
      {facts.trapped_client, HitReason::TrappedClient},
      {is_fresh, HitReason::JustDelivered},
      {facts.swept_all_links, HitReason::SweptAllLinks},
      {agent.empty(), HitReason::NoUserAgent},
      {equal_ignoring_case(agent, "Mozilla/5.0"), HitReason::ApplePrefetch},
      {is_gmail_prefetch(agent), HitReason::GmailPrefetch},
      {is_scanner(hit.kind, agent), HitReason::ScannerAgent},
      {facts.datacenter && !facts.opened_through_proxy && !has_any(agent, kImageProxies),
       HitReason::Datacenter},
  };
  for (const auto& rule : rules)
    if (rule.holds) reasons.push_back(rule.reason);
}

}  // namespace

Verdict classify(const Hit& hit, const HitFacts& facts) {
  Verdict verdict;
  if (facts.own_session) verdict.reasons.push_back(HitReason::OwnSession);
  if (facts.own_address) verdict.reasons.push_back(HitReason::OwnAddress);
  const bool is_own = !verdict.reasons.empty();
  add_machine_reasons(hit, facts, verdict.reasons);
  const bool is_machine = !verdict.reasons.empty();
  const bool is_proxy = has_any(hit.user_agent, kImageProxies);
  if (is_proxy) verdict.reasons.push_back(HitReason::ImageProxy);

  if (is_own)
    verdict.hit_class = HitClass::Self;
  else if (is_machine)
    verdict.hit_class = HitClass::Machine;
  else
    verdict.hit_class = is_proxy ? HitClass::Proxy : HitClass::Human;
  return verdict;
}

bool sweeps_all_links(std::span<const LinkHit> hits, std::size_t links) {
  if (hits.empty() || links < 2) return false;
  const TimeMs last_ms = std::ranges::max(hits, {}, &LinkHit::at_ms).at_ms;
  std::vector<std::uint16_t> followed;
  for (const LinkHit& hit : hits)
    if (last_ms - hit.at_ms <= kSweepMs) followed.push_back(hit.link_index);
  std::ranges::sort(followed);
  const auto doubles = std::ranges::unique(followed);
  return followed.size() - doubles.size() >= links;
}

}  // namespace outrider::tracking
