// A stop against a mail that begins in the same instant: on PostgreSQL both run at once, and one must wait.
#include <condition_variable>
#include <mutex>
#include <optional>

#include "sending/engine_testing.h"
#include "sending/ledger.h"

using namespace outrider;
using namespace outrider::sending;

namespace {

constexpr std::chrono::milliseconds kAWhile{30};

/// Runs `work` on a thread of its own and knows whether it is done.
template <class T>
class Beside {
 public:
  template <class F>
  explicit Beside(F work)
      : thread_([this, work = std::move(work)] {
          auto result = work();
          const std::lock_guard lock(mutex_);
          result_ = std::move(result);
          done_.notify_all();
        }) {}

  bool is_done_within(std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    return done_.wait_for(lock, time, [this] { return result_.has_value(); });
  }

  T wait() {
    thread_.join();
    return *std::move(result_);
  }

 private:
  std::mutex mutex_;
  std::condition_variable done_;
  std::optional<T> result_;
  std::thread thread_;
};

Result<> pause(db::Tx& tx, const EngineWorld& world) {
  TRY_AS(const auto now,
         campaigns::load_to_change(tx, {.workspace_id = world.workspace_id}, world.campaign.id));
  return campaigns::store_state(tx, now, campaigns::CampaignState::Paused, "TEST", kMonday);
}

Result<Begun> begin(db::Tx& tx, const EngineWorld& world, std::int64_t row) {
  return begin_sending(tx,
                       {.workspace_id = world.workspace_id, .id = row, .mime_sha256 = "x"},
                       BeginRules{},
                       world.clock.now_ms());
}

constexpr db::Query kTestTake{"sending.test_take", R"sql(
  UPDATE campaign_lead
     SET is_claimed = 1,
         mailbox_id = $2
   WHERE workspace_id = $1
)sql"};

constexpr db::Query kTestClaim{"sending.test_claim", R"sql(
  INSERT INTO outgoing (workspace_id, kind, campaign_lead_id, campaign_id, step_id, message_id, mailbox_id,
                        header_id, state, not_before_ms, created_at_ms)
  SELECT workspace_id, 0, id, campaign_id, 1, 1, mailbox_id, 'a@sender.example', 0, $2, $2
    FROM campaign_lead
   WHERE workspace_id = $1
  RETURNING id
)sql"};

/// The test with the id of a claimed row; no engine runs.
void with_claim(const std::function<void(EngineWorld&, std::int64_t)>& test) {
  for_each_world({}, [&](EngineWorld& world) {
    const auto id = written(world.database, [&](db::Tx& tx) -> Result<std::int64_t> {
      TRY(tx.run(kTestTake, world.workspace_id, world.mailbox_ids.front()));
      TRY_AS(const auto row, tx.row(kTestClaim, world.workspace_id, kMonday));
      return row->int64(0);
    });
    test(world, id);
  });
}

}  // namespace

TEST_CASE("a mail that is about to begin waits for a pause and then stays") {
  with_claim([](EngineWorld& world, std::int64_t row) {
    std::unique_ptr<Beside<Result<Begun>>> mail;
    written(world.database, [&](db::Tx& tx) -> Result<> {
      TRY(pause(tx, world));
      mail = std::make_unique<Beside<Result<Begun>>>([&world, row] {
        return world.database.write([&](db::Tx& other) { return begin(other, world, row); });
      });
      CHECK_FALSE(mail->is_done_within(kAWhile));
      return {};
    });
    CHECK(mail->wait().value() == Begun::Released);
  });
}

TEST_CASE("a pause waits for a mail that has just begun") {
  with_claim([](EngineWorld& world, std::int64_t row) {
    std::unique_ptr<Beside<Result<>>> stop;
    written(world.database, [&](db::Tx& tx) -> Result<> {
      TRY_AS(const auto begun, begin(tx, world, row));
      CHECK(begun == Begun::Yes);
      stop = std::make_unique<Beside<Result<>>>(
          [&world] { return world.database.write([&](db::Tx& other) { return pause(other, world); }); });
      CHECK_FALSE(stop->is_done_within(kAWhile));
      return {};
    });
    CHECK(stop->wait());
    CHECK(world.count_rows(OutgoingState::Sending) == 1);
  });
}
