#include "tracking/token.h"

#include <doctest/doctest.h>

#include "core/encoding.h"
#include "core/random.h"
#include "tracking/links.h"

using namespace outrider;
using namespace outrider::tracking;

namespace {

TokenSigner signer() {
  return TokenSigner({{.id = 2, .bytes = std::string(32, 'b')}, {.id = 1, .bytes = std::string(32, 'a')}});
}

constexpr Token kClick{
    .kind = TokenKind::Click, .workspace_id = 7, .message_id = 9'000'000'000, .link_index = 513};

}  // namespace

TEST_CASE("a token comes back as it was signed") {
  const std::string text = signer().sign(kClick);
  CHECK(text.size() == kTokenCharacters);
  CHECK(signer().verify(text, TokenKind::Click) == kClick);
}

TEST_CASE("an older key still verifies, an unknown one does not") {
  const TokenSigner old_signer({{.id = 1, .bytes = std::string(32, 'a')}});
  CHECK(signer().verify(old_signer.sign(kClick), TokenKind::Click) == kClick);
  CHECK_FALSE(old_signer.verify(signer().sign(kClick), TokenKind::Click));
}

TEST_CASE("forged_click_token_404: no changed token verifies") {
  const std::string good = signer().sign(kClick);
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = bad[i] == 'A' ? 'B' : 'A';
    CHECK_FALSE(signer().verify(bad, TokenKind::Click));
  }
  for (const std::string& bad : {std::string(),
                                 std::string("x"),
                                 good + "A",
                                 good.substr(1),
                                 " " + good.substr(1),
                                 std::string(kTokenCharacters, '='),
                                 std::string(kTokenCharacters, '\xff'),
                                 good.substr(0, 47) + "\n",
                                 std::string(kTokenCharacters, '\0')})
    CHECK_FALSE(signer().verify(bad, TokenKind::Click));
}

TEST_CASE("a token of one kind is not one of another") {
  const std::string click = signer().sign(kClick);
  CHECK_FALSE(signer().verify(click, TokenKind::Unsubscribe));
  CHECK_FALSE(signer().verify(click, TokenKind::Open));
}

TEST_CASE("random bytes never verify") {
  Random random(1);
  for (int round = 0; round < 1000; ++round) {
    std::string bytes;
    while (bytes.size() < 36) bytes += static_cast<char>(random.next());
    bytes[0] = 2;
    CHECK_FALSE(signer().verify(base64url_encode(bytes), TokenKind::Open));
  }
}

TEST_CASE("no_destination_in_url: an address holds a token and nothing else") {
  const TokenSigner keys = signer();
  const MessageLinks links(keys, "https://t.example.com", 7, 9);
  CHECK(links.click(3) ==
        "https://t.example.com/c/" +
            keys.sign({.kind = TokenKind::Click, .workspace_id = 7, .message_id = 9, .link_index = 3}));
  CHECK(links.open().ends_with(".gif"));
  const std::string mailto = links.unsubscribe_mailto("sam@example.com");
  CHECK(mailto.starts_with("sam@example.com?subject=unsubscribe-"));
  const auto subject = mailto.substr(mailto.find('=') + 1);
  CHECK(keys.verify(unsubscribe_token(" " + subject), TokenKind::Unsubscribe)->message_id == 9);
  CHECK(unsubscribe_token("unsubscribe").empty());
  CHECK(unsubscribe_token("unsubscribe-me").empty());
}
