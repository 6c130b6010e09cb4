// The whole of a mail's content from its templates: what a preview shows is made by the same call as what
// leaves. Pure: the clock, the seed, the thread and the signing keys come in; MIME is made of it by
// mail/compose.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "sending/template.h"
#include "sending/thread_headers.h"
#include "tracking/rewrite.h"

namespace outrider::sending {

inline constexpr std::size_t kSubjectCharactersMax = 998;
inline constexpr std::size_t kClipBytes =
    std::size_t{102} * 1024;  // what Gmail shows of an encoded body before it cuts

/// Subject and body of one variant of a step. Immutable: one object serves every thread.
struct MailTemplate {
  Template subject;
  Template body;

  /// `body` is HTML; one without any tag is plain text whose line ends are kept. Errors: Invalid on the field
  /// `subject` or `email_body`, with line and column.
  static Result<MailTemplate> compile(std::string_view subject, std::string_view body);
};

/// What decides a spintax block: the workspace's key makes the picks of one workspace say nothing about
/// another's.
struct SpinSeed {
  std::string_view workspace_key;  // 32 bytes: MasterKey::derive("spintax WORKSPACE")
  std::int64_t campaign_id = 0;
  std::int64_t lead_id = 0;
  std::int64_t step_id = 0;
  std::int64_t variant_id = 0;
};
std::uint64_t spin_seed(const SpinSeed& seed);

enum class BodyForm : std::uint8_t {
  Html,       // with a text part beside it
  PlainText,  // send_as_plain_text, force_plain_text: text alone, links shown bare, no pixel
};

struct RenderInput {
  const MailTemplate& mail;
  const Fields& fields;
  const Sender& sender;
  const std::vector<ThreadMessage>& thread;  // of this lead in this campaign, oldest first
  const tracking::MessageLinks& links;       // of this message; a preview's has the message id 0
  tracking::Tracking tracking;
  BodyForm form = BodyForm::Html;
  tracking::Switch track_plain_links = tracking::Switch::Off;
  WallTime now;  // in the lead's zone, else the campaign's
  std::optional<WallTime> last_touch;
  std::uint64_t seed = 0;
};

struct RenderedMail {
  ThreadHeaders headers;  // with the subject, safe for a header
  std::string html;       // empty for BodyForm::PlainText
  std::string text;
  std::vector<std::string> links;    // destinations by link index
  std::vector<std::string> missing;  // variables without a value or fallback, as written, each once
  std::vector<SpinPick> subject_picks;
  std::vector<SpinPick> body_picks;
  std::string unsubscribe_url;  // for List-Unsubscribe
  bool may_be_clipped = false;  // above kClipBytes: the end with pixel and unsubscribe line may not be shown
};

/// Errors: TooLarge when a rendered text exceeds kOutputBytesMax.
Result<RenderedMail> render_message(const RenderInput& input);

/// What the workspace wants done with a mail that lacks values.
enum class MissingVariablePolicy : std::uint8_t { Blank = 0, HoldLead = 1, SkipStep = 2 };
enum class MissingOutcome : std::uint8_t { Send, HoldLead, SkipStep };
MissingOutcome outcome_of(MissingVariablePolicy policy, const std::vector<std::string>& missing);

}  // namespace outrider::sending
