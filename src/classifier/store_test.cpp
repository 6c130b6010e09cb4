#include "classifier/store.h"

#include <doctest/doctest.h>

#include "classifier/train.h"
#include "db/testing.h"

namespace outrider::classifier {
namespace {

constexpr std::int64_t kWorkspace = 1;

constexpr db::Query kAddThread{"classifier_test.thread", R"sql(
  INSERT INTO campaign_lead (workspace_id, campaign_id, lead_id, lead_domain, state, reply_count,
                             last_reply_id, last_reply_at_ms, category_id, category_by, created_at_ms,
                             updated_at_ms)
  VALUES ($1, 1, $2, 'acme.example', 1, 1, $2, $2, $3, $4, 0, 0)
)sql"};
constexpr db::Query kAddBody{"classifier_test.body", R"sql(
  INSERT INTO message_body (workspace_id, message_id, text, new_text)
  VALUES ($1, $2, $3, $3)
)sql"};

struct Label {
  std::int64_t workspace_id;
  std::int64_t id;
  CategoryId category_id;
  int by;  // leads::LabelledBy
  const char* text;
};

void add(db::Database& database, const Label& label) {
  const auto added = database.write([&](db::Tx& tx) -> Result<> {
    TRY(tx.run(kAddThread, label.workspace_id, label.id, label.category_id, label.by));
    TRY(tx.run(kAddBody, label.workspace_id, label.id, label.text));
    return {};
  });
  REQUIRE(added);
}

TEST_CASE("labels of people are read, those of rules and models and of other workspaces are not") {
  db::for_each_migrated([](db::Database& database) {
    add(database, {kWorkspace, 1, 3, 2, "no"});
    add(database, {kWorkspace, 2, 1, 1, "by a model"});
    add(database, {kWorkspace, 3, 1, 0, "by a rule"});
    add(database, {kWorkspace, 4, 1'000, 2, "own"});
    add(database, {2, 5, 1, 2, "elsewhere"});
    const auto labels = database.read([](db::Tx& tx) { return human_labels(tx, kWorkspace); });
    REQUIRE(labels);
    REQUIRE(labels->size() == 2);
    CHECK((*labels)[0].text == "no");
    CHECK((*labels)[1].category_id == 1'000);
  });
}

TEST_CASE("a workspace's model is used from the moment it is stored, by it alone") {
  db::for_each_migrated([](db::Database& database) {
    Models models;
    const auto in_use = [&](std::int64_t workspace) {
      auto found = database.read([&](db::Tx& tx) { return models.of(tx, workspace); });
      REQUIRE(found);
      return *std::move(found);
    };
    CHECK(in_use(kWorkspace).version == 0);
    const std::vector<Example> examples{{.category_id = 1, .text = "yes"}, {.category_id = 3, .text = "no"}};
    const auto model = train_on(examples);
    for (std::int64_t version = 1; version <= 2; ++version) {
      const auto stored = database.write([&](db::Tx& tx) {
        return store_model(
            tx, kWorkspace, {.labels = 2, .trained_at_ms = 9, .report = "r", .bytes = model.bytes()});
      });
      REQUIRE(stored);
      CHECK(*stored == version);
      CHECK(in_use(kWorkspace).version == version);
    }
    CHECK(in_use(kWorkspace).model->fingerprint() == model.fingerprint());
    CHECK(in_use(2).version == 0);
    const auto read = database.read([](db::Tx& tx) { return load_model(tx, kWorkspace); });
    REQUIRE(read);
    CHECK((*read)->report == "r");
  });
}

}  // namespace
}  // namespace outrider::classifier
