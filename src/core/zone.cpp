#include "core/zone.h"

#include <cctz/civil_time.h>
#include <cctz/time_zone.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>

#include "core/strings.h"

namespace outrider {

struct Zone::Rules {
  std::string name;
  cctz::time_zone zone;
};

namespace {

constexpr std::size_t kNameBytesMax = 64;
constexpr LocalDay kWeekdayOf1970 = 4;  // 1970-01-01 was a Thursday

/// Where cctz looks.
const std::filesystem::path& database_folder() {
  static const std::filesystem::path kFolder = [] {
    const char* const set = std::getenv("TZDIR");
    return set != nullptr && *set != '\0' ? set : "/usr/share/zoneinfo";
  }();
  return kFolder;
}

/// Names reach the file system, so nothing but a relative path of plain words may pass. "right/" counts leap
/// seconds, "posix/" repeats the rest, and lower-case names are tzdata's own files.
bool is_plausible(std::string_view name) {
  if (name.empty() || name.size() > kNameBytesMax || name.front() < 'A' || name.front() > 'Z') return false;
  return std::ranges::all_of(name, [](char c) {
    const char lower = to_lower(c);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '+' || c == '-' ||
           c == '/';
  });
}

/// cctz remembers every name it was ever asked for, so it is asked only for those that exist.
bool exists(std::string_view name) {
  std::error_code error;
  return std::filesystem::is_regular_file(database_folder() / name, error);
}

cctz::time_point<cctz::seconds> seconds_of(TimeMs at_ms) {
  const auto since = std::chrono::floor<cctz::seconds>(std::chrono::milliseconds(at_ms));
  return cctz::time_point<cctz::seconds>(since);
}

std::int64_t floor_divide(std::int64_t value, std::int64_t by) {
  return value / by - (value % by < 0 ? 1 : 0);
}

}  // namespace

int weekday(LocalDay day) {
  return static_cast<int>(((day + kWeekdayOf1970) % 7 + 7) % 7);
}

Zone::Zone() {
  static const Rules kUtc{.name = "UTC", .zone = cctz::utc_time_zone()};
  rules_ = &kUtc;
}

Result<Zone> Zone::load(std::string_view name) {
  static std::mutex mutex;
  static std::map<std::string, std::unique_ptr<const Rules>, std::less<>> loaded;
  if (name == "UTC") return Zone();

  const std::scoped_lock lock(mutex);
  if (const auto found = loaded.find(name); found != loaded.end()) return Zone(found->second.get());
  cctz::time_zone zone;
  if (!is_plausible(name) || !exists(name) || !cctz::load_time_zone(std::string(name), &zone))
    return fail(Code::Invalid, "must be an IANA time zone such as Europe/Berlin");
  auto rules = std::make_unique<const Rules>(Rules{.name = std::string(name), .zone = zone});
  return Zone(loaded.emplace(name, std::move(rules)).first->second.get());
}

const std::string& Zone::name() const {
  return rules_->name;
}

LocalTime Zone::local(TimeMs at_ms) const {
  const auto civil = cctz::convert(seconds_of(at_ms), rules_->zone);
  const auto day = cctz::civil_day(civil) - cctz::civil_day(1970, 1, 1);
  const auto in_day_s = civil - cctz::civil_second(cctz::civil_day(civil));
  const auto fraction_ms = at_ms - floor_divide(at_ms, kSecondMs) * kSecondMs;
  return {.day = day, .in_day_ms = in_day_s * kSecondMs + fraction_ms};
}

TimeMs Zone::instant(LocalDay day, std::int64_t in_day_ms) const {
  const auto in_day_s = floor_divide(in_day_ms, kSecondMs);
  const auto civil = cctz::civil_second(cctz::civil_day(1970, 1, 1) + day) + in_day_s;
  const auto lookup = rules_->zone.lookup(civil);
  const auto since_s = [](auto point) { return static_cast<TimeMs>(point.time_since_epoch().count()); };
  if (lookup.kind == cctz::time_zone::civil_lookup::SKIPPED) return since_s(lookup.trans) * kSecondMs;
  return since_s(lookup.pre) * kSecondMs + (in_day_ms - in_day_s * kSecondMs);
}

}  // namespace outrider
