// Settings. Each is declared once, in the table of config.cpp, and can be given as a flag of `outrider
// serve`, as a variable OUTRIDER_*, or as a key of the TOML file; the first of these that is there wins.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "core/log.h"
#include "core/result.h"

namespace outrider::app {

struct Config {
  std::string data = "./data";
  std::string listen = "127.0.0.1:8025";
  std::string public_url;    // empty: http:// and the address listened on
  std::string database_url;  // empty: SQLite in the data folder
  std::string roles = "api,send,receive";
  bool is_sandbox = false;
  std::string test_clock;  // ISO 8601; empty: the system's clock

  bool net_allow_private = false;
  std::string net_ca_file;
  std::string net_dns_servers;  // ADDRESS[:PORT], comma-joined; empty: the system's

  std::string log_level = "info";
  std::int64_t http_io_threads = 2;
  std::int64_t http_workers = 8;
  std::int64_t http_rate_limit = 60;
  std::int64_t http_body_bytes_max = 10 << 20;
  std::string http_cors_origin;

  std::int64_t inbox_memory_mib = 1024;
  std::int64_t send_gap_seconds = 60;
  std::int64_t send_daily_cap = 30;
  std::int64_t send_connections_max = 256;
  std::int64_t send_answer_seconds = 600;
  std::int64_t receive_poll_seconds = 600;
  std::int64_t receive_freshness_seconds = 900;

  std::int64_t events_keep_days = 90;

  std::int64_t sandbox_seed = 1;
  double sandbox_speed = 1.0;

  std::filesystem::path data_path(const char* name) const { return std::filesystem::path(data) / name; }
  std::string url_of_database() const;
  log::Level level() const;
  bool has_role(std::string_view role) const;
};

/// One setting: its TOML key ("net.allow_private"; as a flag --net-allow-private, as a variable
/// OUTRIDER_NET_ALLOW_PRIVATE) and where its value lives.
struct Setting {
  using Member =
      std::variant<std::string Config::*, bool Config::*, std::int64_t Config::*, double Config::*>;
  std::string_view key;
  Member member;
  std::string_view doc;
  std::int64_t min = 0;
  std::int64_t max = INT64_MAX;

  std::string flag() const;
  std::string variable() const;
};

std::span<const Setting> settings();

/// Looks a variable up in the environment; a parameter so that tests have their own.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

/// File, then environment, then flags (each given as setting and text) over the defaults.
/// Errors: Invalid, naming the setting, where it was given and what it must be.
struct Given {
  const Setting* setting = nullptr;
  std::string value;
};
Result<Config> load_config(const std::string& file,
                           const Environment& environment,
                           const std::vector<Given>& flags);

}  // namespace outrider::app
