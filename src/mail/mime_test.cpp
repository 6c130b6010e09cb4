#include "mail/mime.h"

#include <doctest/doctest.h>

#include "core/strings.h"

using namespace outrider;
using namespace outrider::mail;

TEST_CASE("a plain message gives its envelope and its text") {
  const auto message = parse_message(
      "From: =?utf-8?Q?J=C3=BCrgen_Gro=C3=9F?= <j@acme.de>\r\nTo: a@b.com, \"B, C\" <c@d.com>\r\n"
      "Subject: =?iso-8859-1?Q?gr=FC=DFe?=\r\n =?utf-8?B?IGFsbGU=?=\r\nMessage-ID: <one@acme.de>\r\n"
      "In-Reply-To: <two@us.com>\r\nReferences: <one@us.com>\r\n <two@us.com>\r\n"
      "Date: Tue, 3 Mar 2026 10:00:00 +0200\r\nContent-Type: text/plain; "
      "charset=iso-8859-1\r\n\r\nSch\xF6n\r\n");

  CHECK(message.sender() == "j@acme.de");
  CHECK(message.from.at(0).name == "Jürgen Groß");
  REQUIRE(message.to.size() == 2);
  CHECK(message.to[1] == Address{.name = "B, C", .email = "c@d.com"});
  CHECK(message.subject == "grüße alle");
  CHECK(message.message_id == "one@acme.de");
  CHECK(message.in_reply_to == std::vector<std::string>{"two@us.com"});
  CHECK(message.references == std::vector<std::string>{"one@us.com", "two@us.com"});
  CHECK(message.date_ms == 1772524800000);
  CHECK(message.text == "Schön\n");
  CHECK(message.content_type == "text/plain");
  CHECK_FALSE(message.is_cut);
}

TEST_CASE("alternative and attachments are told apart") {
  const auto message = parse_message(
      "From: a@b.com\nContent-Type: multipart/mixed; boundary=x\n\n--x\n"
      "Content-Type: multipart/alternative; boundary=y\n\n--y\nContent-Type: text/plain\n\nhello\n--y\n"
      "Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: "
      "quoted-printable\n\n<p>h=C3=A9llo</p>\n"
      "--y--\n--x\nContent-Type: application/pdf; name=\"../../offer.pdf\"\nContent-Transfer-Encoding: "
      "base64\n"
      "Content-Disposition: attachment; filename*=utf-8''pr%C3%A9cis.pdf\nContent-ID: "
      "<cid1>\n\nSGVsbG8=\n--x--\n");

  CHECK(trim(message.text) == "hello");
  CHECK(trim(message.html) == "<p>héllo</p>");
  REQUIRE(message.attachments.size() == 1);
  CHECK(message.attachments[0].name == "précis.pdf");
  CHECK(message.attachments[0].content_type == "application/pdf");
  CHECK(message.attachments[0].content_id == "cid1");
  CHECK(message.attachments[0].part_path == "2");
}

TEST_CASE("an attached message is named by its subject, which is never a path") {
  const auto message = parse_message(
      "Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: message/rfc822\n\nSubject: "
      "../a\\b\n\nhi\n--x--\n");
  REQUIRE(message.attachments.size() == 1);
  CHECK(message.attachments[0].name == "..-a-b");
  CHECK(message.text.empty());
}

TEST_CASE("the parts of a report are kept apart from its text") {
  const auto message = parse_message(
      "From: MAILER-DAEMON\nContent-Type: multipart/report; report-type=delivery-status; "
      "boundary=b\n\n--b\n\n"
      "Sorry.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.acme.com\n\n"
      "Final-Recipient: rfc822; x@acme.com\nAction: failed\nStatus: 5.1.1\n\n--b\nContent-Type: "
      "message/rfc822\n\n"
      "Message-ID: <sent@us.com>\nSubject: hi\n\nbody\n--b--\n");

  CHECK(message.report_type == "delivery-status");
  CHECK(message.report.fields.find("Action: failed") != std::string::npos);
  CHECK(find_header(message.report.returned_headers, "message-id") == "<sent@us.com>");
  CHECK(trim(message.text) == "Sorry.");
}

