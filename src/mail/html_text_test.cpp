#include "mail/html_text.h"

#include <doctest/doctest.h>

#include "core/strings.h"
#include "mail/html_tags.h"

using namespace outrider;
using namespace outrider::mail;

TEST_CASE("HTML becomes text as a person would write it") {
  const struct {
    const char* html;
    const char* expected;
  } cases[] = {
      {"<p>Hi  Ada,</p><p>how are\n you?</p>", "Hi Ada,\n\nhow are you?"},
      {"<div>a</div><div>b<br>c<br><br>d</div>", "a\nb\nc\n\nd"},
      {"see <a href=\"https://acme.com/x?a=1&amp;b=2\">our page</a>.",
       "see our page (https://acme.com/x?a=1&b=2)."},
      {"<a href='https://www.acme.com/'>acme.com</a>", "acme.com"},
      {"<a href=mailto:a@b.com?subject=x>a@b.com</a> <a href=#top>up</a>", "a@b.com up"},
      {"<a href=\"mailto:a@b.com\">write</a>", "write (a@b.com)"},
      {"<ul><li>one<li>two</ul><ol><li>x</li><li>y</li></ol>", "- one\n- two\n\n1. x\n2. y"},
      {"<style>p{}</style><script>if (a<b) x('</p>')</script><!-- no > --><title>t</title>yes", "yes"},
      {"&lt;b&gt; &amp; &euro; &#8364; &#x20ac; &#150; &nbsp;x &unknown; &", "<b> & € € € – x &unknown; &"},
      {"<blockquote>one<br>two</blockquote>three", "> one\n> two\n\nthree"},
      {"<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"},
      {"<pre>a\n  b</pre>", "a\nb"},
      {"1 < 2 and 3 > 2", "1 < 2 and 3 > 2"},
      {"<img src=x alt=\"a > b\">", "a > b"},
      {"<p title=\"unclosed>text</p>more", "text\n\nmore"},
      {"plain", "plain"},
      {"", ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.html);
    CHECK(html_to_text(c.html) == c.expected);
  }
}

TEST_CASE("hostile HTML is read in linear time and never shows a script") {
  const std::size_t count = 20'000;
  const char* units[] = {
      "<", "<!--", "<a href=\"", "<script>", "</", "<blockquote>", "&", "<a b='", "<ul><li>", "<p \""};
  for (const auto* unit : units) {
    CAPTURE(unit);
    std::string html;
    while (html.size() < count) html += unit;
    CHECK(html_to_text(html).size() <= 3 * html.size());
  }
  CHECK(is_valid_utf8(html_to_text("a\xff<b\xfe>&#xD800;")));
}

TEST_CASE("attributes are found however they are written") {
  CHECK(html_attribute(" class=gmail_quote id='x'", "class") == "gmail_quote");
  CHECK(html_attribute(" disabled class = \"a &amp; b\"", "CLASS") == "a & b");
  CHECK(html_attribute(" data-class=\"x\"", "class").empty());
  CHECK(html_attribute("=== / =", "class").empty());
}
