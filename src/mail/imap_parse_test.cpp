#include "mail/imap_parse.h"

#include <doctest/doctest.h>

#include <string>

namespace outrider::mail {
namespace {

template <class T>
T parse_as(std::string_view frame) {
  CAPTURE(frame);
  auto response = parse_imap_response(frame);
  if (!response) FAIL(response.error().message);
  REQUIRE(std::holds_alternative<T>(*response));
  return std::get<T>(*std::move(response));
}

}  // namespace

TEST_CASE("status lines carry tag, condition, code and text") {
  struct {
    const char* frame;
    const char* tag;
    ImapCondition condition;
    const char* code;
    const char* arguments;
    const char* text;
  } cases[] = {
      {"* OK ready", "", ImapCondition::Ok, "", "", "ready"},
      {"* PREAUTH hello", "", ImapCondition::PreAuth, "", "", "hello"},
      {"* BYE", "", ImapCondition::Bye, "", "", ""},
      {"A1 OK done", "A1", ImapCondition::Ok, "", "", "done"},
      {"A1 ok", "A1", ImapCondition::Ok, "", "", ""},
      {"A1 NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)",
       "A1",
       ImapCondition::No,
       "AUTHENTICATIONFAILED",
       "",
       "Invalid credentials (Failure)"},
      {"A1 BAD  two  blanks", "A1", ImapCondition::Bad, "", "", "two  blanks"},
      {"* OK [uidvalidity 3857529045] UIDs valid",
       "",
       ImapCondition::Ok,
       "UIDVALIDITY",
       "3857529045",
       "UIDs valid"},
      {"* OK [PERMANENTFLAGS (\\Seen $L[1] \\*)] Limited",
       "",
       ImapCondition::Ok,
       "PERMANENTFLAGS",
       "(\\Seen $L[1] \\*)",
       "Limited"},
      {"* NO [X \"a]b\"] text", "", ImapCondition::No, "X", "\"a]b\"", "text"},
      {"* OK [never closed", "", ImapCondition::Ok, "", "", "[never closed"},
      {"* OK [ALERT] caf\xC3\xA9 \xFF", "", ImapCondition::Ok, "ALERT", "", "caf\xC3\xA9 \xEF\xBF\xBD"},
      {"A1 NO [TRYCREATE] no such mailbox", "A1", ImapCondition::No, "TRYCREATE", "", "no such mailbox"},
  };
  for (const auto& c : cases) {
    const auto line = parse_as<ImapStatusLine>(c.frame);
    CAPTURE(c.frame);
    CHECK(line.tag == c.tag);
    CHECK(line.condition == c.condition);
    CHECK(line.code.name == c.code);
    CHECK(line.code.arguments == c.arguments);
    CHECK(line.text == c.text);
  }
}

TEST_CASE("codes give their number, their words and where UIDs went") {
  const auto modseq = parse_as<ImapStatusLine>("* OK [HIGHESTMODSEQ 9223372036854775807] Highest");
  CHECK(modseq.code.number() == 9223372036854775807U);

  const auto capability = parse_as<ImapStatusLine>("* OK [CAPABILITY IMAP4rev1 IDLE  AUTH=PLAIN] hi");
  CHECK(capability.code.words() == std::vector<std::string>{"IMAP4rev1", "IDLE", "AUTH=PLAIN"});
  CHECK_FALSE(capability.code.number());

  const auto copied = parse_as<ImapStatusLine>("A1 OK [COPYUID 38505 304,319:320 3956:3958] Done");
  const auto where = parse_copy_uid(copied.code);
  REQUIRE(where);
  CHECK(where->uid_validity == 38505);
  CHECK(where->source == std::vector<ImapRange>{{304, 304}, {319, 320}});
  CHECK(where->target == std::vector<ImapRange>{{3956, 3958}});

  for (const char* bad : {"A1 OK [COPYUID 1 2 3:4] x",
                          "A1 OK [COPYUID 1 2] x",
                          "A1 OK [COPYUID 4294967296 2 3] x",
                          "A1 OK [APPENDUID 1 2] x",
                          "A1 OK [COPYUID 1 a b] x"})
    CHECK_FALSE(parse_copy_uid(parse_as<ImapStatusLine>(bad).code));
}

TEST_CASE("a continuation may have text, a blank or nothing") {
  CHECK(parse_as<ImapContinuation>("+ idling").text == "idling");
  CHECK(parse_as<ImapContinuation>("+ ").text.empty());
  CHECK(parse_as<ImapContinuation>("+").text.empty());
}

TEST_CASE("capabilities are upper case") {
  const auto capabilities = parse_as<ImapCapabilities>("* CAPABILITY IMAP4rev1 Literal+  idle AUTH=XOAUTH2 ");
  CHECK(capabilities.names == std::vector<std::string>{"IMAP4REV1", "LITERAL+", "IDLE", "AUTH=XOAUTH2"});
}

TEST_CASE("LIST gives attributes, delimiter and the name as sent") {
  struct {
    const char* frame;
    std::vector<std::string> attributes;
    char delimiter;
    const char* name;
  } cases[] = {
      {R"(* LIST (\HasNoChildren \Sent) "/" "Sent Mail")", {"\\HasNoChildren", "\\Sent"}, '/', "Sent Mail"},
      {R"(* LIST () NIL INBOX)", {}, '\0', "INBOX"},
      {R"(* LIST (\Junk) "\\" "a\"b\\c")", {"\\Junk"}, '\\', "a\"b\\c"},
      {"* LIST () \".\" {11}\r\nEntw&APw-rf", {}, '.', "Entw&APw-rf"},
      {R"(* XLIST (\Inbox) "/" "Posteingang")", {"\\Inbox"}, '/', "Posteingang"},
      {R"(* LIST () "/" a[b]c)", {}, '/', "a[b]c"},
      {R"(* LIST  ( \Sent )  "/"  Sent)", {"\\Sent"}, '/', "Sent"},
      {R"(* LIST () "/" "x" ("CHILDINFO" ("SUBSCRIBED")))", {}, '/', "x"},
  };
  for (const auto& c : cases) {
    const auto entry = parse_as<ImapListEntry>(c.frame);
    CAPTURE(c.frame);
    CHECK(entry.attributes == c.attributes);
    CHECK(entry.delimiter == c.delimiter);
    CHECK(entry.name == c.name);
  }
}

