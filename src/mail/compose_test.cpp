#include "mail/compose.h"

#include <doctest/doctest.h>

#include "core/encoding.h"
#include "core/strings.h"
#include "mail/header_words.h"
#include "mail/mime.h"
#include "mail/transfer_encoding.h"

using namespace outrider;
using namespace outrider::mail;

namespace {

Draft draft() {
  return {.from = {.name = "Grace Hopper", .email = "grace@us.com"},
          .to = {{.name = "", .email = "ada@acme.com"}},
          .subject = "Hello",
          .date_ms = 1772524800000,
          .message_id = "01J.abc@us.com",
          .text = "Hi Ada\n",
          .html = "<p>Hi <b>Ada</b></p>"};
}

std::string bytes_of(const Draft& wanted) {
  const auto composed = compose(wanted);
  REQUIRE_MESSAGE(composed.has_value(), (composed ? std::string() : composed.error().message));
  return composed->bytes;
}

void check_lines(const std::string& bytes) {
  for (auto line : split(bytes, '\n')) {
    CHECK(line.size() <= 999);
    CHECK((line.empty() || line.ends_with('\r')));
    CHECK(line.find('\r') == (line.empty() ? std::string_view::npos : line.size() - 1));
  }
}

}  // namespace

TEST_CASE("what is composed can be read again") {
  auto wanted = draft();
  wanted.subject = "Grüße aus Zürich – und noch ein sehr langer Betreff, der auf mehrere Zeilen geht, 日本語";
  wanted.from.name = "Jürgen \"J\" Groß, Dr.";
  wanted.cc = {{.name = "Love, Ada", .email = "love@acme.com"}, {.name = "X", .email = "x@bücher.de"}};
  wanted.reply_to = Address{.name = "", .email = "reply@us.com"};
  wanted.in_reply_to = "two@us.com";
  wanted.references = {"one@us.com", "two@us.com"};
  wanted.extra_headers = {{.name = "X-Thing", .value = "grün"}};
  wanted.text = "Zeile 1 = gut\n.\nFrom here\nLang: " + std::string(300, 'x') + " \nä\n";
  wanted.attachments = {{.name = "précis – final version of the offer.pdf",
                         .content_type = "application/pdf",
                         .bytes = std::string("PDF\0x", 5)}};
  const auto bytes = bytes_of(wanted);
  check_lines(bytes);

  const auto message = parse_message(bytes);
  CHECK(message.subject == wanted.subject);
  CHECK(message.from.at(0) == wanted.from);
  REQUIRE(message.cc.size() == 2);
  CHECK(message.cc[0] == wanted.cc[0]);
  CHECK(message.cc[1].email == "x@xn--bcher-kva.de");
  CHECK(message.reply_to.at(0).email == "reply@us.com");
  CHECK(message.message_id == wanted.message_id);
  CHECK(message.in_reply_to.at(0) == "two@us.com");
  CHECK(message.references == wanted.references);
  CHECK(message.date_ms == wanted.date_ms);
  CHECK(trim(message.text) == trim(wanted.text));
  CHECK(trim(message.html) == wanted.html);
  CHECK(decode_header(message.header("x-thing")) == "grün");
  REQUIRE(message.attachments.size() == 1);
  CHECK(message.attachments[0].name == wanted.attachments[0].name);
}

TEST_CASE("the same draft gives the same bytes") {
  CHECK(bytes_of(draft()) == bytes_of(draft()));
}

TEST_CASE("no value can add a header, a line or a part") {
  const std::string attack =
      "x\r\nBcc: victim@evil.com\r\n\r\nbody\n.\r\nQUIT\r\x0b\x0c\x01\xC2\x85"
      "Bcc: y";
  auto wanted = draft();
  wanted.subject = attack;
  wanted.from.name = attack;
  wanted.to[0].name = attack;
  wanted.extra_headers = {{.name = "X-Note", .value = attack}};
  wanted.references = {attack, "a@b>\r\nBcc: c@d"};
  wanted.in_reply_to = attack;
  wanted.attachments = {{.name = attack, .content_type = "text/html\r\nBcc: x@y", .bytes = "x"}};
  const auto bytes = bytes_of(wanted);
  check_lines(bytes);

  const auto head = parse_header_block(bytes);
  CHECK_FALSE(has_header(head.fields, "Bcc"));
  CHECK_FALSE(has_header(head.fields, "In-Reply-To"));
  CHECK_FALSE(has_header(head.fields, "References"));
  CHECK(bytes.find("\r\nBcc:") == std::string::npos);
  CHECK(bytes.find("\nQUIT") == std::string::npos);
}

