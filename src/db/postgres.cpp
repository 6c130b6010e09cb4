// One PostgreSQL connection. The only file that knows libpq-fe.h.
#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <deque>
#include <functional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/assert.h"
#include "core/encoding.h"
#include "core/strings.h"
#include "db/connection.h"
#include "db/dialect.h"

namespace outrider::db {
namespace {

constexpr std::size_t kPipelineMax = 500;  // executions sent before their results are read
constexpr std::size_t kPostedMax = 64;     // queries sent whose answers wait to be read
constexpr std::size_t kNumberBytesMax = 32;
constexpr std::size_t kNameBytesMax = 60;  // PostgreSQL cuts statement names at 63

// Before the URL, so that it may say otherwise. A dead server is noticed within these seconds, not hours.
constexpr std::array kKeywords = {"connect_timeout",
                                  "application_name",
                                  "keepalives_idle",
                                  "tcp_user_timeout",
                                  "dbname",
                                  static_cast<const char*>(nullptr)};
constexpr const char* kSetUp =
    "SET client_encoding = 'UTF8'; SET timezone = 'UTC'; SET bytea_output = 'hex';"
    "SET client_min_messages = 'warning'; SET statement_timeout = '60s';"
    "SET jit = off;"  // compiling a query takes longer than any of ours runs
    "SET idle_in_transaction_session_timeout = '60s'";

// Type numbers of the catalogue (pg_type.dat), which never change.
enum class Oid : unsigned {
  Bool = 16,
  Bytea = 17,
  Int8 = 20,
  Int2 = 21,
  Int4 = 23,
  Float4 = 700,
  Float8 = 701
};

struct Finish {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
struct Clear {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Handle = std::unique_ptr<PGconn, Finish>;
using ResultHandle = std::unique_ptr<PGresult, Clear>;

struct Prepared {
  std::string sql;
  std::size_t parameters = 0;
};

/// The values of one execution as libpq takes them: text, but bytes for blobs.
class Parameters {
 public:
  explicit Parameters(std::span<const Value> values) {
    numbers_.reserve(values.size());
    for (const auto& value : values) std::visit([this](const auto& v) { add(v); }, value.variant());
  }

  int send(PGconn* connection, const char* statement) const {
    return PQsendQueryPrepared(connection,
                               statement,
                               static_cast<int>(data_.size()),
                               data_.data(),
                               lengths_.data(),
                               formats_.data(),
                               0);
  }

 private:
  using Number = std::array<char, kNumberBytesMax>;

  void add(std::monostate) { push(nullptr, 0, 0); }
  void add(std::int64_t value) { add_number(value); }
  void add(double value) { add_number(value); }
  void add(Blob blob) { push(blob.bytes.empty() ? "" : blob.bytes.data(), blob.bytes.size(), 1); }
  // libpq reads text up to a NUL, so a view is copied.
  void add(std::string_view text) { push(texts_.emplace_back(text).c_str(), text.size(), 0); }

  template <class T>
  void add_number(T value) {
    auto& digits = numbers_.emplace_back();
    *std::to_chars(digits.data(), digits.data() + digits.size() - 1, value).ptr = '\0';
    push(digits.data(), 0, 0);
  }

  void push(const char* data, std::size_t length, int format) {
    data_.push_back(data);
    lengths_.push_back(static_cast<int>(length));
    formats_.push_back(format);
  }

  std::vector<Number> numbers_;  // reserved, so that pointers into it stay
  std::deque<std::string> texts_;
  std::vector<const char*> data_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
};

std::string_view field_of(const PGresult* result, int field) {
  const char* text = PQresultErrorField(result, field);
  return text == nullptr ? std::string_view() : std::string_view(text);
}

Code code_of(std::string_view state) {
  if (state == "23505") return Code::Conflict;
  constexpr std::array kOutside = {"08", "53", "57", "58", "40", "55"};
  const bool outside =
      std::ranges::any_of(kOutside, [state](std::string_view s) { return state.starts_with(s); });
  return outside ? Code::Unavailable : Code::Internal;
}

void add_cell(Table& table, const PGresult* result, int row, int column) {
  if (PQgetisnull(result, row, column) != 0) return table.add_null();
  const std::string_view text(PQgetvalue(result, row, column),
                              static_cast<std::size_t>(PQgetlength(result, row, column)));
  const auto* const end = text.data() + text.size();
  switch (static_cast<Oid>(PQftype(result, column))) {
    case Oid::Bool:
      return table.add_integer(text == "t" ? 1 : 0);
    case Oid::Int2:
    case Oid::Int4:
    case Oid::Int8: {
      std::int64_t value = 0;
      std::from_chars(text.data(), end, value);
      return table.add_integer(value);
    }
    case Oid::Float4:
    case Oid::Float8: {
      double value = 0;
      std::from_chars(text.data(), end, value);
      return table.add_real(value);
    }
    case Oid::Bytea:
      return table.add_blob(hex_decode(text.substr(std::min<std::size_t>(text.size(), 2))).value_or(""));
    default:
      return table.add_text(text);
  }
}

Table table_of(const Query& query, const PGresult* result) {
  Table table;
  table.query = query.name;
  table.columns = static_cast<std::size_t>(PQnfields(result));
  table.rows = static_cast<std::size_t>(PQntuples(result));
  table.cells.reserve(table.columns * table.rows);
  for (int row = 0; row < PQntuples(result); ++row) {
    for (int column = 0; column < PQnfields(result); ++column) add_cell(table, result, row, column);
  }
  return table;
}

std::int64_t affected_by(PGresult* result) {
  const std::string_view digits = PQcmdTuples(result);
  std::int64_t count = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), count);
  return count;
}

class PostgresConnection final : public Connection {
 public:
  explicit PostgresConnection(Handle handle) : handle_(std::move(handle)) {}

