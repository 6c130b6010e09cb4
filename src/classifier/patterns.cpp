#include "classifier/patterns.h"

#include <algorithm>
#include <string>

#include "classifier/features.h"
#include "classifier/patterns_words.h"
#include "mail/fold.h"

namespace outrider::classifier {
namespace {

using Phrases = std::span<const std::string_view>;

std::optional<std::string_view> find_phrase(std::string_view folded, Phrases phrases) {
  const auto found =
      std::ranges::find_if(phrases, [&](auto phrase) { return mail::contains_phrase(folded, phrase); });
  return found == phrases.end() ? std::nullopt : std::optional(*found);
}

std::optional<std::string_view> find_host(std::string_view folded) {
  const auto hosts = scheduling_hosts();
  const auto found =
      std::ranges::find_if(hosts, [&](auto host) { return folded.find(host) != std::string_view::npos; });
  return found == hosts.end() ? std::nullopt : std::optional(*found);
}

/// The text without marks at its ends, as people close a short mail.
std::string_view bare(std::string_view folded) {
  constexpr std::string_view kMarks = " .!,;:-\"'()*";
  const auto first = folded.find_first_not_of(kMarks);
  if (first == std::string_view::npos) return {};
  auto text = folded.substr(first, folded.find_last_not_of(kMarks) - first + 1);
  for (const std::string_view mark : {"。", "！"})
    if (text.ends_with(mark)) text.remove_suffix(mark.size());
  return text;
}

bool asks(std::string_view folded) {
  return folded.find('?') != std::string_view::npos || folded.find("？") != std::string_view::npos ||
         folded.find("か。") != std::string_view::npos || folded.find("吗") != std::string_view::npos;
}

}  // namespace

std::optional<PatternMatch> match_patterns(std::string_view new_text) {
  const std::string folded = mail::fold_text(new_text.substr(0, kTextBytesMax));
  if (const auto found = find_phrase(folded, objection_phrases())) return PatternMatch{kDoNotContact, *found};
  const auto words = refusal_words();
  if (const auto found = std::ranges::find(words, bare(folded)); found != words.end())
    return PatternMatch{kNotInterested, *found};
  if (const auto found = find_phrase(folded, wrong_person_phrases()))
    return PatternMatch{kWrongPerson, *found};
  if (const auto found = find_phrase(folded, refusal_phrases())) return PatternMatch{kNotInterested, *found};
  if (const auto found = find_host(folded)) return PatternMatch{kMeetingRequest, *found};
  if (const auto found = find_phrase(folded, meeting_phrases())) return PatternMatch{kMeetingRequest, *found};
  if (const auto found = find_phrase(folded, information_phrases()))
    return PatternMatch{kInformationRequest, *found};
  if (asks(folded))
    if (const auto found = find_phrase(folded, information_words()))
      return PatternMatch{kInformationRequest, *found};
  if (const auto found = find_phrase(folded, interest_phrases())) return PatternMatch{kInterested, *found};
  return std::nullopt;
}

}  // namespace outrider::classifier
