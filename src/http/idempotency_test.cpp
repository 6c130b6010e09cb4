#include "http/idempotency.h"

#include <doctest/doctest.h>

#include "db/testing.h"

namespace outrider::http {
namespace {

using State = IdempotencyClaim::State;

TEST_CASE("a key is claimed once, then replays its answer for its request only") {
  db::for_each_migrated([](db::Database& database) {
    Clock clock;
    DatabaseIdempotencyStore store(database, clock);
    CHECK(store.claim(1, "k", "hash")->state == State::Fresh);
    CHECK(store.claim(1, "k", "hash")->state == State::InProgress);
    CHECK(store.claim(1, "k", "other")->state == State::Conflict);
    CHECK(store.claim(2, "k", "other")->state == State::Fresh);

    const Raw answer{.status = 422, .content_type = "text/plain", .body = std::string("a\0\xff", 3)};
    REQUIRE(store.complete(1, "k", answer));
    const auto replay = store.claim(1, "k", "hash");
    CHECK(replay->state == State::Replay);
    CHECK(replay->answer.status == 422);
    CHECK(replay->answer.content_type == "text/plain");
    CHECK(replay->answer.body == answer.body);
    CHECK(store.claim(1, "k", "other")->state == State::Conflict);
  });
}

TEST_CASE("an abandoned key is free, an answered one is not abandoned") {
  db::for_each_migrated([](db::Database& database) {
    Clock clock;
    DatabaseIdempotencyStore store(database, clock);
    REQUIRE(store.claim(1, "k", "hash"));
    REQUIRE(store.abandon(1, "k"));
    CHECK(store.claim(1, "k", "other")->state == State::Fresh);
    REQUIRE(store.complete(1, "k", {}));
    REQUIRE(store.abandon(1, "k"));
    CHECK(store.claim(1, "k", "other")->state == State::Replay);
  });
}

TEST_CASE("a key is free again after 48 hours, a dead server's after its lease and for the same request") {
  db::for_each_migrated([](db::Database& database) {
    Clock clock;
    DatabaseIdempotencyStore store(database, clock);
    REQUIRE(store.claim(1, "answered", "hash"));
    REQUIRE(store.complete(1, "answered", {}));
    REQUIRE(store.claim(1, "dead", "hash"));

    clock.advance(std::chrono::milliseconds(kIdempotencyLeaseMs + 1));
    CHECK(store.claim(1, "dead", "other")->state == State::Conflict);
    CHECK(store.claim(1, "dead", "hash")->state == State::Fresh);
    CHECK(store.claim(1, "answered", "hash")->state == State::Replay);
    clock.advance(std::chrono::milliseconds(kIdempotencyAgeMaxMs));
    CHECK(store.claim(1, "answered", "other")->state == State::Fresh);
  });
}

TEST_CASE("expired keys are purged a few at a time") {
  db::for_each_migrated([](db::Database& database) {
    Clock clock;
    DatabaseIdempotencyStore store(database, clock);
    for (const char* key : {"a", "b", "c"}) REQUIRE(store.claim(1, key, "hash"));
    const auto purge = [&](TimeMs now_ms) {
      return *database.write([&](db::Tx& tx) { return purge_idempotency_keys(tx, now_ms, 2); });
    };
    CHECK(purge(clock.now_ms()) == 0);
    const TimeMs later_ms = clock.now_ms() + kIdempotencyAgeMaxMs;
    CHECK(purge(later_ms) == 2);
    CHECK(purge(later_ms) == 1);
  });
}

}  // namespace
}  // namespace outrider::http
