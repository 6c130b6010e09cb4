#include "db/database.h"

#include "core/assert.h"
#include "core/log.h"
#include "core/strings.h"
#include "db/connection.h"
#include "db/dialect.h"

namespace outrider::db {
namespace {

constexpr std::chrono::milliseconds kSlowQuery{200};
constexpr std::string_view kSqliteScheme = "sqlite:";

thread_local bool inside_transaction = false;

}  // namespace

TransactionMark::TransactionMark() {
  inside_transaction = true;
}
TransactionMark::~TransactionMark() {
  inside_transaction = false;
}

void Database::assert_outside_transaction() {
  OUTRIDER_ASSERT(!inside_transaction,
                  "read and write are not called inside a transaction on the same thread: pass the Tx down");
}

void report(Observer* observer,
            std::string_view name,
            std::chrono::steady_clock::time_point since,
            bool failed) {
  const auto took = std::chrono::steady_clock::now() - since;
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(took);
  if (observer != nullptr) observer->query_ran(name, micros, failed);
  if (took > kSlowQuery) log::warn("db.slow", {{"query", name}, {"ms", micros.count() / 1000}});
}

Result<void> check_values(const Query& query, std::span<const Value> values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto* text = std::get_if<std::string_view>(&values[i].variant());
    if (text == nullptr || (text->find('\0') == std::string_view::npos && is_valid_utf8(*text))) continue;
    return fail(Code::Invalid,
                std::string(query.name) + ": $" + std::to_string(i + 1) + " must be UTF-8 text without NUL");
  }
  return {};
}

template <class T, class Call>
Result<T> Tx::observed(std::string_view name, Call&& call) {
  if (failure_) return std::unexpected(*failure_);
  const auto since = std::chrono::steady_clock::now();
  Result<T> result = call();
  report(observer_, name, since, !result);
  if (!result) {
    failure_ = result.error();
    if (failure_->code == Code::Internal) {
      log::error("db.query_failed", {{"query", name}, {"error", failure_->message}});
    }
  }
  return result;
}

Engine Tx::engine() const {
  return connection_.engine();
}

Result<Rows> Tx::rows_of(const Query& query, std::span<const Value> values) {
  return observed<Rows>(query.name, [&]() -> Result<Rows> {
    TRY(check_values(query, values));
    return connection_.rows(query, values);
  });
}

Result<std::int64_t> Tx::count_of(const Query& query, std::span<const Value> values) {
  return observed<std::int64_t>(query.name, [&]() -> Result<std::int64_t> {
    TRY(check_values(query, values));
    return connection_.run(query, values);
  });
}

Result<void> Tx::post_values(const Query& query, std::span<const Value> values) {
  return observed<void>(query.name, [&]() -> Result<void> {
    TRY(check_values(query, values));
    return connection_.post(query, values);
  });
}

Result<std::int64_t> Tx::run_many(const Query& query, std::span<const Args> executions) {
  return observed<std::int64_t>(query.name, [&]() -> Result<std::int64_t> {
    for (const auto& values : executions) TRY(check_values(query, values));
    return connection_.run_many(query, executions);
  });
}

Result<void> Tx::finish() {
  if (failure_) return std::unexpected(*failure_);
  for (const auto& [query, executions] : sums_.take())
    for (const auto& values : executions) TRY(post_values(*query, values));
  return {};
}

Result<void> Tx::prepare(const Query& query) {
  return observed<void>(query.name, [&] { return connection_.prepare(query); });
}

Result<void> Tx::script(std::string_view name, std::string_view sql) {
  return observed<void>(name, [&]() -> Result<void> {
    TRY_AS(const auto statement, translate(sql, engine()));
    return connection_.script(name, statement.sql);
  });
}

Result<std::unique_ptr<Database>> Database::open(const DatabaseOptions& options) {
  const std::string_view url = options.url;
  if (url.starts_with(kSqliteScheme)) {
    return open_sqlite(std::string(url.substr(kSqliteScheme.size())), options);
  }
  if (url.starts_with("postgresql://") || url.starts_with("postgres://")) return open_postgres(options);
  return fail(Code::Invalid, "the database URL must begin with sqlite: or postgresql://");
}

}  // namespace outrider::db
