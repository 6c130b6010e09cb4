#include "app/config.h"

#include <doctest/doctest.h>

#include <cstdio>
#include <fstream>

using namespace outrider;
using namespace outrider::app;

namespace {

Environment environment_of(std::vector<std::pair<std::string, std::string>> variables) {
  return [variables](const std::string& name) -> std::optional<std::string> {
    for (const auto& [known, value] : variables)
      if (known == name) return value;
    return std::nullopt;
  };
}

const Setting* setting(std::string_view key) {
  for (const auto& known : settings())
    if (known.key == key) return &known;
  return nullptr;
}

struct File {
  explicit File(const std::string& text) : name(std::tmpnam(nullptr)) { std::ofstream(name) << text; }
  ~File() { std::remove(name.c_str()); }
  std::string name;
};

}  // namespace

TEST_CASE("a flag beats a variable and a variable beats the file") {
  const File file("listen = \"127.0.0.1:1\"\ndata = \"/from/file\"\n[net]\nallow_private = true\n");
  const auto environment =
      environment_of({{"OUTRIDER_LISTEN", "127.0.0.1:2"}, {"OUTRIDER_HTTP_WORKERS", "3"}});

  const auto config = load_config(file.name, environment, {{setting("listen"), "127.0.0.1:3"}});

  REQUIRE(config);
  CHECK(config->listen == "127.0.0.1:3");
  CHECK(config->http_workers == 3);
  CHECK(config->data == "/from/file");
  CHECK(config->net_allow_private);
}

TEST_CASE("a wrong setting is named with where it was given and what it must be") {
  const auto none = environment_of({});
  struct {
    const char* key;
    const char* value;
    const char* expected;
  } cases[] = {
      {"http.workers", "many", "--http-workers: \"http.workers\" must be a whole number from 1 to 256"},
      {"http.workers", "0", "--http-workers: \"http.workers\" must be a whole number from 1 to 256"},
      {"sandbox", "maybe", "--sandbox: \"sandbox\" must be true or false"},
      {"roles", "api,sleep", "\"roles\" must be a list of api, send, receive"},
      {"test_clock", "noon", "\"test_clock\" must be an ISO 8601 instant such as 2026-03-03T10:00:00Z"},
      {"log.level", "loud", "\"log.level\" must be one of debug, info, warn, error, off"},
      {"public_url", "ftp://x", "\"public_url\" must begin with https:// or http://"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.key);
    const auto config = load_config("", none, {{setting(c.key), c.value}});
    REQUIRE_FALSE(config);
    CHECK(config.error().message == c.expected);
  }
}

TEST_CASE("a key of the file that no setting has is refused") {
  const File file("[net]\nallow_privat = true\n");
  const auto config = load_config(file.name, environment_of({}), {});
  REQUIRE_FALSE(config);
  CHECK(config.error().message.find("net.allow_privat\"") != std::string::npos);
}

TEST_CASE("the database is SQLite in the data folder unless a URL is given") {
  Config config;
  config.data = "/srv/outrider";
  CHECK(config.url_of_database() == "sqlite:/srv/outrider/outrider.db");
  config.database_url = "postgresql://db/outrider";
  CHECK(config.url_of_database() == "postgresql://db/outrider");
}

TEST_CASE("every setting stands in the operator's guide") {
  std::ifstream file(OUTRIDER_CONFIGURATION_GUIDE);
  const std::string guide((std::istreambuf_iterator<char>(file)), {});
  for (const auto& known : settings()) {
    CAPTURE(known.key);
    CHECK(guide.find("| `" + std::string(known.key) + "` |") != std::string::npos);
  }
}
