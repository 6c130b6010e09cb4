// bench: inbox
// Time of one page of the inbox with its exact total and its items, for several filters and pages, over the
// database named on the command line (filled by bench/inbox). Prints "view p50 p99 total" lines in
// milliseconds.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "db/database.h"
#include "inbox/item.h"
#include "inbox/list.h"

namespace outrider::inbox {
namespace {

constexpr TimeMs kNow = 1'800'000'000'000;
constexpr int kRoundsMax = 200;
constexpr double kSecondsMax = 3.0;  // for one view

struct View {
  const char* name;
  ListRequest request;
};

ListRequest with(const std::function<void(Filters&)>& change, std::int64_t offset = 0) {
  ListRequest request;
  request.offset = offset;
  change(request.filters);
  return request;
}

std::vector<View> views() {
  const auto none = [](Filters&) {};
  ListRequest by_sent;
  by_sent.sort_by = SortBy::SentTime;
  return {
      {"all, page 1", with(none)},
      {"all, page 500", with(none, 20 * 499)},
      {"all, page 5000", with(none, 20 * 4'999)},
      {"all by sent time", by_sent},
      {"one campaign (2 %)", with([](Filters& f) { f.campaign_ids = {7}; })},
      {"five campaigns", with([](Filters& f) { f.campaign_ids = {7, 8, 9, 10, 11}; })},
      {"one mailbox (0.3 %)", with([](Filters& f) { f.mailbox_ids = {17}; })},
      {"two categories", with([](Filters& f) { f.categories.ids_in = {1, 2}; })},
      {"uncategorised", with([](Filters& f) { f.categories.unassigned = true; })},
      {"one member", with([](Filters& f) { f.team_member_ids = {3}; })},
      {"last 7 days", with([](Filters& f) { f.replied_between = {{kNow - 7 * kDayMs}, {kNow}}; })},
      {"campaign, category, 7 days", with([](Filters& f) {
         f.campaign_ids = {7};
         f.categories.ids_in = {1};
         f.replied_between = {{kNow - 7 * kDayMs}, {kNow}};
       })},
      {"search, one match", with([](Filters& f) { f.search = "person 543211 "; })},
      {"search, 1 % match", with([](Filters& f) { f.search = "word42 "; })},
  };
}

void measure(db::Database& database, const View& view) {
  std::vector<double> times_ms;
  std::int64_t total = 0;
  double spent_ms = 0;
  while (static_cast<int>(times_ms.size()) < kRoundsMax && spent_ms < kSecondsMax * 1000) {
    const auto start = std::chrono::steady_clock::now();
    const auto items = database.read([&](db::Tx& tx) -> Result<std::vector<Item>> {
      TRY_AS(const auto page, list_replies(tx, {.workspace_id = 1}, view.request, kNow));
      total = page.total_count;
      return load_items(tx, 1, page.ids, kNow);
    });
    if (!items) {
      std::printf("%s: %s\n", view.name, items.error().message.c_str());
      return;
    }
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    times_ms.push_back(took.count());
    spent_ms += took.count();
  }
  std::ranges::sort(times_ms);
  std::printf("%-28s %9.2f %9.2f %9lld\n",
              view.name,
              times_ms[times_ms.size() / 2],
              times_ms[times_ms.size() * 99 / 100],
              static_cast<long long>(total));
}

}  // namespace
}  // namespace outrider::inbox

int main(int argc, char** argv) {
  using namespace outrider;
  if (argc != 2) return 2;
  auto database = db::Database::open({.url = argv[1]});
  if (!database) {
    std::printf("%s\n", database.error().message.c_str());
    return 1;
  }
  std::printf("%-28s %9s %9s %9s\n", "view", "p50 ms", "p99 ms", "total");
  for (const auto& view : inbox::views()) inbox::measure(**database, view);
  return 0;
}
