#include "sending/template.h"

#include <doctest/doctest.h>

#include <set>

#include "core/time_text.h"

using namespace outrider;
using namespace outrider::sending;

namespace {

Fields ada() {
  Fields fields;
  fields.add("first_name", "Ada");
  fields.add("last_name", "Lovelace");
  fields.add("company_name", "Engines & Sons <Ltd>");
  fields.add("industry", "SaaS");
  fields.add("City", "New York");
  fields.add("shout", "JOSÉ ÁLVAREZ");
  fields.add("blank", "  ");
  fields.add("two lines", "one\r\ntwo");
  return fields;
}

struct World {
  Fields fields = ada();
  Sender sender{.name = "Sam Hill",
                .email = "sam@mail.example.com",
                .signature_html = "<p>Sam &amp; co</p>",
                .signature_text = "Sam & co"};

  RenderContext context(std::uint64_t seed = 1) const {
    return {.fields = fields,
            .sender = sender,
            .now = {.local_ms = *parse_instant("2026-03-03T14:05:09Z"), .utc_offset_minutes = 0},
            .last_touch = {},
            .unsubscribe_url = "https://t.example.com/u/x",
            .seed = seed};
  }
};

Output rendered(std::string_view source, Medium medium = Medium::Text, std::uint64_t seed = 1) {
  const World world;
  const auto compiled = Template::compile(source, medium);
  INFO(std::string(source), " ", compiled ? "" : compiled.error().message);
  REQUIRE(compiled);
  Output out;
  REQUIRE(compiled->render(world.context(seed), out));
  out.missing.clear();  // they live as long as the template
  return out;
}

std::string text(std::string_view source, Medium medium = Medium::Text, std::uint64_t seed = 1) {
  return rendered(source, medium, seed).text;
}

std::vector<std::string> missing(std::string_view source) {
  const World world;
  const auto compiled = Template::compile(source, Medium::Text);
  REQUIRE(compiled);
  Output out;
  REQUIRE(compiled->render(world.context(), out));
  return {out.missing.begin(), out.missing.end()};
}

std::string refusal(std::string_view source, Medium medium = Medium::Text) {
  const auto compiled = Template::compile(source, medium);
  return compiled ? "accepted" : compiled.error().message;
}

/// Every text that some seed gives.
std::set<std::string> all_texts(std::string_view source, Medium medium = Medium::Text) {
  std::set<std::string> texts;
  for (std::uint64_t seed = 0; seed < 200; ++seed) texts.insert(text(source, medium, seed));
  return texts;
}

}  // namespace

TEST_CASE("variables are found whatever their case and blanks") {
  for (const char* source :
       {"{{first_name}}", "{{First Name}}", "{{ FIRST_NAME }}", "{{first name}}", "{{First-Name}}"})
    CHECK(text(source) == "Ada");
  CHECK(text("{{city}}") == "New York");
  CHECK(text("{{nobody}}|") == "|");
}

TEST_CASE("every dialect of a fallback gives the fallback") {
  for (const char* source : {"{{nick | default: \"there\"}}",
                             "{{nick|there}}",
                             "{{NICK | \"there\"}}",
                             "{{blank | default: 'there'}}",
                             "{{fallback|{{nick}}|there}}",
                             "{{fallback|nick|{{blank}}|\"there\"}}",
                             "{{nick | default: {{blank|there}}}}"}) {
    CAPTURE(source);
    CHECK(text(source) == "there");
    CHECK(missing(source).empty());
  }
  CHECK(text("{{fallback|{{first_name}}|Sir}}") == "Ada");
  CHECK(text("{{first_name|there}}") == "Ada");
  CHECK(text("Hi{{nick|}}!") == "Hi!");
  CHECK(text("{{nick|Note: you}}") == "Note: you");
}

TEST_CASE("filters change values in order") {
  struct {
    const char* source;
    const char* expected;
  } cases[] = {
      {"{{shout | capitalize}}", "José álvarez"},
      {"{{shout | downcase}}", "josé álvarez"},
      {"{{first_name | upcase}}", "ADA"},
      {"{{city | split_first}}", "New"},
      {"{{city | split_first: \"Y\" | strip | upcase}}", "NEW"},
      {"{{shout | truncate: 7}}", "JOSÉ..."},
      {"{{shout | truncate: 5, \"…\"}}", "JOSÉ…"},
      {"{{nick | default: \"bob\" | capitalize}}", "Bob"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.source);
    CHECK(text(c.source) == c.expected);
  }
}

TEST_CASE("values are escaped in HTML, not in text, and never with three braces") {
  CHECK(text("{{company_name}}", Medium::Html) == "Engines &amp; Sons &lt;Ltd&gt;");
  CHECK(text("{{{company_name}}}", Medium::Html) == "Engines & Sons <Ltd>");
  CHECK(text("{{company_name}}") == "Engines & Sons <Ltd>");
  CHECK(text("<p>{{two_lines}}</p>", Medium::Html) == "<p>one\r<br>\ntwo</p>");
  CHECK(text("<a title=\"{{two_lines}}\">x</a>", Medium::Html) == "<a title=\"one\r\ntwo\">x</a>");
}

