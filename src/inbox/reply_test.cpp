#include "inbox/reply.h"

#include <doctest/doctest.h>

#include "inbox/forward.h"

using namespace outrider;
using namespace outrider::inbox;

namespace {

ReplyInput input_of(std::string body, bool is_signed = false) {
  ReplyInput input;
  input.email_body = std::move(body);
  input.add_signature = is_signed;
  return input;
}

const Quote kNoQuote{.from = "nora@x.example", .at_ms = 0, .body = ""};
const Quote kPlain{.from = "nora@x.example", .at_ms = 0, .body = "Two\nlines"};
const Quote kHtml{.from = "nora@x.example", .at_ms = 0, .body = "<p>Two <b>words</b></p>"};

}  // namespace

TEST_CASE("plain text stays plain, with the answered lines marked") {
  const auto reply = reply_text(input_of("Yes"), "", kPlain);
  CHECK_FALSE(reply.html);
  CHECK(reply.text == "Yes\n\nOn 1970-01-01T00:00:00Z, nora@x.example wrote:\n> Two\n> lines\n");
  CHECK(reply_text(input_of("Yes"), "", kNoQuote).text == "Yes");
}

TEST_CASE("any HTML makes the whole reply HTML, with the same words as text") {
  const auto reply = reply_text(input_of("1 < 2"), "", kHtml);
  REQUIRE(reply.html);
  CHECK(reply.html->starts_with("<div>1 &lt; 2</div>"));
  CHECK(reply.html->contains("<blockquote type=\"cite\"><p>Two <b>words</b></p></blockquote>"));
  CHECK(reply.text.starts_with("1 < 2\n\nOn "));
  CHECK(reply.text.contains("> Two words"));
}

TEST_CASE("the signature stands once") {
  CHECK(reply_text(input_of("Yes", true), "Ivo\nRelaypost", kNoQuote).text == "Yes\n\nIvo\nRelaypost");
  CHECK(reply_text(input_of("Yes"), "Ivo", kNoQuote).text == "Yes");
  CHECK(reply_text(input_of("Yes\n\nIvo", true), "<p>Ivo</p>", kNoQuote).text == "Yes\n\nIvo");
}

TEST_CASE("a forward says who wrote what when") {
  const Forwarded forwarded{.header_id = "1@x.example",
                            .from = "nora@x.example",
                            .to = "ivo@y.example",
                            .subject = "Re: <Legs>",
                            .at_ms = 0,
                            .body = "<p>Two</p>"};
  const auto mail = forward_text(forwarded, "See below");
  REQUIRE(mail.html);
  CHECK(mail.html->starts_with("<div>See below</div>"));
  CHECK(mail.html->contains("Subject: Re: &lt;Legs&gt;<br>"));
  CHECK(mail.html->ends_with("<p>Two</p>"));
  CHECK(mail.text.contains("From: nora@x.example\nDate: 1970-01-01T00:00:00Z\nSubject: Re: <Legs>\n"));
  CHECK(mail.text.contains("Two"));

  Forwarded plain = forwarded;
  plain.body = "Two";
  CHECK_FALSE(forward_text(plain, std::nullopt).html);
  CHECK(forward_text(plain, " ").text.starts_with("---------- Forwarded"));
}
