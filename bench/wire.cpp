// bench: wire core
// What the wire layer costs: reading an import of 400 leads and writing a page of 20 conversations, per call.
#include "wire/wire.h"

#include <chrono>
#include <cstdio>

namespace {

using namespace outrider;
using Steady = std::chrono::steady_clock;

constexpr int kRounds = 2000;

struct Lead {
  std::string email;
  std::string first_name;
  std::string company_name;
  std::map<std::string, std::string> custom_fields;
  static wire::Fields wire();
};
wire::Fields Lead::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&Lead::email>("email", wire::email()),
      wire::optional<&Lead::first_name>("first_name", wire::length(0, 200), wire::lenient()),
      wire::optional<&Lead::company_name>("company_name", wire::alias("company"), wire::lenient()),
      wire::optional<&Lead::custom_fields>("custom_fields", wire::items(0, 200)),
  };
  return kFields;
}

struct Import {
  std::vector<Lead> leads;
  static wire::Fields wire();
};
wire::Fields Import::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&Import::leads>("lead_list", wire::bare(), wire::items(1, 400)),
  };
  return kFields;
}

struct Reference {
  std::int64_t id = 0;
  std::string name;
  static wire::Fields wire();
};
wire::Fields Reference::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&Reference::id>("id"),
      wire::required<&Reference::name>("name"),
  };
  return kFields;
}

struct Item {
  std::string map_id;
  Reference campaign;
  std::optional<Reference> category;
  std::string subject;
  std::string body;
  std::optional<wire::Instant> last_reply_time;
  bool is_read = false;
  std::vector<std::string> tags;
  static wire::Fields wire();
};
wire::Fields Item::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&Item::map_id>("campaign_lead_map_id", wire::also("email_lead_map_id")),
      wire::required<&Item::campaign>("campaign"),
      wire::optional<&Item::category>("category", wire::omit_when_empty()),
      wire::required<&Item::subject>("subject"),
      wire::required<&Item::body>("body"),
      wire::required<&Item::last_reply_time>("last_reply_time"),
      wire::required<&Item::is_read>("is_read"),
      wire::required<&Item::tags>("tags"),
  };
  return kFields;
}

struct Page {
  std::vector<Item> messages;
  static wire::Fields wire();
};
wire::Fields Page::wire() {
  static constexpr wire::Field kFields[] = {wire::required<&Page::messages>("messages", wire::also("data"))};
  return kFields;
}

template <class Run>
void report(const char* what, std::size_t bytes, Run run) {
  const auto begins = Steady::now();
  std::size_t checksum = 0;
  for (int round = 0; round < kRounds; ++round) checksum += run();
  const std::chrono::duration<double, std::micro> took = Steady::now() - begins;
  const double each_us = took.count() / kRounds;
  const double rate = static_cast<double>(bytes) / each_us;
  std::printf("%-28s %9zu bytes %10.1f us %8.0f MB/s  (%zu)\n", what, bytes, each_us, rate, checksum);
}

}  // namespace

int main() {
  Import import;
  for (int i = 0; i < 400; ++i)
    import.leads.push_back({.email = "lead" + std::to_string(i) + "@company.example",
                            .first_name = "Åsa",
                            .company_name = "Company \"North\"",
                            .custom_fields = {{"job_title", "Head of Ops"}, {"city", "Lisbon"}}});
  const std::string body = wire::encode(import);
  const Item item{.map_id = "2511907733",
                  .campaign = {4102, "Nordic freight, spring"},
                  .category = Reference{1, "Interested"},
                  .subject = "Re: Empty return legs",
                  .body = std::string(2000, 'x') + "\n\"quoted\"\n",
                  .last_reply_time = wire::Instant{1772524800000},
                  .is_read = true,
                  .tags = {"freight", "nordics"}};
  const Page page{.messages = std::vector<Item>(20, item)};

  report("decode 400 leads", body.size(), [&] { return wire::decode<Import>(body)->leads.size(); });
  report("encode 400 leads", body.size(), [&] { return wire::encode(import).size(); });
  report("encode 20 conversations", wire::encode(page).size(), [&] { return wire::encode(page).size(); });
}