TEST_CASE("conditions choose a branch") {
  struct {
    const char* condition;
    bool expected;
  } cases[] = {
      {"industry == \"SaaS\"", true},
      {"industry == \"saas\"", false},
      {"industry != 'SaaS'", false},
      {"City contains \"York\"", true},
      {"first_name", true},
      {"nobody", false},
      {"blank", false},
      {"nobody == blank", true},
      {"First Name == \"Ada\" and last_name == \"Lovelace\"", true},
      {"nobody and first_name or industry", true},
      {"nobody or industry == \"x\"", false},
  };
  for (const auto& c : cases) {
    CAPTURE(c.condition);
    CHECK(text("{% if " + std::string(c.condition) + " %}yes{% else %}no{% endif %}") ==
          (c.expected ? "yes" : "no"));
  }
  CHECK(text("{% if nobody %}a{% elsif industry == \"SaaS\" %}b{% else %}c{% endif %}") == "b");
  CHECK(text("{% if nobody %}a{% endif %}|") == "|");
  CHECK(text("{% if first_name %}{% if nobody %}a{% else %}b{% endif %}{% endif %}") == "b");
  CHECK(text("{% if industry == &quot;SaaS&quot; %}yes{% endif %}", Medium::Html) == "yes");
}

TEST_CASE("computed and sender variables are filled in") {
  CHECK(text("Good {{sl_time_of_day}}, {{sl_time_of_day_cap}} on {{sl_day_of_week}}") ==
        "Good afternoon, Afternoon on Tuesday");
  CHECK(text("{{sl_date \"2 days from now\" \"dddd, MMMM Do YYYY\"}}") == "Thursday, March 5th 2026");
  CHECK(missing("{{sl_date sl_last_touch \"Do MMM\"}}") == std::vector<std::string>{"sl_last_touch"});
  CHECK(text("%sender-name%, %sender-firstname%, %sender-email%, %sender-domain%, 50% off, 100%") ==
        "Sam Hill, Sam, sam@mail.example.com, mail.example.com, 50% off, 100%");
  CHECK(text("<br>%signature%", Medium::Html) == "<br><p>Sam &amp; co</p>");
  CHECK(text("%signature%") == "Sam & co");
  CHECK(text("<a href=\"{{unsubscribe_link}}\">bye</a>", Medium::Html) ==
        "<a href=\"https://t.example.com/u/x\">bye</a>");
}

TEST_CASE("missing_variable_policies: what is missing is reported once, in the branches taken") {
  CHECK(missing("{{first_name}}").empty());
  CHECK(missing("{{nick}} {{Nick name}} {{nick}}") == std::vector<std::string>{"nick", "Nick name"});
  CHECK(missing("{% if nobody %}{{nick}}{% endif %}").empty());
  CHECK(missing("{{blank | upcase}}") == std::vector<std::string>{"blank"});
  CHECK(missing("{{nick | default: {{blank}}}}") == std::vector<std::string>{"nick"});
}

TEST_CASE("nested_spintax_with_variable") {
  CHECK(all_texts("{Hi|Hello {{first_name}}|{Hey|Yo} {{nick|you}}}") ==
        std::set<std::string>{"Hi", "Hello Ada", "Hey you", "Yo you"});
  CHECK(all_texts("{{{first_name}}|there}") == std::set<std::string>{"Ada", "there"});
  CHECK(all_texts("{a|{{{first_name}}}}") == std::set<std::string>{"a", "Ada"});
  CHECK(all_texts("x{|y}") == std::set<std::string>{"x", "xy"});
  CHECK(all_texts("{ {a|b}|c}") == std::set<std::string>{" a", " b", "c"});
  CHECK(all_texts("{a|{% if first_name %}b|c{% endif %}}") == std::set<std::string>{"a", "b|c"});
}

TEST_CASE("the RANDOM dialect is spintax") {
  CHECK(all_texts("{{RANDOM|a|b}}") == std::set<std::string>{"a", "b"});
  CHECK(all_texts("{{RANDOM | Hi | Hello {{first_name}} }}!") == std::set<std::string>{"Hi!", "Hello Ada!"});
  CHECK(all_texts("{{random|a|{b|c}}}") == std::set<std::string>{"a", "b", "c"});
  CHECK(text("{{random}}") == "");
  CHECK(refusal("{{RANDOM|a|b") == "line 1, column 1: this {{RANDOM block is not closed");
}

TEST_CASE("css_braces_literal") {
  for (const char* source : {"<style>@media (max-width:6px){.a{color:red|blue}}</style>",
                             "<p style=\"x{a|b}\">{\"json\": {\"a\": 1}}</p>",
                             "<!-- {a|b} --><script>f({a|b})</script>",
                             "a { b } c | d",
                             "<a href=\"x\" class=\"{a|b}\">y</a>"}) {
    CAPTURE(source);
    CHECK(text(source, Medium::Html) == source);
  }
  CHECK(text("\\{a\\|b\\}") == "{a|b}");
  CHECK(all_texts("<img alt='{a|b}' src=\"{c|d}\">", Medium::Html) ==
        std::set<std::string>{"<img alt='a' src=\"{c|d}\">", "<img alt='b' src=\"{c|d}\">"});
  CHECK(all_texts("{<b class=\"x|y\">a</b>|c}", Medium::Html) ==
        std::set<std::string>{"<b class=\"x|y\">a</b>", "c"});
  CHECK(text("<a title=\"{a\">b|c}</a>", Medium::Html) == "<a title=\"{a\">b|c}</a>");
}

