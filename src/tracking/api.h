// What recipients' mail clients and browsers reach: the open pixel, click redirects and the unsubscribe page.
// GET changes nothing but counters; only a POST unsubscribes (BEHAVIOUR I7, RFC 8058).
#pragma once

#include <functional>
#include <vector>

#include "core/clock.h"
#include "db/database.h"
#include "http/route.h"
#include "tracking/hit_recorder.h"
#include "tracking/hit_store.h"
#include "tracking/token.h"

namespace outrider::tracking {

/// Ends all mail to the recipient of a message; given by the part that owns suppression.
using Unsubscribe = std::function<Result<>(db::Tx& tx, const TrackedMessage& message, TimeMs now_ms)>;

class Api {
 public:
  Api(db::Database& database,
      Clock& clock,
      const TokenSigner& signer,
      HitRecorder& recorder,
      Unsubscribe unsubscribe)
      : database_(database),
        clock_(clock),
        signer_(signer),
        recorder_(recorder),
        unsubscribe_(std::move(unsubscribe)) {}

  /// The handlers refer to this object, which must outlive the server.
  std::vector<http::Route> routes();

  struct TokenPath {
    static constexpr auto kSource = http::Source::Path;
    std::string token;
    static wire::Fields wire();
  };

 private:
  Result<http::Raw> open(http::Context& context, const TokenPath& path);
  Result<http::Raw> click(http::Context& context, const TokenPath& path);
  Result<http::Raw> ask(http::Context& context, const TokenPath& path);
  Result<http::Raw> unsubscribe(http::Context& context, const TokenPath& path);
  Result<std::optional<TrackedMessage>> find(std::string_view token);
  void record(const http::Context& context, const Token& token);

  db::Database& database_;
  Clock& clock_;
  const TokenSigner& signer_;
  HitRecorder& recorder_;
  Unsubscribe unsubscribe_;
};

}  // namespace outrider::tracking
