// Opens and clicks in the database: what a hit is about, and its effects once its class is known.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

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

/// Writes a classified hit: counters of message and link, thread row, event; the sequence stops when the
/// campaign says that an open or a click ends it. Machines are counted apart and stop nothing.
struct ClassifiedHit {
  HitKind kind = HitKind::Open;
  HitClass hit_class = HitClass::Human;
  TimeMs at_ms = 0;
  std::int64_t link_index = 0;
};
Result<> store_hit(db::Tx& tx, const TrackedMessage& message, const ClassifiedHit& hit);

}  // namespace outrider::tracking
