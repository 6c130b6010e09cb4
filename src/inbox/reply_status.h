// What became of a reply or forward, looked up by its Message-ID.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/clock.h"
#include "db/database.h"
#include "http/route.h"
#include "inbox/list.h"
#include "wire/wire.h"

namespace outrider::inbox {

enum class Delivery : std::uint8_t { Pending, Scheduled, Completed, Failed };
constexpr wire::Words wire_words(Delivery) {
  static constexpr wire::Word kWords[] = {{"PENDING", Delivery::Pending},
                                          {"SCHEDULED", Delivery::Scheduled},
                                          {"COMPLETED", Delivery::Completed},
                                          {"FAILED", Delivery::Failed}};
  return kWords;
}

struct ReplyStatusQuery {
  static constexpr auto kSource = http::Source::Query;
  std::string message_id;
  static wire::Fields wire();
};

struct ReplyStatusAnswer {
  static constexpr const char* kName = "ReplyStatusResponse";
  struct State {
    std::string message_id;  // as it was asked for
    Delivery status = Delivery::Pending;
    std::string status_message;
    std::optional<wire::Instant> event_time;
    std::optional<wire::Instant> scheduled_time;
    std::string stats_id;
    static wire::Fields wire();
  };
  bool ok = true;
  State data;
  static wire::Fields wire();
};

/// Errors: NotFound when no reply or forward within scope has this Message-ID.
Result<ReplyStatusAnswer> reply_status(db::Tx& tx,
                                       const Scope& scope,
                                       const std::string& message_id,
                                       TimeMs now_ms);

}  // namespace outrider::inbox
