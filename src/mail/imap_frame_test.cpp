#include "mail/imap_frame.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

namespace outrider::mail {
namespace {

void feed(ImapFramer& framer, std::string_view bytes) {
  const auto room = framer.room(bytes.size());
  std::ranges::copy(bytes, room.begin());
  framer.filled(bytes.size());
}

/// The responses in `bytes` when they arrive in pieces of `piece` bytes.
std::vector<std::string> frames(std::string_view bytes, std::size_t piece) {
  ImapFramer framer;
  std::vector<std::string> found;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    feed(framer, bytes.substr(at, piece));
    while (true) {
      const auto next = framer.next();
      REQUIRE(next.has_value());
      if (!*next) break;
      found.emplace_back(**next);
    }
  }
  return found;
}

const std::string kMail =
    "* 1 FETCH (UID 7 BODY[] {27}\r\nA1 OK done\r\n* BYE\r\n) {9}\r\n FLAGS (\\Seen))\r\n";

}  // namespace

TEST_CASE("responses are the same wherever the stream is cut") {
  const std::string stream = "* OK [ALERT] be {3}\r\n* LIST () \"/\" {5}\r\nIn{}x\r\n" + kMail +
                             "* LIST () \"/\" ~{0}\r\n\r\n+ go {4}\r\n* 1 EXISTS\nA1 OK done {2}\r\n";
  const std::vector<std::string> expected = {
      "* OK [ALERT] be {3}",
      "* LIST () \"/\" {5}\r\nIn{}x",
      kMail.substr(0, kMail.size() - 2),
      "* LIST () \"/\" ~{0}\r\n",
      "+ go {4}",
      "* 1 EXISTS",
      "A1 OK done {2}",
  };

  for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
    CAPTURE(piece);
    CHECK(frames(stream, piece) == expected);
  }
}

TEST_CASE("text in a literal that looks like the end of a command ends nothing") {
  CHECK(frames(kMail, kMail.size()).size() == 1);
}

TEST_CASE("a response waits for the last byte of its literal") {
  ImapFramer framer;
  feed(framer, "* 1 FETCH (BODY[] {5}\r\nab\r\n");
  CHECK_FALSE(framer.next()->has_value());
  feed(framer, "c)\r\n");
  CHECK(framer.next()->value() == "* 1 FETCH (BODY[] {5}\r\nab\r\nc)");
}

TEST_CASE("the first byte beyond a limit ends the connection") {
  const ImapLimits limits{.text_bytes_max = 30, .literal_bytes_max = 10, .literals_max = 2};
  struct {
    const char* name;
    std::string bytes;
    bool accepted;
  } cases[] = {
      {"a line at the limit", std::string(30, 'x') + "\n", true},
      {"a line beyond it", std::string(31, 'x') + "\n", false},
      {"an endless line", std::string(31, 'x'), false},
      {"literals at the limit", "* 1 {4}\r\nabcd{6}\r\nabcdef\r\n", true},
      {"literals beyond it", "* 1 {4}\r\nabcd{7}\r\nabcdefg\r\n", false},
      {"more than 64 bits", "* 1 {99999999999999999999999}\r\n", false},
      {"too many literals", "* 1 {0}\r\n{0}\r\n{0}\r\n\r\n", false},
      {"text between literals counts", "* 1234567890 {1}\r\nx1234567890 {1}\r\nx1234567\r\n", false},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    ImapFramer framer(limits);
    feed(framer, c.bytes);
    const auto next = framer.next();
    CHECK(next.has_value() == c.accepted);
    if (!next) CHECK(next.error().code == Code::TooLarge);
  }
}

TEST_CASE("what is no literal stays text") {
  for (const std::string line : {"* X {}", "* X {a}", "* X {-1}", "* X 3}", "* X {3} ", "{3}"}) {
    CAPTURE(line);
    CHECK(frames(line + "\r\n", 64) == std::vector<std::string>{line});
  }
}

TEST_CASE("an idle framer holds no memory") {
  ImapFramer framer;
  feed(framer, "* 1 EXISTS\r\n* 2");
  CHECK(framer.next()->has_value());
  framer.release();
  CHECK(framer.has_bytes());
  feed(framer, " EXISTS\r\n");
  CHECK(framer.next()->value() == "* 2 EXISTS");
  framer.release();
  CHECK_FALSE(framer.has_bytes());
  CHECK(framer.room(16).size() == 16);
}

}  // namespace outrider::mail
