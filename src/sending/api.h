// The send ledger over HTTP (ours, not in the contract): mails of which nobody knows whether they were
// delivered, and the one way to send such a mail again.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "db/database.h"
#include "http/route.h"

namespace outrider::sending {

/// What a list is asked for. Unconfirmed holds Unknown: what still waits for evidence is just as ambiguous.
enum class LedgerFilter : std::uint8_t { Unconfirmed, Unknown };
constexpr wire::Words wire_words(LedgerFilter) {
  static constexpr wire::Word kWords[] = {{"UNCONFIRMED", LedgerFilter::Unconfirmed},
                                          {"UNKNOWN", LedgerFilter::Unknown}};
  return kWords;
}

struct LedgerQuery {
  static constexpr auto kSource = http::Source::Query;
  LedgerFilter state = LedgerFilter::Unconfirmed;
  std::int64_t limit = 100;
  std::int64_t offset = 0;
  static wire::Fields wire();
};

struct LedgerEntry {
  std::int64_t id = 0;
  std::int64_t lead_map_id = 0;
  std::int64_t campaign_id = 0;
  std::string email;
  std::string message_id;  // with its brackets
  wire::Instant since;     // when it went out
  static wire::Fields wire();
};

struct LedgerList {
  bool ok = true;
  std::vector<LedgerEntry> data;
  std::int64_t total_count = 0;
  static wire::Fields wire();
};

struct LedgerPath {
  static constexpr auto kSource = http::Source::Path;
  std::int64_t outgoing_id = 0;
  static wire::Fields wire();
};

struct Resent {
  bool ok = true;
  static wire::Fields wire();
};

class Api {
 public:
  /// `changed` wakes the engine.
  Api(db::Database& database, Clock& clock, std::function<void()> changed)
      : database_(database), clock_(clock), changed_(std::move(changed)) {}

  std::vector<http::Route> routes();

 private:
  Result<LedgerList> list(http::Context& context, const LedgerQuery& query);
  Result<Resent> resend(http::Context& context, const LedgerPath& path);

  db::Database& database_;
  Clock& clock_;
  std::function<void()> changed_;
};

}  // namespace outrider::sending
