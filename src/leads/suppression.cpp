#include "leads/suppression.h"

#include <algorithm>

#include "core/strings.h"
#include "db/dialect.h"
#include "leads/json_args.h"
#include "mail/address.h"
#include "mail/domain.h"

namespace outrider::leads {
namespace {

constexpr std::int64_t kEveryone = 0;

SuppressionSource source_from(std::string_view word) {
  for (const auto source : {SuppressionSource::Unsubscribe,
                            SuppressionSource::Bounce,
                            SuppressionSource::Complaint,
                            SuppressionSource::Invalid})
    if (name(source) == word) return source;
  return SuppressionSource::Manual;
}

std::optional<std::int64_t> client_from(std::int64_t stored) {
  return stored == kEveryone ? std::nullopt : std::optional(stored);
}

Suppression suppression_of(const db::Row& row) {
  return {.id = row.int64(0),
          .value = row.string(1),
          .client_id = client_from(row.int64(2)),
          .source = source_from(row.text(3)),
          .created_at_ms = row.int64(4)};
}

std::vector<Suppression> suppressions_of(const db::Rows& rows) {
  std::vector<Suppression> found;
  found.reserve(rows.size());
  for (const auto& row : rows) found.push_back(suppression_of(row));
  return found;
}

constexpr db::Query kFind{"leads.find_suppressions", R"sql(
  SELECT id, value, client_id, source, created_at_ms
    FROM suppression
   WHERE workspace_id = $1
     AND value IN (SELECT value FROM /*+json_list($2)*/)
     AND client_id IN (0, $3)
   ORDER BY id
)sql"};

constexpr db::Query kAdd{"leads.add_suppression", R"sql(
  INSERT INTO suppression (workspace_id, value, client_id, source, created_at_ms)
  VALUES ($1, $2, $3, $4, $5)
      ON CONFLICT DO NOTHING
)sql"};

constexpr db::Query kList{"leads.list_suppressions", R"sql(
  SELECT id, value, client_id, source, created_at_ms
    FROM suppression
   WHERE workspace_id = $1
     AND (CAST($2 AS BIGINT) IS NULL OR client_id = $2)
     AND (CAST($3 AS TEXT) IS NULL OR value LIKE $3 ESCAPE '\')
     AND (CAST($4 AS TEXT) IS NULL OR value = $4)
   ORDER BY id DESC
   LIMIT $5 OFFSET $6
)sql"};

}  // namespace

std::vector<std::string> suppressing_values(std::string_view email) {
  std::vector<std::string> values{mail::normalise_address(email)};
  std::string host = mail::domain_of(values.front());
  const std::string organisation = mail::organisational_domain(host);
  while (host.size() > organisation.size()) {
    values.push_back(host);
    host.erase(0, host.find('.') + 1);
  }
  values.push_back(organisation);
  return values;
}

Result<std::string> suppression_value(std::string_view text) {
  text = trim(text);
  if (mail::is_valid_email(text)) return mail::normalise_address(text);
  if (text.starts_with('@')) text.remove_prefix(1);
  const auto domain = mail::domain_to_ascii(text);
  if (!domain || !domain->contains('.') || domain->contains('@'))
    return fail(Code::Invalid, "must be an email address or a domain");
  return *domain;
}

Result<bool> is_suppressed(db::Tx& tx,
                           std::int64_t workspace_id,
                           std::optional<std::int64_t> client_id,
                           std::string_view email) {
  TRY_AS(const auto found, find_suppressions(tx, workspace_id, client_id, suppressing_values(email)));
  return !found.empty();
}

Result<std::vector<Suppression>> find_suppressions(db::Tx& tx,
                                                   std::int64_t workspace_id,
                                                   std::optional<std::int64_t> client_id,
                                                   const std::vector<std::string>& values) {
  const std::string list = json_list(values);
  TRY_AS(const auto rows, tx.rows(kFind, workspace_id, list, client_id.value_or(kEveryone)));
  return suppressions_of(rows);
}

Result<std::int64_t> add_suppressions(db::Tx& tx,
                                      const SuppressionOrigin& origin,
                                      const std::vector<std::string>& values,
                                      TimeMs now_ms) {
  std::vector<db::Args> entries;
  entries.reserve(values.size());
  for (const auto& value : values)
    entries.push_back(
        {origin.workspace_id, value, origin.client_id.value_or(kEveryone), name(origin.source), now_ms});
  return tx.run_many(kAdd, entries);
}

Result<std::vector<Suppression>> list_suppressions(db::Tx& tx,
                                                   std::int64_t workspace_id,
                                                   const SuppressionFilter& filter,
                                                   const Page& page) {
  std::optional<std::string> pattern;
  if (filter.part) pattern = db::like_containing(to_lower(trim(*filter.part)));
  std::optional<std::string> exact;
  if (filter.exact) exact = to_lower(trim(*filter.exact));
  TRY_AS(const auto rows,
         tx.rows(kList, workspace_id, filter.client_id, pattern, exact, page.limit, page.offset));
  return suppressions_of(rows);
}

}  // namespace outrider::leads
