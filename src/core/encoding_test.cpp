#include "core/encoding.h"

#include <doctest/doctest.h>

#include "core/secrets.h"

using namespace outrider;

TEST_CASE("base64 of every length reads back") {
  std::string bytes;
  for (int i = 0; i < 70; ++i) {
    CHECK(base64_decode(base64_encode(bytes)) == bytes);
    CHECK(base64url_decode(base64url_encode(bytes)) == bytes);
    CHECK(hex_decode(hex_encode(bytes)) == bytes);
    bytes += static_cast<char>(i * 37);
  }
}

TEST_CASE("broken encodings are refused, never half read") {
  CHECK_FALSE(base64_decode("a"));
  CHECK_FALSE(base64_decode("ab=c"));
  CHECK_FALSE(base64url_decode("a+b/"));
  CHECK_FALSE(hex_decode("0g"));
  CHECK(percent_decode("a%2", PlusSign::Blank) == "a%2");
  CHECK(percent_decode("a%20b+c", PlusSign::Blank) == "a b c");
  CHECK(percent_decode("a+b", PlusSign::Literal) == "a+b");
}

TEST_CASE("a sealed secret opens with its own key only") {
  const auto key = MasterKey::for_tests();
  auto sealed = key.seal("hunter2");
  CHECK(sealed.find("hunter2") == std::string::npos);
  CHECK(key.open(sealed).value() == "hunter2");
  sealed.back() = static_cast<char>(sealed.back() ^ 1);
  CHECK_FALSE(key.open(sealed));
  CHECK_FALSE(key.open("short"));
}
