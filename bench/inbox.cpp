// bench: inbox
// The inbox's lists over the database named on the command line (filled by bench/inbox), in process: one page
// with its exact total and its items. Prints "what p50 p99 total" lines in milliseconds. With a second
// argument it stores that many answers a second instead, until it is ended, as the mixed load needs.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "core/random.h"
#include "db/database.h"
#include "inbox/item.h"
#include "inbox/list.h"
#include "inbox/search.h"
#include "inbox/thread.h"
#include "inbox/thread_tables.h"

namespace outrider::inbox {
namespace {

constexpr TimeMs kNow = 1'800'000'000'000;
constexpr int kRoundsMax = 300;
constexpr double kSecondsMax = 1.5;  // for one line
constexpr std::uint64_t kSeed = 3;

struct Question {
  std::string name;
  View view = View::InboxReplies;
  std::function<ListRequest()> next;
};

ListRequest with(const std::function<void(Filters&)>& change, std::int64_t page = 1) {
  ListRequest request;
  request.offset = (page - 1) * request.limit;
  change(request.filters);
  return request;
}

Question fixed(std::string name, View view, const ListRequest& request) {
  return {std::move(name), view, [request] { return request; }};
}

constexpr struct {
  View view;
  const char* name;
} kViews[] = {{View::InboxReplies, "inbox-replies"},
              {View::UnreadReplies, "unread-replies"},
              {View::Important, "important"},
              {View::Snoozed, "snoozed"},
              {View::Archived, "archived"},
              {View::AssignedToMe, "assigned-me"},
              {View::Sent, "sent"},
              {View::Custom, "views"},
              {View::Scheduled, "scheduled"},
              {View::Reminders, "reminders"}};

/// Every filter is there in one of three.
ListRequest any_filters(Random& random) {
  const auto one_in = [&random](std::uint64_t n) { return random.below(n) == 0; };
  const auto id = [&random](std::uint64_t max) { return static_cast<std::int64_t>(random.below(max)) + 1; };
  ListRequest request;
  auto& f = request.filters;
  if (one_in(3)) f.campaign_ids = {id(50), id(50), id(50)};
  if (one_in(3)) f.mailbox_ids = {id(300), id(300), id(300), id(300), id(300)};
  if (one_in(3)) f.team_member_ids = {id(4), id(4)};
  if (one_in(3)) f.categories.ids_in = {id(9), id(9), id(9)};
  if (one_in(3)) f.categories.unassigned = true;
  if (one_in(3)) f.email_status = {StatusFilter::Replied, StatusFilter::Opened};
  if (one_in(3)) f.replied_between = {{kNow - id(365) * kDayMs}, {kNow}};
  if (one_in(3)) request.sort_by = SortBy::SentTime;
  if (one_in(6)) f.search = "word" + std::to_string(id(99));
  request.offset = static_cast<std::int64_t>(random.below(5'000) >> random.below(12)) * 20;
  return request;
}

std::vector<Question> questions() {
  const auto none = [](Filters&) {};
  std::vector<Question> all;
  for (const auto& [view, name] : kViews) all.push_back(fixed(name, view, with(none)));
  for (const std::int64_t page : {1, 500, 5'000})
    all.push_back(fixed("views, page " + std::to_string(page), View::Custom, with(none, page)));
  for (const std::int64_t page : {1, 500, 5'000})
    all.push_back(fixed("inbox-replies, page " + std::to_string(page), View::InboxReplies, with(none, page)));
  const auto ask = [&all](const char* name, const std::function<void(Filters&)>& change) {
    all.push_back(fixed(name, View::InboxReplies, with(change)));
  };
  ask("one campaign (2 %)", [](Filters& f) { f.campaign_ids = {7}; });
  ask("one mailbox (0.3 %)", [](Filters& f) { f.mailbox_ids = {18}; });
  ask("two categories", [](Filters& f) { f.categories.ids_in = {1, 2}; });
  ask("one member", [](Filters& f) { f.team_member_ids = {3}; });
  ask("last year", [](Filters& f) { f.replied_between = {{kNow - 365 * kDayMs}, {kNow}}; });
  ask("search, one match", [](Filters& f) { f.search = "person543211"; });
  ask("search, 1 % match", [](Filters& f) { f.search = "word42"; });
  ask("search, 1 % of two words", [](Filters& f) { f.search = "please word42"; });
  ask("search, all match", [](Filters& f) { f.search = "please"; });
  for (const auto& [view, name] : kViews)
    if (view == View::InboxReplies || view == View::Sent || view == View::Custom)
      all.push_back({std::string("any filters, any page, ") + name, view, [random = Random(kSeed)]() mutable {
                       return any_filters(random);
                     }});
  return all;
}

double milliseconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

void measure(db::Database& database, ThreadTables& tables, const Question& question) {
  std::vector<double> times_ms;
  std::int64_t total = 0;
  double spent_ms = 0;
  while (static_cast<int>(times_ms.size()) < kRoundsMax && spent_ms < kSecondsMax * 1000) {
    const ListRequest request = question.next();
    const auto start = std::chrono::steady_clock::now();
    const auto items = database.read([&](db::Tx& tx) -> Result<std::vector<Item>> {
      const Viewer viewer{.scope = {.workspace_id = 1}, .user_id = 3};
      TRY_AS(const auto page, list_threads(tx, tables, viewer, question.view, request, kNow));
      total = page.total_count;
      return load_items(tx, 1, question.view, page, kNow);
    });
    if (!items) {
      std::printf("%s: %s\n", question.name.c_str(), items.error().message.c_str());
      return;
    }
    times_ms.push_back(milliseconds_since(start));
    spent_ms += times_ms.back();
  }
  std::ranges::sort(times_ms);
  std::printf("%-36s %9.2f %9.2f %9lld\n",
              question.name.c_str(),
              times_ms[times_ms.size() / 2],
              times_ms[times_ms.size() * 99 / 100],
              static_cast<long long>(total));
}

void measure_all(db::Database& database) {
  ThreadTables tables;
  const auto start = std::chrono::steady_clock::now();
  const auto loaded = database.read([&](db::Tx& tx) -> Result<> {
    TRY(tables.current(tx, 1, kNow));
    return {};
  });
  if (!loaded) std::printf("%s\n", loaded.error().message.c_str());
  std::printf("loaded in %.0f ms, %.1f MiB in memory\n",
              milliseconds_since(start),
              static_cast<double>(tables.bytes()) / (1 << 20));
  std::printf("%-36s %9s %9s %9s\n", "list", "p50 ms", "p99 ms", "total");
  for (const auto& question : questions()) measure(database, tables, question);
}

/// Answers to random conversations, as receiving stores them.
int receive(db::Database& database, int rate) {
  Random random(kSeed);
  for (TimeMs at_ms = kNow;; ++at_ms) {
    const auto id = static_cast<std::int64_t>(random.below(10'000)) + 1;
    const auto stored = database.write([&](db::Tx& tx) -> Result<> {
      TRY(thread_replied(tx, {.workspace_id = 1, .campaign_lead_id = id}, id, at_ms));
      return index_thread(tx, 1, id);
    });
    if (!stored) return 1;
    std::this_thread::sleep_for(std::chrono::microseconds(1'000'000 / rate));
  }
}

}  // namespace
}  // namespace outrider::inbox

int main(int argc, char** argv) {
  using namespace outrider;
  if (argc < 2) return 2;
  auto database = db::Database::open({.url = argv[1]});
  if (!database) {
    std::printf("%s\n", database.error().message.c_str());
    return 1;
  }
  if (argc > 2) return inbox::receive(**database, std::atoi(argv[2]));
  inbox::measure_all(**database);
  return 0;
}
