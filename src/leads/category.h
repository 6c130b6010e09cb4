// The category of a lead in a campaign: the one way it changes, with the event and with what follows from it
// (BEHAVIOUR 3.8).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/clock.h"
#include "db/database.h"
#include "leads/membership.h"

namespace outrider::leads {

/// Those that stand in every workspace (RULINGS 22); own ones start at kOwnCategoryMin.
enum class Category : std::uint8_t {
  Interested = 1,
  MeetingRequest = 2,
  NotInterested = 3,
  DoNotContact = 4,
  InformationRequest = 5,
  OutOfOffice = 6,
  WrongPerson = 7,
  Uncategorizable = 8,
  SenderOriginatedBounce = 9,
};
inline constexpr std::int64_t kOwnCategoryMin = 1'000;

inline constexpr std::array<std::string_view, 9> kCategoryNames{"Interested",
                                                                "Meeting Request",
                                                                "Not Interested",
                                                                "Do Not Contact",
                                                                "Information Request",
                                                                "Out Of Office",
                                                                "Wrong Person",
                                                                "Uncategorizable",
                                                                "Sender Originated Bounce"};
constexpr std::string_view name(Category category) {
  return kCategoryNames[static_cast<std::size_t>(category) - 1];
}

/// Stored as these numbers.
enum class LabelledBy : std::uint8_t { Rule, Model, Person };

constexpr std::string_view name(LabelledBy by) {
  switch (by) {
    case LabelledBy::Model:
      return "MODEL";
    case LabelledBy::Person:
      return "HUMAN";
    case LabelledBy::Rule:
      break;
  }
  return "RULE";
}

struct Label {
  std::optional<std::int64_t> category_id;  // absent: none
  LabelledBy by = LabelledBy::Rule;
  std::optional<double> confidence = {};  // 0 to 1
  std::optional<std::string_view> version = {};
  /// Of a client's key: Do Not Contact then holds for that client's campaigns, else for the workspace.
  std::optional<std::int64_t> client_id = {};
};

constexpr Label by_rule(Category category) {
  return {.category_id = static_cast<std::int64_t>(category)};
}

/// Never over what a person chose, unless a person does. A real change is told once by the event
/// LEAD_CATEGORY_UPDATED, and then: Do Not Contact keeps mail from the address for good (by a model it only
/// stops the lead); Not Interested, Wrong Person, Interested, Meeting Request and Information Request stop
/// the lead; subsequences that wait for the category take it in. `cause.message_id` is the message that was
/// judged, absent: the newest answer. Returns whether the category changed. Errors: NotFound for an unknown
/// lead map, Invalid for a category that the workspace has not.
Result<bool> set_category(db::Tx& tx,
                          std::int64_t workspace_id,
                          std::int64_t campaign_lead_id,
                          const Label& label,
                          const Cause& cause,
                          TimeMs now_ms);

}  // namespace outrider::leads
