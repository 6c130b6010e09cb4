#include "mail/imap_text.h"

#include <doctest/doctest.h>

namespace outrider::mail {

TEST_CASE("mailbox names travel in modified UTF-7 and back") {
  struct {
    const char* wire;
    const char* utf8;
  } cases[] = {
      {"INBOX", "INBOX"},
      {"Entw&APw-rfe", "Entwürfe"},
      {"&ZeVnLIqe-", "日本語"},
      {"~peter/mail/&U,BTFw-/&ZeVnLIqe-", "~peter/mail/台北/日本語"},
      {"Q&-A", "Q&A"},
      {"&2D3eAA-", "😀"},
      {"", ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.wire);
    CHECK(imap_name_to_utf8(c.wire) == c.utf8);
    CHECK(imap_name_from_utf8(c.utf8) == c.wire);
  }
}

TEST_CASE("a name that cannot be decoded stays as it is") {
  for (const char* name : {"&!!-", "&2D0-", "&AAA-", "a&b", "&", "&QQ-"}) {
    CAPTURE(name);
    CHECK(imap_name_to_utf8(name) == name);
  }
  CHECK(imap_name_to_utf8("Entwürfe") == "Entwürfe");
  CHECK(imap_name_to_utf8("\xFF") == "\xEF\xBF\xBD");
}

TEST_CASE("sets of numbers are read and written") {
  CHECK(parse_imap_set("1:3,9") == std::vector<ImapRange>{{1, 3}, {9, 9}});
  CHECK(parse_imap_set("5:2") == std::vector<ImapRange>{{2, 5}});
  CHECK(parse_imap_set("4294967295") == std::vector<ImapRange>{{4294967295, 4294967295}});
  for (const char* bad : {"", "0", "1:", ":1", "1,,2", "1,", "*", "1:*", "4294967296", "-1", "1 2"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_imap_set(bad));
  }
  CHECK(imap_set(std::vector<std::uint32_t>{1, 2, 3, 9}) == "1:3,9");
  CHECK(imap_set(std::vector<std::uint32_t>{4294967294, 4294967295}) == "4294967294:4294967295");
  CHECK(imap_set({}).empty());
  CHECK(count_of(std::vector<ImapRange>{{1, 4294967295}, {7, 7}}) == 4294967296);
}

TEST_CASE("INTERNALDATE is read with its offset") {
  constexpr TimeMs kFirstOfFebruary = 1769940000000;  // 2026-02-01T10:00:00Z
  struct {
    const char* text;
    TimeMs at_ms;
  } cases[] = {
      {" 1-Feb-2026 10:00:00 +0000", kFirstOfFebruary},
      {"01-Feb-2026 11:00:00 +0100", kFirstOfFebruary},
      {"1-feb-2026 02:30:00 -0730", kFirstOfFebruary},
      {"17-Jul-1996 02:44:25 -0700", 837596665000},
  };
  for (const auto& c : cases) {
    CAPTURE(c.text);
    CHECK(parse_imap_date(c.text) == c.at_ms);
  }
  for (const char* bad : {"",
                          "1-Feb-2026",
                          "32-Feb-2026 10:00:00 +0000",
                          "1-Foo-2026 10:00:00 +0000",
                          "1-Feb-2026 24:00:00 +0000",
                          "1-Feb-2026 10:00:00 0000",
                          "1-Feb-2026 10:00:00 +0000x"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_imap_date(bad));
  }
  CHECK(imap_date_time(kFirstOfFebruary) == " 1-Feb-2026 10:00:00 +0000");
  CHECK(imap_date(kFirstOfFebruary) == "1-Feb-2026");
  CHECK(imap_date(-1) == "31-Dec-1969");
}

TEST_CASE("only plain short text is quoted") {
  CHECK(imap_quoted("in\"box\\") == "\"in\\\"box\\\\\"");
  CHECK(imap_quoted("") == "\"\"");
  CHECK_FALSE(imap_quoted("a\r\nb"));
  CHECK_FALSE(imap_quoted("Entwürfe"));
  CHECK_FALSE(imap_quoted(std::string(1001, 'a')));
}

}  // namespace outrider::mail
