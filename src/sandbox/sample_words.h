// The sample campaign: whom it writes to and what it says.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "leads/import.h"

namespace outrider::sandbox {

inline constexpr std::string_view kSampleName = "Sandbox sample";

struct SampleMailbox {
  std::string_view name;
  std::string_view email;
};
inline constexpr std::array<SampleMailbox, 3> kSampleMailboxes{{
    {"Ada Winter", "ada@sandbox.example"},
    {"Jonas Falk", "jonas@sandbox.example"},
    {"Mina Sato", "mina@sandbox.example"},
}};

struct SampleText {
  std::string_view subject;
  std::string_view body;
};
inline constexpr SampleText kFirstA{
    "{Quick question|A question} for {{company_name|your team}}",
    "<p>{Hi|Hello} {{first_name|there}},</p><p>how does {{company_name|your company}} keep {{topic|its "
    "projects}} on schedule? {We built|We make} a small planning board that teams like yours "
    "{use every day|open each morning}.</p><p><a href=\"https://lumen.example/tour?ref=mail\">The tour takes "
    "two minutes</a>.</p><p>Would a short call make sense?</p>"};
inline constexpr SampleText kFirstB{
    "{{first_name|Hello}}, ten minutes less in every meeting",
    "<p>{Hi|Good day} {{first_name|there}},</p><p>most teams in {{location|your area}} plan {{topic|their "
    "projects}} in a spreadsheet. There is <a href=\"https://lumen.example/why\">a calmer "
    "way</a>.</p><p>Shall "
    "I show you?</p>"};
inline constexpr SampleText kSecond{"",
                                    "<p>{{first_name|Hello}}, did this reach the right desk? If somebody "
                                    "else looks after {{topic|planning}}, "
                                    "a name would help me.</p>"};
inline constexpr SampleText kThird{
    "",
    "<p>I will not write again. If {{topic|planning}} comes up later, <a "
    "href=\"https://lumen.example/start\">this page</a> is a good start.</p><p>All the best</p>"};
inline constexpr std::string_view kUnsubscribeText = "No more mail from us, please";

std::vector<leads::ImportRow> sample_leads();

}  // namespace outrider::sandbox