TEST_CASE("STATUS gives what was asked for and passes over the rest") {
  const auto status = parse_as<ImapMailboxStatus>(
      "* STATUS \"In box\" (MESSAGES 231 UIDNEXT 44292 UIDVALIDITY 9 UNSEEN 4 HIGHESTMODSEQ 5000000000 SIZE "
      "9 X (a (b)))");
  CHECK(status.name == "In box");
  CHECK(status.messages == 231);
  CHECK(status.uid_next == 44292);
  CHECK(status.uid_validity == 9);
  CHECK(status.unseen == 4);
  CHECK(status.highest_modseq == 5000000000);
}

TEST_CASE("SEARCH and ESEARCH give ranges") {
  CHECK(parse_as<ImapSearchResult>("* SEARCH").found.empty());
  const auto plain = parse_as<ImapSearchResult>("* SEARCH 2 3 4 84 882 (MODSEQ 917162500) ");
  CHECK(plain.found == std::vector<ImapRange>{{2, 4}, {84, 84}, {882, 882}});
  CHECK(plain.modseq == 917162500);

  const auto extended = parse_as<ImapSearchResult>(
      "* ESEARCH (TAG \"A285\") UID MIN 7 MAX 3800 COUNT 5 ALL 4,5:6 MODSEQ 9 RELEVANCY (4 5)");
  CHECK(extended.found == std::vector<ImapRange>{{4, 4}, {5, 6}});
  CHECK(extended.min == 7);
  CHECK(extended.max == 3800);
  CHECK(extended.count == 5);
  CHECK(extended.modseq == 9);
  CHECK(parse_as<ImapSearchResult>("* ESEARCH (TAG \"A\") UID").found.empty());
}

TEST_CASE("FETCH gives every item that is asked for") {
  const auto fetch = parse_as<ImapFetch>(
      "* 23 FETCH (FLAGS (\\Seen $Forwarded) UID 4294967295 RFC822.SIZE 44827 "
      "INTERNALDATE \"17-Jul-1996 02:44:25 -0700\" MODSEQ (624140003) "
      "X-GM-THRID 1266894439832287888 X-GM-MSGID 18446744073709551615 "
      "X-GM-LABELS (\"\\\\Inbox\" \\Sent Important \"Muy Importante\") "
      "ENVELOPE (\"Wed\" NIL ((\"a\" NIL \"b\" \"c\")) \"x)y\") "
      "BODYSTRUCTURE (\"TEXT\" \"PLAIN\" (\"CHARSET\" \"US-ASCII\") NIL NIL \"7BIT\" 1 2) "
      "BODY[HEADER.FIELDS (\"subject\" From)] {13}\r\nSubject: a)\r\n BODY[]<512> \"q\\\"\" BODY[1.2] NIL)");
  CHECK(fetch.number == 23);
  CHECK(fetch.uid == 4294967295);
  CHECK(fetch.flags == std::vector<std::string>{"\\Seen", "$Forwarded"});
  CHECK(fetch.size_bytes == 44827);
  CHECK(fetch.internal_date_ms == 837596665000);
  CHECK(fetch.modseq == 624140003);
  CHECK(fetch.gmail_thread_id == 1266894439832287888U);
  CHECK(fetch.gmail_message_id == 18446744073709551615U);
  CHECK(fetch.gmail_labels == std::vector<std::string>{"\\Inbox", "\\Sent", "Important", "Muy Importante"});
  REQUIRE(fetch.sections.size() == 3);
  CHECK(fetch.sections[0].name == "HEADER.FIELDS (\"SUBJECT\" FROM)");
  CHECK(fetch.sections[0].bytes.view() == "Subject: a)\r\n");
  CHECK_FALSE(fetch.sections[0].origin);
  CHECK(fetch.sections[1].name.empty());
  CHECK(fetch.sections[1].origin == 512);
  CHECK(fetch.sections[1].bytes.view() == "q\"");
  CHECK(fetch.sections[2].present == false);
}

