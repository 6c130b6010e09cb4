// Pushing a lead into a subsequence by hand: POST /master-inbox/push-to-subsequence.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "db/database.h"
#include "http/route.h"

namespace outrider::leads {

struct PushInput {
  static constexpr const char* kName = "PushToSubsequenceInput";
  std::optional<std::int64_t> email_lead_map_id;
  std::optional<std::int64_t> campaign_id;  // with lead_id, as some clients name a conversation
  std::optional<std::int64_t> lead_id;
  std::int64_t sub_sequence_id = 0;
  std::int64_t delay = 0;
  bool stops_on_parent_reply = false;
  static wire::Fields wire();
};

struct Pushed {
  bool success = true;
  std::string email_lead_map_id;
  std::int64_t parent_campaign_id = 0;
  std::int64_t sub_sequence_id = 0;
  std::int64_t delay_days = 0;
  wire::Instant will_start_at;
  bool stop_on_parent_reply = false;
  static wire::Fields wire();
};

struct PushReply {
  bool ok = true;
  bool success = true;
  std::string message = "Lead pushed to the subsequence";
  Pushed data;
  static wire::Fields wire();
};

/// What `sub_sequence_delay_time` means (RULINGS 17): 0 is at once, up to 365 are days, more are seconds.
constexpr TimeMs push_delay_ms(std::int64_t given) {
  return given <= 365 ? given * kDayMs : given * kSecondMs;
}
static_assert(push_delay_ms(0) == 0 && push_delay_ms(3) == 3 * kDayMs &&
              push_delay_ms(172'800) == 2 * kDayMs);

class PushApi {
 public:
  /// `wake_sending`: somebody may be due now.
  PushApi(db::Database& database, Clock& clock, std::function<void()> wake_sending)
      : database_(database), clock_(clock), wake_sending_(std::move(wake_sending)) {}

  /// The handlers refer to this object, which must outlive the server.
  std::vector<http::Route> routes();

 private:
  Result<PushReply> push(http::Context& context, const PushInput& input);

  db::Database& database_;
  Clock& clock_;
  std::function<void()> wake_sending_;
};

}  // namespace outrider::leads
