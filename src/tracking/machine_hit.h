// Who really opened or clicked: a person, a person behind a proxy, a machine or one of our own people
// (BEHAVIOUR 4.2). A pure function over what is known of the hit; the caller stores the class and the reasons
// and counts only what is_counted() says.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/clock.h"

namespace outrider::tracking {

inline constexpr TimeMs kDeliveryGraceMs = 10 * kSecondMs;
inline constexpr TimeMs kSweepMs = 5 * kSecondMs;
inline constexpr TimeMs kTrappedClientMs =
    kHourMs;  // how long IP and user agent of a trap hit are a scanner's

enum class HitKind : std::uint8_t { Open, Click };

enum class HitClass : std::uint8_t {
  Human = 0,
  Proxy = 1,    // a person, seen through an image proxy: counts, but place and device mean nothing
  Machine = 2,  // a prefetch or a scanner
  Self = 3,     // somebody of the sending side
};

enum class HitReason : std::uint8_t {
  OwnSession = 1,
  OwnAddress = 2,
  HeadRequest = 3,
  TrapLink = 4,       // followed the link no person sees
  TrappedClient = 5,  // this IP and user agent did within the last hour
  JustDelivered = 6,  // within kDeliveryGraceMs after the mail was accepted
  SweptAllLinks = 7,  // every link of the message within kSweepMs
  NoUserAgent = 8,
  ApplePrefetch = 9,   // Mail Privacy Protection
  GmailPrefetch = 10,  // fetched while a session was open, not on reading
  ScannerAgent = 11,
  Datacenter = 12,  // and no earlier open through a proxy that would explain it
  ImageProxy = 13,
};

struct Hit {
  HitKind kind = HitKind::Open;
  TimeMs at_ms = 0;
  std::string_view user_agent;
  bool is_head = false;
  bool is_trap = false;
};

/// What the caller knows around the hit.
struct HitFacts {
  TimeMs accepted_at_ms = 0;  // when the receiving server took the mail; 0 when unknown
  bool own_session = false;
  bool own_address = false;  // the IP is one of the workspace's
  bool trapped_client = false;
  bool swept_all_links = false;
  bool datacenter = false;
  bool opened_through_proxy = false;  // earlier, this message
};

struct Verdict {
  HitClass hit_class = HitClass::Human;
  std::vector<HitReason> reasons;  // empty for a plain person
};

Verdict classify(const Hit& hit, const HitFacts& facts);

/// Whether open_count and click_count include it; the raw counters include everything.
constexpr bool is_counted(HitClass hit_class) {
  return hit_class == HitClass::Human || hit_class == HitClass::Proxy;
}

struct LinkHit {
  std::uint16_t link_index = 0;
  TimeMs at_ms = 0;
};

/// Whether every one of `links` links (two or more) was followed within kSweepMs, this hit included. Then the
/// earlier hits of those five seconds were a machine's as well, and the caller classifies them again.
bool sweeps_all_links(std::span<const LinkHit> hits, std::size_t links);

}  // namespace outrider::tracking
