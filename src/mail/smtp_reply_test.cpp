#include "mail/smtp_reply.h"

#include <doctest/doctest.h>

#include "core/strings.h"

using namespace outrider;
using namespace outrider::mail;

namespace {

Result<SmtpReply> parse(std::initializer_list<std::string_view> lines) {
  SmtpReplyParser parser;
  for (const auto line : lines) {
    TRY_AS(const auto state, parser.feed(line));
    if (state == SmtpReplyParser::State::Complete) return parser.take();
  }
  return fail(Code::Malformed, "not complete");
}

}  // namespace

TEST_CASE("a reply gives its code, its status and its words") {
  struct {
    std::string_view line;
    int code;
    EnhancedStatus status;
    std::string_view text;
  } cases[] = {
      {"250 OK", 250, {}, "OK"},
      {"250", 250, {}, ""},
      {"250 ", 250, {}, ""},
      {"550 5.1.1 User unknown", 550, {5, 1, 1}, "User unknown"},
      {"550 5.7.515 Access denied", 550, {5, 7, 515}, "Access denied"},
      {"250 2.0.0", 250, {2, 0, 0}, ""},
      {"550 5.1.1.2 is no status", 550, {}, "5.1.1.2 is no status"},
      {"550 5.1 is no status", 550, {}, "5.1 is no status"},
      {"550 3.1.1 is no status", 550, {}, "3.1.1 is no status"},
      {"550 5.1.1234 is no status", 550, {}, "5.1.1234 is no status"},
      {"250 192.0.2.1 hello", 250, {}, "192.0.2.1 hello"},
      {"421 4.7.0\tlater", 421, {4, 7, 0}, "later"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.line);
    const auto reply = parse({c.line});
    REQUIRE(reply);
    CHECK(reply->code == c.code);
    CHECK(reply->status == c.status);
    CHECK(reply->text() == c.text);
  }
}

TEST_CASE("the lines of a reply are joined and lose the repeated status") {
  const auto reply =
      parse({"550-5.7.26 This message is", "550-5.7.26 not authenticated.", "550 5.7.26 Bye x-gsmtp"});

  REQUIRE(reply);
  CHECK(reply->lines.size() == 3);
  CHECK(reply->text() == "This message is not authenticated. Bye x-gsmtp");
  CHECK(reply->full_text() == "550 5.7.26 This message is not authenticated. Bye x-gsmtp");
}

TEST_CASE("what is no reply is malformed") {
  for (const std::string_view line : {"",
                                      "2",
                                      "25",
                                      "abc",
                                      "25O ok",
                                      "199 low",
                                      "600 high",
                                      "099 x",
                                      "2500 ok",
                                      "250_ok",
                                      "-250 ok",
                                      " 250 ok"}) {
    CAPTURE(line);
    CHECK(parse({line}).error().code == Code::Malformed);
  }
  CHECK(parse({"250-one", "251 two"}).error().code == Code::Malformed);
}

TEST_CASE("a reply without end or of endless lines is too large") {
  SmtpReplyParser many;
  for (std::size_t i = 0; i < kReplyLinesMax; ++i) REQUIRE(many.feed("250-x"));
  CHECK(many.feed("250 x").error().code == Code::TooLarge);

  SmtpReplyParser wide;
  const std::string line = "250-" + std::string(kReplyLineBytesMax - 4, 'x');
  for (std::size_t i = 0; i < kReplyTextBytesMax / kReplyLineBytesMax; ++i) REQUIRE(wide.feed(line));
  CHECK(wide.feed(line).error().code == Code::TooLarge);

  SmtpReplyParser long_line;
  CHECK(long_line.feed("250 " + std::string(kReplyLineBytesMax, 'x')).error().code == Code::TooLarge);
}

TEST_CASE("hostile bytes become printable text") {
  const auto reply = parse({std::string_view("550 \x1b[31mred\0 \xff\xfe ok", 19)});

  REQUIRE(reply);
  CHECK(is_valid_utf8(reply->text()));
  for (const char c : reply->text()) CHECK((static_cast<unsigned char>(c) >= ' ' && c != 127));
}

TEST_CASE("a parser starts anew after a complete reply") {
  SmtpReplyParser parser;
  REQUIRE(parser.feed("550 5.1.1 no"));
  parser.take();
  REQUIRE(parser.feed("250 yes"));

  const auto reply = parser.take();

  CHECK(reply.code == 250);
  CHECK_FALSE(reply.status.given());
}
