#include "app/commands.h"

#include <iostream>
#include <system_error>

#include "app/routes.h"
#include "app/version.h"
#include "db/migrate.h"
#include "workspaces/store.h"

namespace outrider::app {
namespace {

Result<> make_data_folder(const Config& config) {
  std::error_code error;
  std::filesystem::create_directories(config.data, error);
  if (error)
    return fail(Code::Internal, "cannot make the data folder " + config.data + ": " + error.message());
  return {};
}

http::Role role_of(const std::string& word) {
  if (word == "owner") return http::Role::Owner;
  return word == "admin" ? http::Role::Admin : http::Role::Member;
}

}  // namespace

Result<std::unique_ptr<db::Database>> open_database(const Config& config,
                                                    Clock& clock,
                                                    db::Observer* observer) {
  TRY(make_data_folder(config));
  db::DatabaseOptions options{.url = config.url_of_database()};
  options.readers_max = static_cast<std::size_t>(config.http_workers);
  options.pool_max = static_cast<std::size_t>(2 * config.http_workers);
  options.observer = observer;
  TRY_AS(auto database, db::Database::open(options));
  TRY(db::migrate(*database, clock));
  return database;
}

Result<> create_user(const Config& config, const UserRequest& request) {
  Clock clock;
  TRY_AS(const auto database, open_database(config, clock, nullptr));
  const auto user = database->write([&](db::Tx& tx) {
    return workspaces::create_user(tx,
                                   {.email = request.email,
                                    .name = request.name,
                                    .role = role_of(request.role),
                                    .workspace_id = request.workspace_id},
                                   clock.now_ms());
  });
  if (!user) return std::unexpected(user.error());
  std::cout << "user " << user->id << " in workspace " << user->workspace_id << '\n';
  return {};
}

Result<> create_client(const Config& config, const ClientRequest& request) {
  Clock clock;
  TRY_AS(const auto database, open_database(config, clock, nullptr));
  const auto client = database->write([&](db::Tx& tx) -> Result<workspaces::Client> {
    TRY_AS(const auto user, workspaces::load_user(tx, request.user_email));
    return workspaces::create_client(
        tx, user.workspace_id, {.name = request.name, .email = request.email}, clock.now_ms());
  });
  if (!client) return std::unexpected(client.error());
  std::cout << client->id << '\n';
  return {};
}

Result<> create_key(const Config& config, const KeyRequest& request) {
  Clock clock;
  TRY_AS(const auto database, open_database(config, clock, nullptr));
  const auto key = database->write([&](db::Tx& tx) -> Result<std::string> {
    TRY_AS(const auto user, workspaces::load_user(tx, request.user_email));
    return workspaces::create_key(
        tx,
        user,
        {.name = request.name, .client_id = request.client_id, .rate_limit = request.rate_limit},
        clock.now_ms());
  });
  if (!key) return std::unexpected(key.error());
  std::cout << *key << '\n';
  return {};
}

Result<> migrate(const Config& config) {
  Clock clock;
  TRY(open_database(config, clock, nullptr));
  std::cout << "the database is at this program's version\n";
  return {};
}

Result<> print_openapi() {
  std::cout << openapi_document() << '\n';
  return {};
}

Result<> print_version() {
  std::cout << "outrider " << kVersion << '\n';
  return {};
}

}  // namespace outrider::app
