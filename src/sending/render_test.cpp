#include "sending/render.h"

#include <doctest/doctest.h>

#include "core/time_text.h"

using namespace outrider;
using namespace outrider::sending;
using tracking::Switch;

namespace {

struct World {
  Fields fields;
  Sender sender{
      .name = "Sam Hill", .email = "sam@acme.com", .signature_html = "<p>Sam</p>", .signature_text = "Sam"};
  std::vector<ThreadMessage> thread;
  tracking::TokenSigner signer{{{.id = 1, .bytes = std::string(32, 'a')}}};
  tracking::MessageLinks links{signer, "https://track.acme.com", 7, 9};
  tracking::Tracking tracking{
      .clicks = Switch::On, .opens = Switch::On, .trap = Switch::Off, .unsubscribe_text = "Stop"};
  BodyForm form = BodyForm::Html;

  World() {
    fields.add("first_name", "Ada");
    fields.add("company_name", "B&B");
  }

  RenderedMail render(std::string_view subject, std::string_view body, std::uint64_t seed = 1) const {
    const auto mail = MailTemplate::compile(subject, body);
    REQUIRE(mail);
    auto rendered = render_message({.mail = *mail,
                                    .fields = fields,
                                    .sender = sender,
                                    .thread = thread,
                                    .links = links,
                                    .tracking = tracking,
                                    .form = form,
                                    .now = {.local_ms = *parse_instant("2026-03-03T14:05:09Z")},
                                    .last_touch = {},
                                    .seed = seed});
    REQUIRE(rendered);
    return *std::move(rendered);
  }
};

constexpr std::string_view kBody =
    "<p>{Hi|Hello} {{first_name}} of {{company_name}}, <a "
    "href=\"https://x.com/{a|b}?n={{first_name}}\">look</a></p>%signature%";

}  // namespace

TEST_CASE("preview_equals_sent") {
  const World world;
  const std::uint64_t seed = spin_seed({.workspace_key = "0123456789abcdef0123456789abcdef",
                                        .campaign_id = 1,
                                        .lead_id = 2,
                                        .step_id = 3,
                                        .variant_id = 4});
  const auto preview = world.render("{One|Two|Three} for {{first_name}}", kBody, seed);
  const auto sent = world.render("{One|Two|Three} for {{first_name}}", kBody, seed);
  CHECK(preview.headers.subject == sent.headers.subject);
  CHECK(preview.html == sent.html);
  CHECK(preview.text == sent.text);
  CHECK(preview.body_picks == sent.body_picks);
  CHECK(preview.links == sent.links);
}

TEST_CASE("a mail has tracked HTML and a text part with the plain address") {
  const auto mail = World().render("For {{company_name}}", kBody);
  CHECK(mail.headers.subject == "For B&B");
  REQUIRE(mail.links.size() == 1);
  CHECK(mail.links[0].starts_with("https://x.com/"));
  CHECK(mail.links[0].ends_with("?n=Ada"));
  CHECK(mail.html.contains("B&amp;B"));
  CHECK(mail.html.contains("https://track.acme.com/c/"));
  CHECK(mail.html.contains("<p>Sam</p>"));
  CHECK_FALSE(mail.html.contains("x.com/"));
  CHECK(mail.html.ends_with("alt=\"\" style=\"border:0\">"));
  CHECK(mail.html.find("Stop</a>") < mail.html.find("<img"));
  CHECK(mail.text.contains("of B&B"));
  CHECK(mail.text.contains(mail.links[0]));
  CHECK(mail.text.ends_with("Stop: " + mail.unsubscribe_url + "\n"));
  CHECK_FALSE(mail.may_be_clipped);
}

TEST_CASE("plain text has no pixel and no rewritten links") {
  World world;
  world.form = BodyForm::PlainText;
  const auto mail = world.render("x", kBody);
  CHECK(mail.html.empty());
  CHECK(mail.links.empty());
  CHECK(mail.text.contains("https://x.com/"));
  CHECK_FALSE(mail.text.contains("/o/"));
}

TEST_CASE("a body without tags keeps its lines") {
  const auto mail = World().render("x", "Hi {{first_name}},\nhow are you?");
  CHECK(mail.html.starts_with("Hi Ada,<br>\nhow are you?"));
  CHECK(mail.text.starts_with("Hi Ada,\nhow are you?"));
}

TEST_CASE("a blank subject continues the thread") {
  World world;
  world.thread = {{.message_id = "1@acme.com", .subject = "Pallets", .direction = Direction::Outgoing}};
  const auto mail = world.render("", "<p>again</p>");
  CHECK(mail.headers.subject == "Re: Pallets");
  CHECK(mail.headers.in_reply_to == "1@acme.com");
}

TEST_CASE("missing_variable_policies") {
  const auto mail = World().render("{{nick}}", "{{nick}} {{job title}} {{first_name}}");
  CHECK(mail.missing == std::vector<std::string>{"nick", "job title"});
  CHECK(outcome_of(MissingVariablePolicy::Blank, mail.missing) == MissingOutcome::Send);
  CHECK(outcome_of(MissingVariablePolicy::HoldLead, mail.missing) == MissingOutcome::HoldLead);
  CHECK(outcome_of(MissingVariablePolicy::SkipStep, mail.missing) == MissingOutcome::SkipStep);
  CHECK(outcome_of(MissingVariablePolicy::SkipStep, {}) == MissingOutcome::Send);
}

TEST_CASE("a body that mail programs would cut is marked") {
  CHECK(World().render("x", "<p>" + std::string(103 * 1024, 'x') + "</p>").may_be_clipped);
  CHECK(World().render("x", "<p>" + std::string(60 * 1024, '=') + "</p>").may_be_clipped);
}

TEST_CASE("a broken template names its field") {
  const auto error = MailTemplate::compile("ok", "<p>{{x</p>").error();
  CHECK(error.code == Code::Invalid);
  CHECK(error.offence.field == "email_body");
  CHECK(error.message.starts_with("\"email_body\": line 1, column 4:"));
  CHECK(MailTemplate::compile("{{x", "ok").error().offence.field == "subject");
}

TEST_CASE("the seed depends on every part of it") {
  const SpinSeed base{
      .workspace_key = "0123456789abcdef", .campaign_id = 1, .lead_id = 2, .step_id = 3, .variant_id = 4};
  SpinSeed other = base;
  other.step_id = 4;
  CHECK(spin_seed(base) == spin_seed(base));
  CHECK(spin_seed(base) != spin_seed(other));
  other = base;
  other.workspace_key = "1123456789abcdef";
  CHECK(spin_seed(base) != spin_seed(other));
}
