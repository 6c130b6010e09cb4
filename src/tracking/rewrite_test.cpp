#include "tracking/rewrite.h"

#include <doctest/doctest.h>

#include "core/strings.h"

using namespace outrider;
using namespace outrider::tracking;

namespace {

const TokenSigner kSigner({{.id = 1, .bytes = std::string(32, 'a')}});
const MessageLinks kLinks(kSigner, "https://track.acme.com", 7, 9);
const Tracking kClicks{
    .clicks = Switch::On, .opens = Switch::Off, .trap = Switch::Off, .unsubscribe_text = {}};

Tracked clicks(std::string_view html) {
  return track_html(html, kClicks, kLinks);
}

/// The text with the tracked addresses as @0, @1 ...
std::string shortened(const Tracked& tracked) {
  std::string body = tracked.body;
  for (std::size_t i = 0; i < tracked.destinations.size(); ++i)
    body = replace_all(body, kLinks.click(static_cast<std::uint16_t>(i)), "@" + std::to_string(i));
  return body;
}

}  // namespace

TEST_CASE("web links are replaced and their destinations kept by index") {
  const auto tracked = clicks(
      "<p><a class=x href=\"https://x.com/?a=1&amp;b=2\">one</a> <A HREF='http://Y.com'>two</A>"
      "<area href=https://x.com/?a=1&b=2><a href=\"https://z.com/a b\">three</a></p>");
  CHECK(shortened(tracked) ==
        "<p><a class=x href=\"@0\">one</a> <A HREF='@1'>two</A><area href=@0><a href=\"@2\">three</a></p>");
  CHECK(tracked.destinations ==
        std::vector<std::string>{"https://x.com/?a=1&b=2", "http://y.com", "https://z.com/a%20b"});
}

TEST_CASE("other links stay as they are") {
  for (const char* html : {"<a href=\"mailto:a@b.com\">x</a>",
                           "<a href=\"tel:+1\">x</a>",
                           "<a href=\"#top\">x</a>",
                           "<a href=\"javascript:alert(1)\">x</a>",
                           "<a href=\"/relative\">x</a>",
                           "<a href=\"https://user:pw@x.com/\">x</a>",
                           "<a href=\"https://\">x</a>",
                           "<a name=x>y</a>",
                           "<a data-href=\"https://x.com\">y</a>",
                           "<link href=\"https://x.com\">",
                           "<img src=\"https://x.com\">",
                           "<!-- <a href=\"https://x.com\">y</a> -->",
                           "<a href=\"https://track.acme.com/u/abc\">bye</a>",
                           "<a href=\"https://x.com",
                           "<a href"}) {
    CAPTURE(html);
    const auto tracked = clicks(html);
    CHECK(tracked.body == html);
    CHECK(tracked.destinations.empty());
  }
  CHECK(
      clicks("<a href=\"https://x.com/" + std::string(kUrlBytesMax, 'x') + "\">y</a>").destinations.empty());
}

TEST_CASE("a text that shows another domain than the tracking host's keeps its link") {
  struct {
    const char* label;
    bool replaced;
  } cases[] = {
      {"x.com", false},
      {"https://x.com/a", false},
      {"www.x.com", false},
      {"<b>x.com</b>", false},
      {"x&#46;com", false},
      {"see https://x.com now", false},
      {"shop.acme.com", true},
      {"our page", true},
      {"Prices from 10.30", true},
      {"10.30", true},
      {"me@x.com", true},
      {"", true},
  };
  for (const auto& c : cases) {
    CAPTURE(c.label);
    const auto tracked = clicks("<a href=\"https://x.com\">" + std::string(c.label) + "</a>");
    CHECK(tracked.destinations.size() == (c.replaced ? 1 : 0));
  }
}

TEST_CASE("the unsubscribe line and then the pixel end the body") {
  const Tracking all{
      .clicks = Switch::On, .opens = Switch::On, .trap = Switch::On, .unsubscribe_text = "Stop <now>"};
  const auto tracked = track_html("<html><body><p>Hi</p></body></html>", all, kLinks);
  CHECK(tracked.body == "<html><body><p>Hi</p><p><a href=\"" + kLinks.unsubscribe() +
                            "\">Stop &lt;now&gt;</a></p><a href=\"" + kLinks.trap() +
                            "\" style=\"display:none\" tabindex=\"-1\" aria-hidden=\"true\"></a><img src=\"" +
                            kLinks.open() +
                            "\" width=\"1\" height=\"1\" alt=\"\" style=\"border:0\"></body></html>");
  CHECK(tracked.destinations.empty());
  CHECK(track_html("Hi", all, kLinks).body.starts_with("Hi<p>"));
  CHECK(track_html("Hi", {}, kLinks).body == "Hi");
}

TEST_CASE("bare addresses of a plain text are replaced, and the unsubscribe line is its last") {
  Tracking tracking = kClicks;
  tracking.unsubscribe_text = "Stop";
  const auto tracked =
      track_text("See https://x.com/a, (HTTP://y.com). http or https:// is nothing\n", tracking, kLinks);
  CHECK(shortened(tracked) ==
        "See @0, (@1). http or https:// is nothing\n\nStop: " + kLinks.unsubscribe() + "\n");
  CHECK(tracked.destinations == std::vector<std::string>{"https://x.com/a", "http://y.com"});
  CHECK(track_text("https://x.com", {}, kLinks).body == "https://x.com");
}

TEST_CASE("a destination is safe in a Location header") {
  CHECK(clean_url(" https://X.com/a\r\nSet-Cookie: b") == "https://x.com/aSet-Cookie:%20b");
  CHECK(clean_url("https://bücher.de/ü?q=<\">") == "https://xn--bcher-kva.de/%C3%BC?q=%3C%22%3E");
  CHECK(clean_url("http://127.0.0.1:8025/x") == "http://127.0.0.1:8025/x");
  CHECK(clean_url("http://localhost:1/") == "http://localhost:1/");
  CHECK(clean_url("http://[::1]:80/x") == "http://[::1]:80/x");
  for (const char* bad : {"ftp://x.com",
                          "https:/x.com",
                          "https://",
                          "https:///x",
                          "https://a@b.com",
                          "https://a.com:8o",
                          "https://a.com:123456",
                          "https://a.com\\b",
                          "https://a b.com",
                          "x.com",
                          ""})
    CHECK_FALSE(clean_url(bad));
}

TEST_CASE("many links are bounded") {
  std::string html;
  for (int i = 0; i < 600; ++i) html += "<a href=https://x.com/" + std::to_string(i) + ">x</a>";
  CHECK(clicks(html).destinations.size() == kLinksMax);
}
