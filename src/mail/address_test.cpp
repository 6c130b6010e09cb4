#include "mail/address.h"

#include <doctest/doctest.h>

#include "mail/domain.h"

using namespace outrider::mail;

TEST_CASE("address lists are read as mail clients write them") {
  using List = std::vector<Address>;
  const struct {
    const char* text;
    List expected;
  } cases[] = {
      {"ada@acme.com", {{"", "ada@acme.com"}}},
      {"Ada Lovelace <ada@acme.com>", {{"Ada Lovelace", "ada@acme.com"}}},
      {"\"Love, Ada \\\"x\\\"\" <ada@acme.com>, b@c.de",
       {{"Love, Ada \"x\"", "ada@acme.com"}, {"", "b@c.de"}}},
      {"Team: a@x.com, B <b@x.com>;, c@x.com", {{"", "a@x.com"}, {"B", "b@x.com"}, {"", "c@x.com"}}},
      {"undisclosed-recipients:;", {}},
      {"ada@acme.com (Ada (the) first)", {{"Ada (the) first", "ada@acme.com"}}},
      {"<@relay.com,@r2.com:ada@acme.com>", {{"", "ada@acme.com"}}},
      {"a@x.com; b@x.com", {{"", "a@x.com"}, {"", "b@x.com"}}},
      {"Ada ada@acme.com", {{"Ada", "ada@acme.com"}}},
      {"ada @ acme.com", {{"", "ada@acme.com"}}},
      {"\"a b\"@acme.com", {{"", "\"a b\"@acme.com"}}},
      {"Jürgen <jürgen@bücher.de>", {{"Jürgen", "jürgen@bücher.de"}}},
      {"MAILER-DAEMON", {}},
      {"<>", {}},
      {"\"open <a@b.com>", {}},
      {"a@b.com\\", {{"", "a@b.com\\"}}},
  };
  for (const auto& c : cases) {
    CAPTURE(c.text);
    CHECK(parse_addresses(c.text) == c.expected);
  }
}

TEST_CASE("a hostile list is read in linear time") {
  for (const auto* unit : {"a ", "a@b :", "a:", "(", "<", "\"", "a@b,", "a@a@"}) {
    std::string list = "x@y ";
    while (list.size() < 20'000) list += unit;
    CHECK(parse_addresses(list).size() <= kAddressesMax);
  }
}

TEST_CASE("only an address a mail can reach is valid for a lead") {
  const char* good[] = {
      "a@b.co", "a.b+c@sub.acme.com", "\"a.b\"@acme.com", "o'neil@acme.ie", "jürgen@bücher.de"};
  const char* bad[] = {"",
                       "a",
                       "a@b",
                       "@b.com",
                       "a@",
                       "a b@c.com",
                       "a@b c.com",
                       "a@[1.2.3.4]",
                       "a@1.2.3.4",
                       "a@b..com",
                       ".a@b.com",
                       "a..b@c.com",
                       "a@-b.com",
                       "a@b_c.com",
                       "a@b.com.",
                       "a\r\n@b.com",
                       "a@b.com\n",
                       "<a@b.com>",
                       "a,b@c.com",
                       "a@b@c.com",
                       "\"a@b.com",
                       "\"\"@acme.com",
                       "a\x01@acme.com"};
  for (const auto* email : good) {
    CAPTURE(email);
    CHECK(is_valid_email(email));
  }
  for (const auto* email : bad) {
    CAPTURE(email);
    CHECK_FALSE(is_valid_email(email));
  }
  CHECK_FALSE(is_valid_email(std::string(65, 'a') + "@b.com"));
  CHECK(is_valid_email(std::string(64, 'a') + "@b.com"));
  CHECK_FALSE(is_valid_email("a@" + std::string(60, 'b') + "." + std::string(60, 'c') + "." +
                             std::string(60, 'd') + "." + std::string(60, 'e') + ".com.com.com"));
}

TEST_CASE("two spellings of one address are the same lead") {
  CHECK(normalise_address(" Ada@ACME.com ") == "ada@acme.com");
  CHECK(normalise_address("\"ada\"@acme.com") == "ada@acme.com");
  CHECK(normalise_address("\"a d\"@acme.com") == "\"a d\"@acme.com");
  CHECK(normalise_address("x@BÜCHER.de") == "x@xn--bcher-kva.de");
  CHECK(normalise_address("a.b+c@gmail.com") == "a.b+c@gmail.com");
  CHECK(domain_of("Ada@ACME.com") == "acme.com");
  CHECK(wire_address("a@bücher.de") == "a@xn--bcher-kva.de");
  CHECK(needs_smtputf8("ü@acme.com"));
  CHECK_FALSE(needs_smtputf8("u@bücher.de"));
}

TEST_CASE("an address from the API is exactly one") {
  CHECK(parse_address("Ada <ada@acme.com>").has_value());
  CHECK_FALSE(parse_address("a@b.com, c@d.com").has_value());
  CHECK_FALSE(parse_address("nobody").has_value());
  CHECK(format_address({.name = "Love, Ada", .email = "ada@acme.com"}) == "\"Love, Ada\" <ada@acme.com>");
  CHECK(format_address({.name = "Ada L", .email = "ada@acme.com"}) == "Ada L <ada@acme.com>");
}

TEST_CASE("the organisational domain follows the public suffix list") {
  CHECK(organisational_domain("mail.eu.acme.co.uk") == "acme.co.uk");
  CHECK(organisational_domain("Acme.com") == "acme.com");
  CHECK(organisational_domain("co.uk") == "co.uk");
  CHECK(organisational_domain("localhost") == "localhost");
  CHECK(organisational_domain("www.bücher.de") == "xn--bcher-kva.de");
}

TEST_CASE("a shared domain tells nothing about a company") {
  for (const auto* domain :
       {"gmail.com", "Outlook.com", "web.de", "orange.fr", "qq.com", "proton.me", "gmx.net"})
    CHECK(is_shared_domain(domain));
  CHECK_FALSE(is_shared_domain("acme.com"));
  CHECK_FALSE(is_shared_domain("mail.acme.com"));
}
