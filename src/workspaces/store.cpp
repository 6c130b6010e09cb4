#include "workspaces/store.h"

#include <array>

#include "core/encoding.h"
#include "core/secrets.h"
#include "core/strings.h"
#include "mail/address.h"

namespace outrider::workspaces {
namespace {

constexpr std::size_t kNameCharactersMax = 200;
constexpr std::size_t kKeyBytes = 32;

struct Category {
  int id;
  const char* name;
  const char* sentiment;  // nullptr = neither
};
constexpr std::array<Category, 9> kCategories{{
    {1, "Interested", "positive"},
    {2, "Meeting Request", "positive"},
    {3, "Not Interested", "negative"},
    {4, "Do Not Contact", "negative"},
    {5, "Information Request", "positive"},
    {6, "Out Of Office", "neutral"},
    {7, "Wrong Person", "negative"},
    {8, "Uncategorizable", "neutral"},
    {9, "Sender Originated Bounce", "negative"},
}};

constexpr db::Query kInsertWorkspace{"workspaces.insert", R"sql(
  INSERT INTO workspace (name, created_at_ms)
  VALUES ($1, $2)
  RETURNING id
)sql"};

constexpr db::Query kInsertCategory{"workspaces.insert_category", R"sql(
  INSERT INTO lead_category (workspace_id, id, name, sentiment, created_at_ms)
  VALUES ($1, $2, $3, $4, $5)
)sql"};

Result<std::int64_t> create_workspace(db::Tx& tx, const std::string& name, TimeMs now_ms) {
  TRY_AS(const auto row, tx.row(kInsertWorkspace, name, now_ms));
  const std::int64_t workspace_id = row->int64(0);
  for (const auto& category : kCategories) {
    const auto sentiment = std::optional<std::string_view>(category.sentiment);
    TRY(tx.run(kInsertCategory, workspace_id, category.id, category.name, sentiment, now_ms));
  }
  return workspace_id;
}

constexpr db::Query kOldest{"workspaces.oldest", R"sql(
  SELECT id
    FROM workspace
   ORDER BY id
   LIMIT 1
)sql"};

constexpr db::Query kExists{"workspaces.exists", R"sql(
  SELECT id
    FROM workspace
   WHERE id = $1
)sql"};

Result<std::int64_t> workspace_for(db::Tx& tx, const NewUser& user, TimeMs now_ms) {
  if (!user.workspace_id && user.role == http::Role::Owner) return create_workspace(tx, user.name, now_ms);
  TRY_AS(const auto row, user.workspace_id ? tx.row(kExists, *user.workspace_id) : tx.row(kOldest));
  if (row) return row->int64(0);
  return fail(Code::NotFound, "there is no such workspace: create its owner first");
}

constexpr db::Query kInsertUser{"workspaces.insert_user", R"sql(
  INSERT INTO app_user (workspace_id, email, name, role, created_at_ms)
  VALUES ($1, $2, $3, $4, $5)
      ON CONFLICT DO NOTHING
  RETURNING id
)sql"};

constexpr db::Query kFindUser{"workspaces.find_user", R"sql(
  SELECT workspace_id, id, email, name, role
    FROM app_user
   WHERE email = $1
)sql"};

constexpr db::Query kInsertClient{"workspaces.insert_client", R"sql(
  INSERT INTO client (workspace_id, name, email, created_at_ms)
  VALUES ($1, $2, $3, $4)
      ON CONFLICT DO NOTHING
  RETURNING id
)sql"};

constexpr db::Query kClientExists{"workspaces.client_exists", R"sql(
  SELECT id
    FROM client
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kInsertKey{"workspaces.insert_key", R"sql(
  INSERT INTO api_key (workspace_id, user_id, client_id, name, key_hash, rate_limit, created_at_ms)
  VALUES ($1, $2, $3, $4, $5, $6, $7)
)sql"};

// Compared by hash: an index look-up of a 256-bit digest tells an attacker nothing about the key.
constexpr db::Query kFindKey{"workspaces.find_key", R"sql(
  SELECT api_key.workspace_id, api_key.user_id, app_user.role, api_key.client_id, api_key.id,
         api_key.rate_limit
    FROM api_key
    JOIN app_user ON app_user.workspace_id = api_key.workspace_id AND app_user.id = api_key.user_id
   WHERE api_key.key_hash = $1
     AND api_key.revoked_at_ms IS NULL
)sql"};

constexpr db::Query kLiveKey{"workspaces.live_key", R"sql(
  SELECT id
    FROM api_key
   WHERE workspace_id = $1
     AND id = $2
     AND revoked_at_ms IS NULL
)sql"};

constexpr db::Query kTimezone{"workspaces.timezone", R"sql(
  SELECT timezone
    FROM workspace
   WHERE id = $1
)sql"};

/// The address as it is stored.
Result<std::string> check_name_and_address(std::string_view name, std::string_view address) {
  std::string email = to_lower(trim(address));
  if (!mail::is_valid_email(email)) return fail_field("email", "\"email\" must be a mail address");
  if (trim(name).empty() || utf8_length(name) > kNameCharactersMax)
    return fail_field("name", "\"name\" must have 1 to 200 characters");
  return email;
}

}  // namespace

Result<User> create_user(db::Tx& tx, const NewUser& user, TimeMs now_ms) {
  TRY_AS(const auto email, check_name_and_address(user.name, user.email));
  TRY_AS(const auto workspace_id, workspace_for(tx, user, now_ms));
  const auto role = static_cast<std::int64_t>(user.role);
  TRY_AS(const auto row, tx.row(kInsertUser, workspace_id, email, user.name, role, now_ms));
  if (!row) return fail(Code::Conflict, "there is a user " + email + " already");
  return User{.workspace_id = workspace_id,
              .id = row->int64(0),
              .email = email,
              .name = user.name,
              .role = user.role};
}

Result<User> load_user(db::Tx& tx, std::string_view email) {
  TRY_AS(const auto row, tx.row(kFindUser, to_lower(trim(email))));
  if (!row) return fail(Code::NotFound, "there is no user " + std::string(email));
  return User{.workspace_id = row->int64(0),
              .id = row->int64(1),
              .email = std::string(row->text(2)),
              .name = std::string(row->text(3)),
              .role = static_cast<http::Role>(row->int64(4))};
}

Result<Client> create_client(db::Tx& tx, std::int64_t workspace_id, const NewClient& client, TimeMs now_ms) {
  TRY_AS(const auto email, check_name_and_address(client.name, client.email));
  TRY_AS(const auto row, tx.row(kInsertClient, workspace_id, client.name, email, now_ms));
  if (!row) return fail(Code::Conflict, "there is a client " + email + " already");
  return Client{.workspace_id = workspace_id, .id = row->int64(0), .name = client.name};
}

Result<std::string> create_key(db::Tx& tx, const User& user, const NewKey& key, TimeMs now_ms) {
  if (key.client_id) {
    TRY_AS(const auto client, tx.row(kClientExists, user.workspace_id, *key.client_id));
    if (!client) return fail(Code::NotFound, "the user's workspace has no such client");
  }
  std::string text = base64url_encode(random_bytes(kKeyBytes));
  const std::string hash = hex_encode(sha256(text));
  TRY(tx.run(kInsertKey, user.workspace_id, user.id, key.client_id, key.name, hash, key.rate_limit, now_ms));
  return text;
}

Result<http::Principal> find_principal(db::Tx& tx, std::string_view key) {
  TRY_AS(const auto row, tx.row(kFindKey, hex_encode(sha256(key))));
  if (!row) return fail(Code::Unauthorized, "Invalid API Key");
  const auto rate_limit = row->opt_int64(5);
  return http::Principal{
      .workspace_id = row->int64(0),
      .user_id = row->int64(1),
      .role = row->is_null(3) ? static_cast<http::Role>(row->int64(2)) : http::Role::Client,
      .client_id = row->opt_int64(3),
      .key_id = row->int64(4),
      .rate_limit = rate_limit ? std::optional(static_cast<int>(*rate_limit)) : std::nullopt};
}

Result<bool> is_key_valid(db::Tx& tx, std::int64_t workspace_id, std::int64_t key_id) {
  TRY_AS(const auto row, tx.row(kLiveKey, workspace_id, key_id));
  return row.has_value();
}

Result<std::string> load_timezone(db::Tx& tx, std::int64_t workspace_id) {
  TRY_AS(const auto row, tx.row(kTimezone, workspace_id));
  if (!row) return fail(Code::NotFound, "Workspace not found");
  return std::string(row->text(0));
}

}  // namespace outrider::workspaces