TEST_CASE("text of any charset becomes valid UTF-8") {
  const struct {
    const char* type;
    const char* bytes;
    const char* expected;
  } cases[] = {
      {"text/plain", "caf\xe9", "café"},
      {"text/plain; charset=us-ascii", "caf\xc3\xa9", "café"},
      {"text/plain; charset=nonsense", "caf\xe9", "café"},
      {"text/plain; charset=windows-1251", "\xcf\xf0\xe8\xe2\xe5\xf2", "Привет"},
      {"text/plain; charset=iso-2022-jp", "\x1b$B$3$s\x1b(B", "こん"},
      {"text/plain; charset=gb2312", "\xc4\xe3", "你"},
      {"text/plain; charset=utf-8", "a\xff", "a\xEF\xBF\xBD"},
      {"text/plain; charset=\"utf-8//IGNORE\"", "a\xff", "a\xEF\xBF\xBD"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.type);
    CHECK(parse_message(std::string("Content-Type: ") + c.type + "\n\n" + c.bytes).text == c.expected);
  }
  CHECK(parse_message("Content-Type: text/html\n\n<meta charset=\"koi8-r\">\xf0").html.ends_with("П"));
}

TEST_CASE("broken MIME gives what can be read") {
  const char* cases[] = {
      "",
      "\n",
      "no header at all",
      "Content-Type: multipart/mixed; boundary=x\n\nno part",
      "Content-Type: multipart/mixed\n\n--x\n\nhello\n",
      "Content-Type: multipart/mixed; boundary=\"\"\n\n--\n\nhello\n",
      "Content-Type: ///;;;=\nContent-Transfer-Encoding: base64\n\n!!!!",
      "Subject: =?utf-8?Q?=ZZ?= =?x?y?z\nDate: Foo\nFrom: <<>>,;:\n\nx",
  };
  for (const auto* raw : cases) {
    CAPTURE(raw);
    const auto message = parse_message(raw);
    CHECK(is_valid_utf8(message.text));
    CHECK(is_valid_utf8(message.subject));
  }
  CHECK(parse_message("Content-Type: multipart/mixed; boundary=x\n\n--x\n\ncut off").text == "cut off");
  CHECK(parse_message(std::string("Subject: a\0b\n\nx\0y", 17)).text == "x\xEF\xBF\xBDy");
}

TEST_CASE("depth, parts, headers and text are bounded") {
  std::string deep;
  for (int i = 0; i < 5000; ++i)
    deep += "Content-Type: multipart/mixed; boundary=b" + std::to_string(i) + "\n\n--b" + std::to_string(i) +
            "\n";
  CHECK(parse_message(deep).is_cut);

  std::string nested;
  for (int i = 0; i < 5000; ++i) nested += "Content-Type: message/rfc822\n\n";
  CHECK(parse_message(nested).is_cut);

  std::string headers;
  for (int i = 0; i < 2000; ++i) headers += "X: y\n";
  CHECK(parse_message(headers + "\nhi").headers.size() == kHeaderFieldsMax);

  const auto large = parse_message("Subject: x\n\n" + std::string(kTextBytesMax + 10, 'a'));
  CHECK(large.text.size() == kTextBytesMax);
  CHECK(large.is_cut);
}

TEST_CASE("the files of a message are read byte for byte") {
  std::string bytes;
  for (int i = 0; i < 1'000; ++i) bytes += static_cast<char>(i * 7);
  const Draft draft{
      .from = {.name = "", .email = "a@x.example"},
      .to = {{.name = "", .email = "b@x.example"}},
      .subject = "Files",
      .message_id = "1@x.example",
      .text = "See below",
      .attachments = {{.name = "r\u00e9sum\u00e9.bin", .content_type = "application/x-y", .bytes = bytes},
                      {.name = "empty.txt", .content_type = "text/plain", .bytes = ""}}};
  const auto composed = compose(draft);
  REQUIRE(composed);
  const auto files = read_attachments(composed->bytes, 1'000);
  REQUIRE(files);
  REQUIRE(files->size() == 2);
  CHECK(files->at(0).name == draft.attachments[0].name);
  CHECK(files->at(0).content_type == "application/x-y");
  CHECK(files->at(0).bytes == bytes);
  CHECK(files->at(1).bytes.empty());
  CHECK(parse_message(composed->bytes).attachments.size() == 2);
  CHECK(read_attachments(composed->bytes, 999).error().code == outrider::Code::TooLarge);
}

TEST_CASE("an attached message is a file") {
  const auto files = read_attachments(
      "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\nSubject: "
      "A/B\n\nHello\n--b--\n",
      1'000);
  REQUIRE(files);
  REQUIRE(files->size() == 1);
  CHECK(files->front().name == "A-B.eml");
  CHECK(files->front().bytes.contains("Hello"));
}
