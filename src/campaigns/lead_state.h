// The life of a lead in a campaign (BEHAVIOUR 1.10, RULINGS 21): which event leads where. Whoever raises an
// event also writes the lead's timeline.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace outrider::campaigns {

/// Stored as these numbers.
enum class LeadState : std::uint8_t { Started, InProgress, Completed, Paused, Stopped, Blocked };

enum class LeadEvent : std::uint8_t {
  FirstStepAccepted,
  SequenceFinished,    // last step accepted and its wait over
  Replied,             // a person, or another configured stop event
  OutOfOfficeIgnored,  // ignoreOOOasReply: the next step moves, the lead does not
  OutOfOfficePaused,   // resumed at its date
  Pause,
  Resume,
  Reopened,       // a person lets a paused, stopped or finished lead go on
  DomainReplied,  // someone of the same company answered
  MarkedComplete,
  Unsubscribed,  // from this campaign or client
  UnsubscribedEverywhere,
  HardBounced,
  BlockListed,
  MovedToSubsequence,
  MailboxGone,  // and not reassigned: waits, with a reason
};

/// `before_pause` is where a paused lead came from. Empty when the event does not apply there.
constexpr std::optional<LeadState> after(LeadState from,
                                         LeadEvent event,
                                         LeadState before_pause = LeadState::InProgress) {
  using enum LeadState;
  const bool running = from == Started || from == InProgress;
  const bool live = running || from == Paused;
  switch (event) {
    case LeadEvent::FirstStepAccepted:
      // A pause or a reply may have come in while the mail was on the wire: the later fact wins.
      return from == Started ? InProgress : from;
    case LeadEvent::SequenceFinished:
      return from == InProgress ? std::optional(Completed) : std::nullopt;
    case LeadEvent::Replied:
      return live ? std::optional(Stopped) : std::optional(from);
    case LeadEvent::OutOfOfficeIgnored:
    case LeadEvent::MailboxGone:
      return from;
    case LeadEvent::OutOfOfficePaused:
    case LeadEvent::DomainReplied:
      return running ? std::optional(Paused) : std::optional(from);
    case LeadEvent::Pause:
      return live ? std::optional(Paused) : std::nullopt;
    case LeadEvent::Resume:
      return from == Paused ? std::optional(before_pause) : std::nullopt;
    case LeadEvent::Reopened:
      if (from == Blocked) return std::nullopt;
      return running ? from : before_pause;
    case LeadEvent::MarkedComplete:
      return live || from == Completed ? std::optional(Completed) : std::nullopt;
    case LeadEvent::MovedToSubsequence:
      return from == Blocked ? std::nullopt : std::optional(Stopped);
    case LeadEvent::Unsubscribed:
      return from == Blocked ? Blocked : Stopped;
    case LeadEvent::UnsubscribedEverywhere:
    case LeadEvent::HardBounced:
    case LeadEvent::BlockListed:
      return Blocked;
  }
  return std::nullopt;
}

inline constexpr std::array<std::string_view, 6> kLeadStateNames{
    "STARTED", "INPROGRESS", "COMPLETED", "PAUSED", "STOPPED", "BLOCKED"};

constexpr std::string_view name(LeadState state) {
  return kLeadStateNames[static_cast<std::size_t>(state)];
}

constexpr std::optional<LeadState> lead_state_from_name(std::string_view text) {
  for (std::size_t i = 0; i < kLeadStateNames.size(); ++i)
    if (kLeadStateNames[i] == text) return static_cast<LeadState>(i);
  return std::nullopt;
}

static_assert(after(LeadState::Started, LeadEvent::FirstStepAccepted) == LeadState::InProgress);
static_assert(after(LeadState::Stopped, LeadEvent::FirstStepAccepted) == LeadState::Stopped);
static_assert(after(LeadState::InProgress, LeadEvent::SequenceFinished) == LeadState::Completed);
static_assert(after(LeadState::Completed, LeadEvent::Replied) == LeadState::Completed);
static_assert(after(LeadState::InProgress, LeadEvent::Replied) == LeadState::Stopped);
static_assert(after(LeadState::Paused, LeadEvent::Replied) == LeadState::Stopped);
static_assert(after(LeadState::Paused, LeadEvent::Resume, LeadState::Started) == LeadState::Started);
static_assert(!after(LeadState::Stopped, LeadEvent::Resume));
static_assert(after(LeadState::Stopped, LeadEvent::Reopened) == LeadState::InProgress);
static_assert(after(LeadState::InProgress, LeadEvent::Reopened, LeadState::Started) == LeadState::InProgress);
static_assert(after(LeadState::Started, LeadEvent::DomainReplied) == LeadState::Paused);
static_assert(after(LeadState::Blocked, LeadEvent::Unsubscribed) == LeadState::Blocked);
static_assert(after(LeadState::InProgress, LeadEvent::MailboxGone) == LeadState::InProgress);
static_assert(lead_state_from_name(name(LeadState::InProgress)) == LeadState::InProgress);

}  // namespace outrider::campaigns
