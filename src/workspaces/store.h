// Workspaces, the people in them and their API keys.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.h"
#include "db/database.h"
#include "http/context.h"

namespace outrider::workspaces {

struct User {
  std::int64_t workspace_id = 0;
  std::int64_t id = 0;
  std::string email;
  std::string name;
  http::Role role = http::Role::Member;
};

struct NewUser {
  std::string email;
  std::string name;
  http::Role role = http::Role::Owner;
  std::optional<std::int64_t> workspace_id;  // absent: see create_user
};

/// An owner without a workspace gets a new one, with the nine categories every workspace has (RULINGS 22);
/// anybody else without one joins the oldest. Errors: Invalid for an address or name that is none, Conflict
/// when the address is taken, NotFound when there is no such workspace.
Result<User> create_user(db::Tx& tx, const NewUser& user, TimeMs now_ms);

/// Errors: NotFound.
Result<User> load_user(db::Tx& tx, std::string_view email);

struct Client {
  std::int64_t workspace_id = 0;
  std::int64_t id = 0;
  std::string name;
};

struct NewClient {
  std::string name;
  std::string email;
};

/// A white-label client of the workspace. Errors: Invalid for an address or name that is none, Conflict when
/// the workspace has a client of that address.
Result<Client> create_client(db::Tx& tx, std::int64_t workspace_id, const NewClient& client, TimeMs now_ms);

struct NewKey {
  std::string name;
  std::optional<std::int64_t> client_id = {};  // the key sees this client's things only
  std::optional<std::int64_t> rate_limit;  // requests in 60 s; 0 = no limit; absent = the server's default
};

/// Returns the key itself, which is stored nowhere: only its hash is. Errors: NotFound when the user's
/// workspace has no such client.
Result<std::string> create_key(db::Tx& tx, const User& user, const NewKey& key, TimeMs now_ms);

/// Errors: Unauthorized.
Result<http::Principal> find_principal(db::Tx& tx, std::string_view key);

/// Whether a key that was good when its caller came still is.
Result<bool> is_key_valid(db::Tx& tx, std::int64_t workspace_id, std::int64_t key_id);

/// The zone in which days are counted where nothing nearer says one.
Result<std::string> load_timezone(db::Tx& tx, std::int64_t workspace_id);

}  // namespace outrider::workspaces
