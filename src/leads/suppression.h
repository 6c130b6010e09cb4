// Who must not be mailed: addresses and domains, for the whole workspace or for one client. Entries outlive
// the leads they were made for.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "db/database.h"

namespace outrider::leads {

inline constexpr std::size_t kBlockListEntriesMax = 10'000;  // of one request

enum class SuppressionSource : std::uint8_t { Manual, Unsubscribe, Bounce, Complaint, Invalid };

/// The stored and the wire word.
constexpr std::string_view name(SuppressionSource source) {
  switch (source) {
    case SuppressionSource::Unsubscribe:
      return "unsubscribe";
    case SuppressionSource::Bounce:
      return "bounce";
    case SuppressionSource::Complaint:
      return "complaint";
    case SuppressionSource::Invalid:
      return "invalid";
    case SuppressionSource::Manual:
      break;
  }
  return "manual";
}

struct Suppression {
  std::int64_t id = 0;
  std::string value;                      // an address, or a domain when it has no @
  std::optional<std::int64_t> client_id;  // absent: the whole workspace
  SuppressionSource source = SuppressionSource::Manual;
  TimeMs created_at_ms = 0;
};

/// The entries that would stop mail to an address: itself, its host and the domains above it, down to the
/// organisational one.
std::vector<std::string> suppressing_values(std::string_view email);

/// An address or domain as it is stored: lower case, ASCII domain, without a leading `@`. Errors: Invalid.
Result<std::string> suppression_value(std::string_view text);

/// Whether mail to the address is forbidden for the client (absent: the workspace's own campaigns) or for
/// everyone. The last word before a mail leaves.
Result<bool> is_suppressed(db::Tx& tx,
                           std::int64_t workspace_id,
                           std::optional<std::int64_t> client_id,
                           std::string_view email);

/// The entries for the client or everyone among `values`.
Result<std::vector<Suppression>> find_suppressions(db::Tx& tx,
                                                   std::int64_t workspace_id,
                                                   std::optional<std::int64_t> client_id,
                                                   const std::vector<std::string>& values);

/// Who adds entries, for whom and why.
struct SuppressionOrigin {
  std::int64_t workspace_id = 0;
  std::optional<std::int64_t> client_id = {};
  SuppressionSource source = SuppressionSource::Manual;
};

/// `values` as suppression_value gives them. Entries that stand already stay as they are. Returns how many
/// are new.
Result<std::int64_t> add_suppressions(db::Tx& tx,
                                      const SuppressionOrigin& origin,
                                      const std::vector<std::string>& values,
                                      TimeMs now_ms);

struct SuppressionFilter {
  std::optional<std::int64_t> client_id;
  std::optional<std::string> part;   // of the value
  std::optional<std::string> exact;  // the value
};
struct Page {
  std::int64_t offset = 0;
  std::int64_t limit = 0;
};

/// Newest first.
Result<std::vector<Suppression>> list_suppressions(db::Tx& tx,
                                                   std::int64_t workspace_id,
                                                   const SuppressionFilter& filter,
                                                   const Page& page);

}  // namespace outrider::leads