  Engine engine() const override { return Engine::Postgres; }
  bool in_transaction() const override { return PQtransactionStatus(handle_.get()) != PQTRANS_IDLE; }
  bool broken() const override { return stale_ || PQstatus(handle_.get()) != CONNECTION_OK; }
  bool worth_retrying() const override { return worth_retrying_; }

  Result<void> prepare(const Query& query) override {
    TRY(drain());
    TRY(prepared(query));
    return {};
  }

  Result<Rows> rows(const Query& query, std::span<const Value> values) override {
    TRY_AS(const auto result, execute(query, values));
    return Rows(table_of(query, result.get()));
  }

  Result<std::int64_t> run(const Query& query, std::span<const Value> values) override {
    TRY_AS(const auto result, execute(query, values));
    return affected_by(result.get());
  }

  Result<void> post(const Query& query, std::span<const Value> values) override {
    TRY_AS(const auto* const name, prepared(query));
    if (posted_.size() >= kPostedMax) TRY(drain());
    if (posted_.empty()) PQenterPipelineMode(handle_.get());
    TRY(send(query, name, values));
    posted_.push_back(query);
    return {};
  }

  Result<std::int64_t> run_many(const Query& query, std::span<const Args> executions) override {
    TRY(drain());
    TRY_AS(const auto name, prepared(query));
    std::int64_t affected = 0;
    for (std::size_t at = 0; at < executions.size(); at += kPipelineMax) {
      const auto part = executions.subspan(at, std::min(kPipelineMax, executions.size() - at));
      TRY_AS(const auto count, run_pipeline(query, name, part));
      affected += count;
    }
    return affected;
  }

  Result<void> script(std::string_view name, std::string_view sql) override {
    worth_retrying_ = false;
    if (auto drained = drain(); !drained && sql != "ROLLBACK") return drained;
    const ResultHandle result(PQexec(handle_.get(), std::string(sql).c_str()));
    if (!succeeded(result.get())) return described_failure(name, result.get());
    // Committing a failed transaction "succeeds" by rolling back.
    if (sql == "COMMIT" && std::string_view(PQcmdStatus(result.get())) != "COMMIT") {
      return fail(Code::Internal, "the transaction had failed and was rolled back");
    }
    return {};
  }

 private:
  static bool succeeded(const PGresult* result) {
    const auto status = PQresultStatus(result);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
  }

  Code note_failure(const PGresult* result) {
    if (PQstatus(handle_.get()) != CONNECTION_OK) return Code::Unavailable;
    const auto state = field_of(result, PG_DIAG_SQLSTATE);
    worth_retrying_ = state == "40001" || state == "40P01";
    // A migration changed a table under a statement this connection had prepared: a new connection prepares
    // it anew.
    if (state == "0A000" || state == "26000") {
      stale_ = true;
      return Code::Unavailable;
    }
    return code_of(state);
  }

  /// For texts without values: the server's own words.
  std::unexpected<Error> described_failure(std::string_view name, const PGresult* result) {
    const auto code = note_failure(result);
    auto what = std::string(field_of(result, PG_DIAG_MESSAGE_PRIMARY));
    if (what.empty()) what = "the connection to the database was lost";
    return fail(code, std::string(name) + ": " + what);
  }

  /// For executions: the server's words may quote values, so only the kind and the place are told.
  std::unexpected<Error> failure(const Query& query, const PGresult* result) {
    const auto code = note_failure(result);
    std::string what(query.name);
    if (PQstatus(handle_.get()) != CONNECTION_OK)
      return fail(code, what + ": the connection to the database was lost");
    what += code == Code::Conflict ? ": exists already (" : ": refused by the database (";
    what += field_of(result, PG_DIAG_SQLSTATE);
    for (const int part : {int{PG_DIAG_TABLE_NAME}, int{PG_DIAG_COLUMN_NAME}, int{PG_DIAG_CONSTRAINT_NAME}}) {
      if (const auto place = field_of(result, part); !place.empty()) what += " " + std::string(place);
    }
    return fail(code, what + ")");
  }

