#include "sending/render.h"

#include <algorithm>

#include "core/random.h"
#include "core/secrets.h"
#include "core/strings.h"
#include "mail/html_text.h"

namespace outrider::sending {
namespace {

// Subject and body number their blocks alike; without this their first picks would always agree.
constexpr std::uint64_t kSubjectPart = 1;
constexpr std::uint64_t kBodyPart = 2;

bool has_tag(std::string_view text) {
  for (std::size_t at = 0; (at = text.find('<', at)) != std::string_view::npos;) {
    const char next = ++at < text.size() ? to_lower(text[at]) : '\0';
    if ((next >= 'a' && next <= 'z') || next == '/' || next == '!') return true;
  }
  return false;
}

Result<Template> compile_field(std::string_view field, std::string_view source, Medium medium) {
  auto compiled = Template::compile(source, medium);
  if (compiled) return compiled;
  auto error = fail_field(std::string(field), "\"" + std::string(field) + "\": " + compiled.error().message);
  error.error().code = compiled.error().code;
  return error;
}

void append_missing(std::vector<std::string>& missing, const Output& out) {
  for (const std::string_view name : out.missing)
    if (std::ranges::find(missing, name) == missing.end()) missing.emplace_back(name);
}

/// Upper bound of the quoted-printable form.
std::size_t encoded_bytes(std::string_view text) {
  const auto escaped =
      std::ranges::count_if(text, [](char c) { return static_cast<std::uint8_t>(c) >= 0x80 || c == '='; });
  return text.size() + 2 * static_cast<std::size_t>(escaped);
}

void put_body(RenderedMail& mail, const std::string& html, const RenderInput& input) {
  tracking::Tracking in_text = input.tracking;
  in_text.clicks = input.track_plain_links;
  const bool text_only = input.form == BodyForm::PlainText;
  if (!text_only) in_text.clicks = tracking::Switch::Off;
  auto text = tracking::track_text(mail::html_to_text(html), in_text, input.links);
  mail.text = std::move(text.body);
  mail.links = std::move(text.destinations);
  if (text_only) return;
  auto tracked = tracking::track_html(html, input.tracking, input.links);
  mail.html = std::move(tracked.body);
  mail.links = std::move(tracked.destinations);
}

}  // namespace

Result<MailTemplate> MailTemplate::compile(std::string_view subject, std::string_view body) {
  TRY_AS(auto compiled_subject, compile_field("subject", subject, Medium::Header));
  const std::string html = has_tag(body) ? std::string(body) : replace_all(body, "\n", "<br>\n");
  TRY_AS(auto compiled_body, compile_field("email_body", html, Medium::Html));
  return MailTemplate{.subject = std::move(compiled_subject), .body = std::move(compiled_body)};
}

std::uint64_t spin_seed(const SpinSeed& seed) {
  std::string message;
  for (const std::int64_t part : {seed.campaign_id, seed.lead_id, seed.step_id, seed.variant_id})
    message += std::to_string(part) + ',';
  return keyed_hash(seed.workspace_key, message);
}

Result<RenderedMail> render_message(const RenderInput& input) {
  RenderedMail mail;
  mail.unsubscribe_url = input.links.unsubscribe();
  RenderContext context{.fields = input.fields,
                        .sender = input.sender,
                        .now = input.now,
                        .last_touch = input.last_touch,
                        .unsubscribe_url = mail.unsubscribe_url,
                        .seed = mix_seed(input.seed, kSubjectPart)};
  Output out;
  TRY(input.mail.subject.render(context, out));
  const std::string subject = header_text(out.text);
  mail.headers = next_headers(input.thread,
                              utf8_prefix(subject, kSubjectCharactersMax),
                              input.thread.empty() ? "" : sender_domain_of(input.sender.email));
  append_missing(mail.missing, out);
  mail.subject_picks = out.picks;

  out.clear();
  context.seed = mix_seed(input.seed, kBodyPart);
  TRY(input.mail.body.render(context, out));
  append_missing(mail.missing, out);
  mail.body_picks = std::move(out.picks);
  put_body(mail, out.text, input);
  mail.may_be_clipped = encoded_bytes(mail.html.empty() ? mail.text : mail.html) > kClipBytes;
  return mail;
}

MissingOutcome outcome_of(MissingVariablePolicy policy, const std::vector<std::string>& missing) {
  if (missing.empty() || policy == MissingVariablePolicy::Blank) return MissingOutcome::Send;
  return policy == MissingVariablePolicy::HoldLead ? MissingOutcome::HoldLead : MissingOutcome::SkipStep;
}

}  // namespace outrider::sending
