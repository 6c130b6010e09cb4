// The categories every workspace has (RULINGS 22); own ones have ids from kFirstOwn on.
#pragma once

#include <cstdint>

namespace outrider::classifier {

using CategoryId = std::int64_t;

inline constexpr CategoryId kInterested = 1;
inline constexpr CategoryId kMeetingRequest = 2;
inline constexpr CategoryId kNotInterested = 3;
inline constexpr CategoryId kDoNotContact = 4;
inline constexpr CategoryId kInformationRequest = 5;
inline constexpr CategoryId kWrongPerson = 7;
inline constexpr CategoryId kUncategorizable = 8;

}  // namespace outrider::classifier