TEST_CASE("a body is not copied out of its frame") {
  const std::string frame = "* 1 FETCH (UID 1 BODY[] {3}\r\nabc)";
  const auto fetch = parse_as<ImapFetch>(frame);
  CHECK(fetch.sections.at(0).bytes.view().data() == frame.data() + frame.find("abc"));
}

TEST_CASE("changes of the mailbox are told apart from everything else") {
  CHECK(parse_as<ImapExists>("* 172 EXISTS").messages == 172);
  CHECK(parse_as<ImapExpunge>("* 44 EXPUNGE").number == 44);
  CHECK(parse_as<ImapOther>("* 5 RECENT").name == "RECENT");
  CHECK(parse_as<ImapOther>("* ENABLED CONDSTORE").name == "ENABLED");
  CHECK(parse_as<ImapFlags>("* FLAGS (\\Answered \\Seen)").flags.size() == 2);
  const auto vanished = parse_as<ImapVanished>("* VANISHED (EARLIER) 300:310,405");
  CHECK(vanished.earlier);
  CHECK(vanished.uids == std::vector<ImapRange>{{300, 310}, {405, 405}});
  CHECK_FALSE(parse_as<ImapVanished>("* VANISHED 1").earlier);
}

TEST_CASE("what cannot be read is an error and never a guess") {
  const std::string deep = "* 1 FETCH (ENVELOPE " + std::string(50, '(') + std::string(50, ')') + ")";
  const std::string cases[] = {
      "",
      "*",
      "* ",
      "* 1",
      "A1",
      "A1 MAYBE",
      "* 1 FETCH",
      "* 1 FETCH (UID 1",
      "* 1 FETCH (UID x)",
      "* 1 FETCH (UID 4294967296)",
      "* 99999999999 EXISTS",
      "* 1 FETCH (RFC822.SIZE 99999999999999999999999)",
      "* 1 FETCH (BODY[] {9}\r\nabc)",
      "* 1 FETCH (BODY[] {99999999999999999999}\r\nabc)",
      "* 1 FETCH (BODY[] \"abc)",
      "* 1 FETCH (BODY[] \"abc\\",
      "* 1 FETCH (BODY[HEADER x)",
      "* 1 FETCH (BODY[]<x> NIL)",
      "* 1 FETCH (FLAGS (\\Seen)",
      "* 1 FETCH (MODSEQ 5)",
      "* LIST \"/\" INBOX",
      "* LIST () \"/\"",
      "* SEARCH 1 x",
      "* ESEARCH UID ALL *",
      "* STATUS INBOX",
      "* VANISHED (EARLIER) *",
      deep,
  };
  for (const auto& frame : cases) {
    CAPTURE(frame);
    const auto response = parse_imap_response(frame);
    CHECK_FALSE(response.has_value());
    if (!response) CHECK(response.error().code == Code::Malformed);
  }
}

TEST_CASE("a response cut anywhere never reads beyond its end") {
  const std::string whole =
      "* 23 FETCH (FLAGS (\\Seen) UID 9 INTERNALDATE \"17-Jul-1996 02:44:25 -0700\" X-GM-LABELS (\"a\\\\b\") "
      "BODY[HEADER.FIELDS (SUBJECT)]<0> {6}\r\nabc\r\n) BODY[] ~{2}\r\nhi)";
  for (std::size_t bytes = 0; bytes < whole.size(); ++bytes) {
    // A copy of exactly that size, so that a sanitizer sees every byte read too far.
    const std::string cut = whole.substr(0, bytes);
    const auto response = parse_imap_response(cut);
    CHECK_FALSE((response && std::holds_alternative<ImapFetch>(*response)));
  }
}

}  // namespace outrider::mail
