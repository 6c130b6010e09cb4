#include "leads/suppression.h"

#include "leads/testing.h"

using namespace outrider;
using namespace outrider::leads;

TEST_CASE("an address is stopped by itself, its host and the domains above it") {
  using Values = std::vector<std::string>;
  CHECK(suppressing_values("A@Acme.example") == Values{"a@acme.example", "acme.example"});
  CHECK(suppressing_values("a@x.mail.acme.co.uk") ==
        Values{"a@x.mail.acme.co.uk", "x.mail.acme.co.uk", "mail.acme.co.uk", "acme.co.uk"});
}

TEST_CASE("entries are stored in one spelling") {
  CHECK(suppression_value(" Ana@Delta.EXAMPLE ") == "ana@delta.example");
  CHECK(suppression_value("@Delta.example") == "delta.example");
  CHECK(suppression_value("b\xc3\xbc"
                          "cher.example") == "xn--bcher-kva.example");
  for (const char* bad : {"", "localhost", "a b.example", "a@b", "@", "http://x.example/"}) {
    CAPTURE(bad);
    CHECK_FALSE(suppression_value(bad));
  }
}

TEST_CASE("an entry holds for its client or for everyone") {
  db::for_each_migrated([](db::Database& database) {
    const auto add = [&](std::optional<std::int64_t> client_id, const std::string& value) {
      return written(database, [&](db::Tx& tx) {
        return add_suppressions(
            tx, {.workspace_id = kTestWorkspace, .client_id = client_id}, {value}, kTestNow);
      });
    };
    CHECK(add(std::nullopt, "all.example") == 1);
    CHECK(add(std::nullopt, "all.example") == 0);
    CHECK(add(7, "seven.example") == 1);
    CHECK(add(7, "all.example") == 1);

    const auto is_stopped = [&](std::optional<std::int64_t> client_id, const char* email) {
      return written(database,
                     [&](db::Tx& tx) { return is_suppressed(tx, kTestWorkspace, client_id, email); });
    };
    CHECK(is_stopped(std::nullopt, "a@mail.all.example"));
    CHECK(is_stopped(8, "a@all.example"));
    CHECK(is_stopped(7, "A@SEVEN.example"));
    CHECK_FALSE(is_stopped(8, "a@seven.example"));
    CHECK_FALSE(is_stopped(std::nullopt, "a@seven.example"));
    CHECK_FALSE(written(
        database, [&](db::Tx& tx) { return is_suppressed(tx, kTestWorkspace + 1, 7, "a@all.example"); }));
  });
}
