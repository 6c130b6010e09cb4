// When mail of unknown fate is looked for in the Sent folder of its mailbox, and when the wait for evidence
// is over (BEHAVIOUR 1.9 step 4): at once, after 5, 15 and 30 minutes, then it is given up. Keeps no row:
// after a restart every doubt is looked for again.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <unordered_map>
#include <vector>

#include "core/clock.h"

namespace outrider::sending {

inline constexpr std::array<TimeMs, 4> kSentLooksMs{0, 5 * kMinuteMs, 15 * kMinuteMs, 30 * kMinuteMs};

/// How long a mail of unknown fate waits for evidence: to the last look.
inline constexpr TimeMs kEvidenceWaitMs = kSentLooksMs.back();

/// Any thread.
class DoubtWatch {
 public:
  enum class Next : std::uint8_t { Look, Wait, GiveUp };

  /// What to do about a row that went out at `since_ms`. Look: the caller looks and tells by looked(); until
  /// then it waits. Looks that were missed are one.
  Next next(std::int64_t outgoing_id, TimeMs since_ms, TimeMs now_ms);

  enum class Sight : std::uint8_t { Nothing, Found };
  void looked(std::int64_t outgoing_id, Sight sight);
  /// The rows that were found since the last call.
  std::vector<std::int64_t> take_found();

  /// Forgets every other row: something else has settled it.
  void keep_only(std::span<const std::int64_t> outgoing_ids);

 private:
  struct Watched {
    std::size_t looks = 0;  // of kSentLooksMs, made or missed
    bool is_looking = false;
    bool is_found = false;
  };

  std::mutex mutex_;
  std::unordered_map<std::int64_t, Watched> watched_;
};

}  // namespace outrider::sending
