// Opens and clicks in the database: what a hit is about, and its effects once its class is known.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "campaigns/campaign.h"
#include "core/clock.h"
#include "db/database.h"
#include "tracking/machine_hit.h"

namespace outrider::tracking {

/// The message a token names, as far as hits need it.
struct TrackedMessage {
  std::int64_t workspace_id = 0;
  std::int64_t id = 0;
  std::int64_t campaign_lead_id = 0;
  std::int64_t campaign_id = 0;
  std::int64_t lead_id = 0;
  std::optional<std::int64_t> client_id;
  std::int64_t mailbox_id = 0;
  std::optional<std::int64_t> step_id;
  std::optional<std::int64_t> variant_id;
  TimeMs accepted_at_ms = 0;  // 0 = not accepted yet
  bool is_opened = false;
  bool is_clicked = false;
  std::int64_t links = 0;
  bool has_subsequences = false;
  std::optional<campaigns::StopOn> stop_on;
  std::string recipient;
};

/// Nothing for a message that is gone or is nobody's in a campaign.
Result<std::optional<TrackedMessage>> find_tracked(db::Tx& tx,
                                                   std::int64_t workspace_id,
                                                   std::int64_t message_id);

/// Where a link of a message leads.
Result<std::optional<std::string>> find_destination(db::Tx& tx,
                                                    std::int64_t workspace_id,
                                                    std::int64_t message_id,
                                                    std::int64_t link_index);

struct ClassifiedHit {
  HitKind kind = HitKind::Open;
  HitClass hit_class = HitClass::Human;
  TimeMs at_ms = 0;
  std::int64_t link_index = 0;
};

/// The hits of one transaction. Each gets its event; the counters of message, link and thread row are written
/// once for each message. The sequence stops when the campaign says that an open or a click ends it. Machines
/// are counted apart and stop nothing.
class HitBatch {
 public:
  explicit HitBatch(db::Tx& tx) : tx_(tx) {}

  /// As it is after the hits added so far; nullptr like find_tracked's nothing. Valid as long as the batch.
  Result<const TrackedMessage*> find(std::int64_t workspace_id, std::int64_t message_id);

  /// Of a message that was found here.
  Result<> add(std::int64_t workspace_id, std::int64_t message_id, const ClassifiedHit& hit);

  /// Writes the counters, at the end.
  Result<> store();

 private:
  struct Totals {
    std::int64_t raw = 0;
    std::int64_t counted = 0;
    std::optional<TimeMs> first_ms;  // of those counted
    std::optional<TimeMs> last_ms;

    void add(TimeMs at_ms, bool is_counted);
  };
  struct OfMessage {
    std::optional<TrackedMessage> message;
    Totals opens;
    Totals clicks;
    std::map<std::int64_t, Totals> clicks_by_link;
  };

  Result<> store_opens(const OfMessage& hits);
  Result<> store_clicks(const OfMessage& hits);

  db::Tx& tx_;
  std::map<std::pair<std::int64_t, std::int64_t>, OfMessage> by_message_;
};

}  // namespace outrider::tracking
