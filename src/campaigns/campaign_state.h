// The life of a campaign (BEHAVIOUR 1.10, RULINGS 20): which event leads where. What must hold before an
// event is raised (mailboxes, steps, leads) is the caller's to check.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace outrider::campaigns {

/// Stored as these numbers.
enum class CampaignState : std::uint8_t { Drafted, Active, Paused, Stopped, Completed, Archived };

enum class CampaignEvent : std::uint8_t {
  Start,
  Pause,
  AutoPause,  // bounce guard, authentication gate: carries a pause reason
  Stop,
  AllLeadsDone,
  LeadsAdded,
  Archive,
  Reopen,  // our own way back from Stopped; the contract's START is refused there
};

/// Where the campaign is afterwards; empty when the event is refused in that state. An event that changes
/// nothing (a start while active) answers the same state.
constexpr std::optional<CampaignState> after(CampaignState from, CampaignEvent event) {
  using enum CampaignState;
  const bool startable = from == Drafted || from == Active || from == Paused || from == Completed;
  const bool finished = from == Stopped || from == Archived;
  switch (event) {
    case CampaignEvent::Start:
      return startable ? std::optional(Active) : std::nullopt;
    case CampaignEvent::Pause:
    case CampaignEvent::AutoPause:
      return from == Active || from == Paused ? std::optional(Paused) : std::nullopt;
    case CampaignEvent::Stop:
      return from == Archived ? std::nullopt : std::optional(Stopped);
    case CampaignEvent::AllLeadsDone:
      return from == Active || from == Completed ? std::optional(Completed) : std::nullopt;
    case CampaignEvent::LeadsAdded:
      return finished ? std::nullopt : std::optional(from == Completed ? Active : from);
    case CampaignEvent::Archive:
      return from == Active ? std::nullopt : std::optional(Archived);
    case CampaignEvent::Reopen:
      return finished ? std::optional(Paused) : std::nullopt;
  }
  return std::nullopt;
}

inline constexpr std::array<std::string_view, 6> kCampaignStateNames{
    "DRAFTED", "ACTIVE", "PAUSED", "STOPPED", "COMPLETED", "ARCHIVED"};

constexpr std::string_view name(CampaignState state) {
  return kCampaignStateNames[static_cast<std::size_t>(state)];
}

constexpr std::optional<CampaignState> campaign_state_from_name(std::string_view text) {
  for (std::size_t i = 0; i < kCampaignStateNames.size(); ++i)
    if (kCampaignStateNames[i] == text) return static_cast<CampaignState>(i);
  return std::nullopt;
}

/// The words of a status request, aliases included (RULINGS 20). Upper case only, as in the contract.
constexpr std::optional<CampaignEvent> campaign_event_from_status(std::string_view word) {
  constexpr struct {
    std::string_view word;
    CampaignEvent event;
  } kWords[] = {
      {"START", CampaignEvent::Start},
      {"ACTIVE", CampaignEvent::Start},
      {"RESUME", CampaignEvent::Start},
      {"PAUSED", CampaignEvent::Pause},
      {"PAUSE", CampaignEvent::Pause},
      {"STOPPED", CampaignEvent::Stop},
      {"STOP", CampaignEvent::Stop},
      {"ARCHIVED", CampaignEvent::Archive},
  };
  for (const auto& known : kWords)
    if (known.word == word) return known.event;
  return std::nullopt;
}

// Stopping is final for the contract: leads may already have been told goodbye.
static_assert(!after(CampaignState::Stopped, CampaignEvent::Start));
static_assert(after(CampaignState::Stopped, CampaignEvent::Reopen) == CampaignState::Paused);
static_assert(after(CampaignState::Drafted, CampaignEvent::Start) == CampaignState::Active);
static_assert(!after(CampaignState::Drafted, CampaignEvent::Pause));
static_assert(after(CampaignState::Completed, CampaignEvent::LeadsAdded) == CampaignState::Active);
static_assert(after(CampaignState::Paused, CampaignEvent::LeadsAdded) == CampaignState::Paused);
static_assert(!after(CampaignState::Paused, CampaignEvent::AllLeadsDone));
static_assert(campaign_state_from_name(name(CampaignState::Archived)) == CampaignState::Archived);

}  // namespace outrider::campaigns