TEST_CASE("the same seed picks the same and another seed picks otherwise") {
  const char* source = "{a|b|c} {d|e|f} {g|h|i}";
  CHECK(text(source, Medium::Text, 7) == text(source, Medium::Text, 7));
  CHECK(all_texts(source).size() > 25);  // of 27
  const Output out = rendered(source);
  REQUIRE(out.picks.size() == 3);
  CHECK(out.picks[2].block == 2);
  CHECK(out.picks[2].alternatives == 3);
}

TEST_CASE("what a variable brings in is not a template") {
  World world;
  world.fields.add("evil", "{a|b} {{first_name}} %sender-name%");
  const auto compiled = Template::compile("{{evil}}", Medium::Text);
  Output out;
  REQUIRE(compiled->render(world.context(), out));
  CHECK(out.text == "{a|b} {{first_name}} %sender-name%");
}

TEST_CASE("header_injection_in_subject") {
  World world;
  world.fields.add("evil", "hi\r\nBcc: all@example.com\t\x01\x7f");
  const auto compiled = Template::compile("Re {{evil}}", Medium::Header);
  Output out;
  REQUIRE(compiled->render(world.context(), out));
  CHECK(header_text(out.text) == "Re hi Bcc: all@example.com");
}

TEST_CASE("a broken template is refused with its place") {
  struct {
    const char* source;
    const char* expected;
  } cases[] = {
      {"é\nab {{x", "line 2, column 4: \"{{\" begins a variable that is not closed"},
      {"{% if x %}", "line 1, column 1: this {% if %} has no {% endif %}"},
      {"a{% endif %}", "line 1, column 2: this tag has no {% if %} before it"},
      {"{% for x in y %}", "line 1, column 1: unknown tag \"for\""},
      {"{% if x %}{% else %}{% else %}{% endif %}", "line 1, column 21: nothing but {% endif %}"},
      {"{% if %}{% endif %}", "a condition has nothing to test"},
      {"{% if x == %}{% endif %}", "a condition compares with nothing"},
      {"{{x | shout: 3}}", "there is no filter \"shout\""},
      {"{{x | truncate}}", "\"truncate\" needs a number"},
      {"{{}}", "a variable has no name"},
      {"{{sl_date \"soon\" \"Do\"}}", "is not understood"},
      {"{a|{b|{c|{d|{e|{f|g}}}}}}", "spintax is nested deeper than 5"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.source);
    CHECK_MESSAGE(refusal(c.source).contains(c.expected), refusal(c.source));
  }
  std::string deep = "x";
  for (int i = 0; i < 9; ++i) deep = "{% if a %}" + deep + "{% endif %}";
  CHECK(refusal(deep).contains("conditions are nested deeper than 8"));
}

TEST_CASE("a text longer than 512 KiB is refused") {
  World world;
  world.fields.add("long", std::string(10'000, 'x'));
  std::string source;
  for (int i = 0; i < 60; ++i) source += "{{long}}";
  const auto compiled = Template::compile(source, Medium::Text);
  Output out;
  CHECK(compiled->render(world.context(), out).error().code == Code::TooLarge);
  CHECK(Template::compile(std::string(kTemplateBytesMax + 1, 'x'), Medium::Text).error().code ==
        Code::TooLarge);
}

TEST_CASE("lint counts what a template can say and warns of what looks wrong") {
  const auto report = lint_spintax("{a|bb|{c|ddd}} {x|y} {{first_name}}", Medium::Text);
  REQUIRE(report);
  CHECK(report->combinations == 8);
  CHECK(report->shortest == 4);
  CHECK(report->longest == 6);
  CHECK(report->warnings.empty());

  CHECK(lint_spintax("a {b|c", Medium::Text)->warnings ==
        std::vector<std::string>{"line 1, column 3: \"{\" is not closed"});
  CHECK(lint_spintax("a|b}", Medium::Text)->warnings.size() == 1);
  CHECK(lint_spintax("{}", Medium::Text)->warnings.size() == 1);
  std::string many;
  for (int i = 0; i < 70; ++i) many += "{a|b}";
  CHECK(lint_spintax(many, Medium::Text)->combinations == UINT64_MAX);
  CHECK(lint_spintax("{% if x %}abc{% endif %}", Medium::Text)->shortest == 0);
}

TEST_CASE("hostile braces are only braces or are refused") {
  for (const char* part :
       {"{", "{|", "{a|", "}", "{{{a}}", "{% if a %}{", "<a href=\"{", "%", "\\", "<!--", "{{RANDOM|"}) {
    std::string source;
    while (source.size() < 20'000) source += part;
    CAPTURE(part);
    CHECK_NOTHROW(static_cast<void>(Template::compile(source, Medium::Html)));
  }
}