TEST_CASE("what cannot be written is refused") {
  const auto refused = [](auto change) {
    auto wanted = draft();
    change(wanted);
    return !compose(wanted).has_value();
  };
  CHECK(refused([](Draft& d) { d.to.clear(); }));
  CHECK(refused([](Draft& d) { d.to[0].email = "a@b.com>\r\nBcc: c@d"; }));
  CHECK(refused([](Draft& d) { d.to[0].email = "a@b.com,c@d.com"; }));
  CHECK(refused([](Draft& d) { d.from.email = "nobody"; }));
  CHECK(refused([](Draft& d) { d.message_id = "a b@c"; }));
  CHECK(refused([](Draft& d) { d.message_id.clear(); }));
  CHECK(refused([](Draft& d) { d.extra_headers = {{.name = "BCC", .value = "x"}}; }));
  CHECK(refused([](Draft& d) { d.extra_headers = {{.name = "X:\r\nBcc", .value = "x"}}; }));
  CHECK(refused([](Draft& d) { d.unsubscribe = Unsubscribe{.https_url = "https://a/> <x"}; }));
  CHECK(refused(
      [](Draft& d) { d.unsubscribe = Unsubscribe{.https_url = "https://a/" + std::string(1000, 'x')}; }));
  CHECK(refused([](Draft& d) { d.html = std::string(kBodyBytesMax + 1, 'x'); }));
}

TEST_CASE("the unsubscribe headers stand on one physical line each") {
  auto wanted = draft();
  wanted.unsubscribe = Unsubscribe{.https_url = "https://t.us.com/u/" + std::string(300, 'a'),
                                   .mailto = "grace@us.com?subject=unsubscribe-" + std::string(300, 'b')};
  const auto bytes = bytes_of(wanted);
  CHECK(bytes.find("\r\nList-Unsubscribe: <https://t.us.com/u/" + std::string(300, 'a') +
                   ">, <mailto:grace@us.com?subject=unsubscribe-" + std::string(300, 'b') + ">\r\n") !=
        std::string::npos);
  CHECK(bytes.find("\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n") != std::string::npos);
}

TEST_CASE("a long chain keeps its first and its last ten references") {
  auto wanted = draft();
  for (int i = 0; i < 40; ++i)
    wanted.references.push_back(std::to_string(i) + "." + std::string(100, 'r') + "@us.com");
  const auto bytes = bytes_of(wanted);
  check_lines(bytes);
  const auto references = parse_message(bytes).references;
  REQUIRE(references.size() == kLastReferencesMax + 1);
  CHECK(references.front() == wanted.references.front());
  CHECK(references[1] == wanted.references[30]);
  CHECK(references.back() == wanted.references.back());
}

TEST_CASE("text only mode ships one plain part made from the HTML") {
  auto wanted = draft();
  wanted.text.clear();
  wanted.html = "<p>Hi <a href=\"https://x.com/a\">link</a></p>";
  wanted.body_mode = BodyMode::TextOnly;
  const auto message = parse_message(bytes_of(wanted));
  CHECK(message.content_type == "text/plain");
  CHECK(trim(message.text) == "Hi link (https://x.com/a)");
  CHECK(message.html.empty());
}

TEST_CASE("a mail to a non-ASCII mailbox asks for SMTPUTF8, a non-ASCII domain does not") {
  auto wanted = draft();
  wanted.to[0].email = "ada@bücher.de";
  CHECK_FALSE(compose(wanted)->needs_smtputf8);
  wanted.to[0].email = "äda@acme.com";
  CHECK(compose(wanted)->needs_smtputf8);
}

TEST_CASE("quoted-printable survives relays") {
  CHECK(quoted_printable("a=b\n.\nFrom\nend \n\ttab\t\r\nü") ==
        "a=3Db\r\n=2E\r\n=46rom\r\nend=20\r\n\ttab=09\r\n=C3=BC");
  for (auto line : split(quoted_printable(std::string(500, '.') + std::string(500, '=')), '\n'))
    CHECK(line.size() <= 77);
  CHECK(base64_lines(std::string(60, 'a')).size() == 84);
}

TEST_CASE("a message id carries the sender's domain and nothing of ours") {
  CHECK(make_message_id("01J.tok", "Grace@Mail.Us.com") == "01J.tok@mail.us.com");
}
