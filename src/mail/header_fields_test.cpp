#include "mail/header_fields.h"

#include <doctest/doctest.h>

using namespace outrider::mail;

TEST_CASE("a header block is unfolded and ends at the empty line") {
  const auto block =
      parse_header_block("From x Mon\nA: one\r\n  two\r\nnonsense\r\nB:three\r\n\r\nC: body\r\n");
  REQUIRE(block.fields.size() == 2);
  CHECK(find_header(block.fields, "a") == "one two");
  CHECK(find_header(block.fields, "b") == "three");
  CHECK_FALSE(has_header(block.fields, "C"));
}

TEST_CASE("message ids are found in any spelling seen in mail") {
  using Ids = std::vector<std::string>;
  CHECK(parse_message_ids("<a@b> (comment) <c@d>") == Ids{"a@b", "c@d"});
  CHECK(parse_message_ids("a@b") == Ids{"a@b"});
  CHECK(parse_message_ids("<a@b><a@b>") == Ids{"a@b"});
  CHECK(parse_message_ids("<long @b>") == Ids{"long@b"});
  CHECK(parse_message_ids("<open <a@b>") == Ids{"a@b"});
  CHECK(parse_message_ids("").empty());
}

TEST_CASE("a long list of ids keeps its first and its last") {
  std::string list;
  for (int i = 0; i < 300; ++i) list += "<" + std::to_string(i) + "@x> ";
  const auto ids = parse_message_ids(list);
  CHECK(ids.size() == kMessageIdsMax);
  CHECK(ids.front() == "0@x");
  CHECK(ids.back() == "299@x");
}
