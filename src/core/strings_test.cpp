#include "core/strings.h"

#include <doctest/doctest.h>

using namespace outrider;

TEST_CASE("bad UTF-8 is repaired and good UTF-8 stays") {
  CHECK(to_valid_utf8("grüß 日本 😀") == "grüß 日本 😀");
  CHECK(to_valid_utf8("a\xff\xc3") == "a\xEF\xBF\xBD\xEF\xBF\xBD");
  CHECK(to_valid_utf8("\xed\xa0\x80").find('\xed') == std::string::npos);  // a surrogate
  CHECK(is_valid_utf8("é"));
  CHECK_FALSE(is_valid_utf8("\xc0\xaf"));  // over-long
}

TEST_CASE("a byte beyond ASCII is found at every place of a long text") {
  for (std::size_t at = 0; at < 40; ++at) {
    std::string text(40, 'x');
    CHECK(is_valid_utf8(text));
    text[at] = '\xFF';
    CHECK(!is_valid_utf8(text));
    CHECK(to_valid_utf8(text) == std::string(at, 'x') + "\xEF\xBF\xBD" + std::string(39 - at, 'x'));
    text[at] = '\0';
    CHECK(is_valid_utf8(text));
    CHECK(to_valid_utf8(text) == std::string(at, 'x') + "\xEF\xBF\xBD" + std::string(39 - at, 'x'));
    text.replace(at, 1, "ü");
    CHECK(is_valid_utf8(text));
    CHECK(to_valid_utf8(text) == text);
  }
}

TEST_CASE("characters are counted, not bytes") {
  CHECK(utf8_length("日本語") == 3);
  CHECK(utf8_prefix("日本語", 2) == "日本");
  CHECK(utf8_prefix("abc", 9) == "abc");
}

TEST_CASE("case is ignored for ASCII") {
  CHECK(find_ignoring_case("Hello World", "WORLD") == 6);
  CHECK(find_ignoring_case("Hello", "x") == std::string_view::npos);
  CHECK(equal_ignoring_case("Message-ID", "message-id"));
  CHECK(starts_with_ignoring_case("RE: hi", "re:"));
}

TEST_CASE("numbers are whole texts") {
  CHECK(parse_integer("42") == 42);
  CHECK(parse_integer("-7") == -7);
  CHECK_FALSE(parse_integer("4 2"));
  CHECK_FALSE(parse_integer(""));
  CHECK_FALSE(parse_integer("99999999999999999999"));
}