  Result<const char*> prepared(const Query& query) {
    if (const auto found = statements_.find(query.name); found != statements_.end()) {
      OUTRIDER_ASSERT(found->second.sql == query.sql, "two queries do not share one name");
      return found->first.c_str();
    }
    TRY(drain());
    OUTRIDER_ASSERT(query.name.size() <= kNameBytesMax, "a query's name has at most 60 bytes");
    worth_retrying_ = false;
    TRY_AS(const auto translated, translate(query.sql, Engine::Postgres));
    const std::string name(query.name);
    const ResultHandle result(PQprepare(handle_.get(), name.c_str(), translated.sql.c_str(), 0, nullptr));
    if (!succeeded(result.get())) return described_failure(name, result.get());
    Prepared fresh{.sql = std::string(query.sql), .parameters = translated.parameters};
    return statements_.emplace(name, std::move(fresh)).first->first.c_str();
  }

  Result<void> send(const Query& query, const char* name, std::span<const Value> values) {
    OUTRIDER_ASSERT(values.size() == statements_.find(query.name)->second.parameters,
                    "a query is given a value for each of its $n");
    if (Parameters(values).send(handle_.get(), name) == 0) return failure(query, nullptr);
    return {};
  }

  Result<ResultHandle> execute(const Query& query, std::span<const Value> values) {
    TRY_AS(const auto* const name, prepared(query));
    worth_retrying_ = false;
    if (!posted_.empty()) {
      TRY(send(query, name, values));
      posted_.push_back(query);
      return collect();
    }
    TRY(send(query, name, values));
    ResultHandle last;
    while (auto* const next = PQgetResult(handle_.get())) last.reset(next);
    if (!succeeded(last.get())) return failure(query, last.get());
    return last;
  }

  Result<void> drain() {
    if (!posted_.empty()) TRY(collect());
    return {};
  }

  /// Reads the answers to everything posted; the last one's, or the first failure, after which the server has
  /// skipped the rest.
  Result<ResultHandle> collect() {
    PQpipelineSync(handle_.get());
    Result<ResultHandle> answer;
    for (const auto& query : std::exchange(posted_, {})) {
      ResultHandle result;
      while (auto* const next = PQgetResult(handle_.get())) result.reset(next);
      if (!answer) continue;
      if (succeeded(result.get()))
        answer = std::move(result);
      else
        answer = failure(query, result.get());
    }
    const ResultHandle sync(PQgetResult(handle_.get()));
    // Still something unread: whoever used this connection next would take it for an answer.
    if (PQexitPipelineMode(handle_.get()) == 0) stale_ = true;
    return answer;
  }

  Result<std::int64_t> run_pipeline(const Query& query, const char* name, std::span<const Args> executions) {
    worth_retrying_ = false;
    PQenterPipelineMode(handle_.get());
    Result<void> sent;
    for (const auto& values : executions) {
      sent = send(query, name, values);
      if (!sent) break;
    }
    PQpipelineSync(handle_.get());
    auto affected = read_pipeline(query);
    // Still something unread: whoever used this connection next would take it for an answer.
    if (PQexitPipelineMode(handle_.get()) == 0) stale_ = true;
    if (!sent) return std::unexpected(std::move(sent.error()));
    return affected;
  }

  /// The results up to the sync point; the first failure makes the server skip the rest.
  Result<std::int64_t> read_pipeline(const Query& query) {
    Result<std::int64_t> affected = 0;
    int ends_in_a_row = 0;
    while (ends_in_a_row < 2) {
      const ResultHandle result(PQgetResult(handle_.get()));
      ends_in_a_row = result ? 0 : ends_in_a_row + 1;
      if (!result) continue;
      const auto status = PQresultStatus(result.get());
      if (status == PGRES_PIPELINE_SYNC) return affected;
      if (succeeded(result.get()) && affected) *affected += affected_by(result.get());
      if (status == PGRES_FATAL_ERROR && affected) affected = failure(query, result.get());
    }
    if (affected)
      affected =
          fail(Code::Unavailable, std::string(query.name) + ": the connection to the database was lost");
    return affected;
  }

  struct NameHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view name) const { return std::hash<std::string_view>{}(name); }
  };

  Handle handle_;
  std::unordered_map<std::string, Prepared, NameHash, std::equal_to<>> statements_;
  std::vector<Query> posted_;  // not empty exactly in pipeline mode between two calls
  bool worth_retrying_ = false;
  bool stale_ = false;
};

}  // namespace

Result<std::unique_ptr<Connection>> connect_postgres(const std::string& url) {
  const std::array values = {"5", "outrider", "30", "30000", url.c_str(), static_cast<const char*>(nullptr)};
  Handle handle(PQconnectdbParams(kKeywords.data(), values.data(), 1));
  // libpq's message names host and database, and no password.
  if (PQstatus(handle.get()) != CONNECTION_OK) {
    return fail(Code::Unavailable, "PostgreSQL: " + std::string(trim(PQerrorMessage(handle.get()))));
  }
  PQsetNoticeProcessor(handle.get(), [](void*, const char*) {}, nullptr);
  auto connection = std::make_unique<PostgresConnection>(std::move(handle));
  TRY(connection->script("db.connect", kSetUp));
  return connection;
}

}  // namespace outrider::db
