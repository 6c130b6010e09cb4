#include "app/config.h"

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "core/log.h"
#include "core/strings.h"
#include "core/time_text.h"

namespace outrider::app {
namespace {

constexpr Setting kSettings[] = {
    {"data", &Config::data, "Folder for the database, the key file and the sandbox"},
    {"listen", &Config::listen, "HOST:PORT to serve HTTP on; port 0 takes a free one"},
    {"public_url",
     &Config::public_url,
     "Where the outside reaches this server: tracking and unsubscribe links"},
    {"database_url", &Config::database_url, "postgresql://... instead of the SQLite file in the data folder"},
    {"roles", &Config::roles, "What this node does: api, send, receive, comma-joined"},
    {"sandbox", &Config::is_sandbox, "A workspace whose mail never leaves this machine"},
    {"test_clock", &Config::test_clock, "Start the program's clock at this ISO 8601 instant"},
    {"net.allow_private", &Config::net_allow_private, "Allow mail hosts in private and loopback networks"},
    {"net.ca_file", &Config::net_ca_file, "PEM file of certificate authorities trusted besides the system's"},
    {"net.dns_servers", &Config::net_dns_servers, "ADDRESS[:PORT], comma-joined, instead of the system's"},
    {"log.level", &Config::log_level, "debug, info, warn, error or off"},
    {"http.io_threads", &Config::http_io_threads, "Threads that read and write sockets", 1, 64},
    {"http.workers", &Config::http_workers, "Threads that run requests and jobs", 1, 256},
    {"http.rate_limit",
     &Config::http_rate_limit,
     "Requests a key may make in 60 s; 0 = no limit",
     0,
     1'000'000},
    {"http.body_bytes_max", &Config::http_body_bytes_max, "Largest request body", 1024, 1LL << 30},
    {"http.cors_origin",
     &Config::http_cors_origin,
     "Origin that browsers may call the API from; empty = none"},
    {"inbox.memory_mib",
     &Config::inbox_memory_mib,
     "Memory for the inbox's lists; a million conversations take about 80 MiB",
     16,
     1 << 20},
    {"send.gap_seconds", &Config::send_gap_seconds, "Least time between two mails of a mailbox", 0, 86'400},
    {"send.daily_cap",
     &Config::send_daily_cap,
     "Mails a day of a mailbox that has no cap of its own",
     0,
     1'000'000},
    {"send.connections_max", &Config::send_connections_max, "SMTP connections open at once", 1, 100'000},
    {"send.answer_seconds",
     &Config::send_answer_seconds,
     "How long a server may take to answer a whole message (RFC 5321: 600)",
     1,
     3600},
    {"receive.poll_seconds",
     &Config::receive_poll_seconds,
     "How often folders without IDLE are read",
     1,
     86'400},
    {"receive.freshness_seconds",
     &Config::receive_freshness_seconds,
     "A follow-up waits while the mailbox was not read for longer",
     1,
     86'400},
    {"events.keep_days", &Config::events_keep_days, "For how many days the feed can be read back", 30, 3650},
    {"sandbox.seed", &Config::sandbox_seed, "Seed of the prospects' behaviour"},
    {"sandbox.speed", &Config::sandbox_speed, "How fast prospects react; 2 = twice as fast"},
};

Error wrong(const Setting& setting, const std::string& where, const std::string& must) {
  return {.code = Code::Invalid, .message = where + ": \"" + std::string(setting.key) + "\" must be " + must};
}

Result<bool> parse_flag(std::string_view text) {
  for (const char* yes : {"1", "true", "yes", "on"})
    if (equal_ignoring_case(text, yes)) return true;
  for (const char* no : {"0", "false", "no", "off", ""})
    if (equal_ignoring_case(text, no)) return false;
  return fail(Code::Invalid, "true or false");
}

Result<> set(Config& config, const Setting& setting, const std::string& where, const std::string& text) {
  if (const auto* member = std::get_if<std::string Config::*>(&setting.member)) {
    config.** member = text;
  } else if (const auto* flag = std::get_if<bool Config::*>(&setting.member)) {
    const auto value = parse_flag(text);
    if (!value) return std::unexpected(wrong(setting, where, value.error().message));
    config.** flag = *value;
  } else if (const auto* number = std::get_if<std::int64_t Config::*>(&setting.member)) {
    const auto value = parse_integer(text);
    if (!value || *value < setting.min || *value > setting.max)
      return std::unexpected(
          wrong(setting,
                where,
                "a whole number from " + std::to_string(setting.min) + " to " + std::to_string(setting.max)));
    config.** number = *value;
  } else if (const auto* real = std::get_if<double Config::*>(&setting.member)) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value <= 0)
      return std::unexpected(wrong(setting, where, "a number above 0"));
    config.** real = value;
  }
  return {};
}

/// A TOML value as the text a flag would have; lists are comma-joined.
std::optional<std::string> text_of(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return std::to_string(number->get());
  if (const auto* real = node.as_floating_point()) return std::to_string(real->get());
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  const auto* list = node.as_array();
  if (!list) return std::nullopt;
  std::vector<std::string> parts;
  for (const auto& element : *list) {
    const auto part = element.is_array() ? std::nullopt : text_of(element);
    if (!part) return std::nullopt;
    parts.push_back(*part);
  }
  return join(parts, ",");
}

Result<> refuse_unknown(const toml::table& table, const std::string& file, const std::string& prefix) {
  for (const auto& [name, node] : table) {
    const std::string key = prefix + std::string(name.str());
    if (const auto* inner = node.as_table()) {
      TRY(refuse_unknown(*inner, file, key + "."));
      continue;
    }
    if (std::ranges::find(kSettings, key, &Setting::key) == std::end(kSettings))
      return fail(Code::Invalid,
                  file + ": there is no setting \"" + key + "\"; docs/operate/configuration.md lists them");
  }
  return {};
}

Result<> read_file(Config& config, const std::string& file) {
  const auto parsed = toml::parse_file(file);
  if (!parsed) {
    const auto& error = parsed.error();
    return fail(
        Code::Invalid,
        file + ":" + std::to_string(error.source().begin.line) + ": " + std::string(error.description()));
  }
  const toml::table& table = parsed.table();
  TRY(refuse_unknown(table, file, ""));
  for (const Setting& setting : kSettings) {
    const auto node = table.at_path(setting.key);
    if (!node) continue;
    const auto text = text_of(*node.node());
    if (!text) return std::unexpected(wrong(setting, file, "a plain value"));
    TRY(set(config, setting, file, *text));
  }
  return {};
}

Result<> check(const Config& config) {
  for (const auto role : split(config.roles, ','))
    if (const auto name = trim(role); name != "api" && name != "send" && name != "receive")
      return fail(Code::Invalid, "\"roles\" must be a list of api, send, receive");
  if (!config.test_clock.empty() && !parse_instant(config.test_clock))
    return fail(Code::Invalid, "\"test_clock\" must be an ISO 8601 instant such as 2026-03-03T10:00:00Z");
  constexpr std::array kLevels = {"debug", "info", "warn", "error", "off"};
  if (std::ranges::find(kLevels, config.log_level) == kLevels.end())
    return fail(Code::Invalid, "\"log.level\" must be one of debug, info, warn, error, off");
  const bool has_scheme =
      config.public_url.starts_with("http://") || config.public_url.starts_with("https://");
  if (!config.public_url.empty() && !has_scheme)
    return fail(Code::Invalid, "\"public_url\" must begin with https:// or http://");
  return {};
}

}  // namespace

std::span<const Setting> settings() {
  return kSettings;
}

std::string Setting::flag() const {
  std::string name = "--" + std::string(key);
  std::ranges::replace(name, '.', '-');
  std::ranges::replace(name, '_', '-');
  return name;
}

std::string Setting::variable() const {
  std::string name = "OUTRIDER_" + std::string(key);
  for (char& c : name) c = c == '.' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return name;
}

std::string Config::url_of_database() const {
  if (!database_url.empty()) return database_url;
  return "sqlite:" + data_path("outrider.db").string();
}

log::Level Config::level() const {
  if (log_level == "debug") return log::Level::Debug;
  if (log_level == "warn") return log::Level::Warn;
  if (log_level == "error") return log::Level::Error;
  return log_level == "off" ? log::Level::Off : log::Level::Info;
}

bool Config::has_role(std::string_view role) const {
  return std::ranges::any_of(split(roles, ','), [&](std::string_view name) { return trim(name) == role; });
}

namespace {

/// What is given laid over `config`.
Result<Config> load_over(Config config,
                         const std::string& file,
                         const Environment& environment,
                         const std::vector<Given>& flags) {
  if (!file.empty()) TRY(read_file(config, file));
  for (const Setting& setting : kSettings)
    if (const auto text = environment(setting.variable()))
      TRY(set(config, setting, setting.variable(), *text));
  for (const Given& given : flags) TRY(set(config, *given.setting, given.setting->flag(), given.value));
  TRY(check(config));
  return config;
}

/// Nobody is waiting behind the addresses of the sandbox: mail leaves as fast as it is taken.
Config sandbox_defaults() {
  Config config;
  config.send_gap_seconds = 0;
  config.send_daily_cap = 1'000'000;
  return config;
}

}  // namespace

Result<Config> load_config(const std::string& file,
                           const Environment& environment,
                           const std::vector<Given>& flags) {
  TRY_AS(auto config, load_over({}, file, environment, flags));
  if (!config.is_sandbox) return config;
  return load_over(sandbox_defaults(), file, environment, flags);
}

}  // namespace outrider::app
