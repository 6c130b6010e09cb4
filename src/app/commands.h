// The short commands: they do one thing and end.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "app/config.h"
#include "core/clock.h"
#include "db/database.h"

namespace outrider::app {

struct UserRequest {
  std::string email;
  std::string name;
  std::string role = "owner";
  std::optional<std::int64_t> workspace_id;
};
Result<> create_user(const Config& config, const UserRequest& request);

struct ClientRequest {
  std::string user_email;  // of the workspace
  std::string name;
  std::string email;
};
/// Prints the client's id and nothing else.
Result<> create_client(const Config& config, const ClientRequest& request);

struct KeyRequest {
  std::string user_email;
  std::string name;
  std::optional<std::int64_t> client_id;
  std::optional<std::int64_t> rate_limit;
};
/// Prints the key and nothing else.
Result<> create_key(const Config& config, const KeyRequest& request);

Result<> migrate(const Config& config);
Result<> print_openapi();
Result<> print_version();

/// The database of the settings, brought to this version; the data folder is made when it is absent.
Result<std::unique_ptr<db::Database>> open_database(const Config& config,
                                                    Clock& clock,
                                                    db::Observer* observer);

}  // namespace outrider::app
