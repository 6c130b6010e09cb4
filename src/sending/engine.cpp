#include "sending/engine.h"

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <span>

#include "core/log.h"
#include "leads/subsequence.h"
#include "sending/bounce_guard.h"

namespace outrider::sending {
namespace {

constexpr TimeMs kTickMinMs = 20;
constexpr TimeMs kKeepUpMs = 5 * kSecondMs;
constexpr TimeMs kSilenceLookMs = 10 * kMinuteMs;
constexpr TimeMs kHandOverMs = kMinuteMs;
constexpr TimeMs kLookMaxMs = 30 * kSecondMs;   // a change on another node is seen by then
constexpr TimeMs kStaleLookMs = 2 * kSecondMs;  // a scan may have ended
constexpr TimeMs kAfterClaimLookMs = kSecondMs;
constexpr TimeMs kNewLeadFreshnessMs = kHourMs;
constexpr TimeMs kLeaseMs = 20 * kSecondMs;
constexpr TimeMs kAheadMs = 5 * kSecondMs;
constexpr TimeMs kReasonStepMs = kMinuteMs;
constexpr std::size_t kClaimsPerCommitMax = 128;
constexpr std::size_t kReasonsPerTickMax = 200;
constexpr std::int64_t kDueRowsMax = 4000;
constexpr std::int64_t kInterruptedMax = 1000;
constexpr std::int64_t kDoubtsMax = 1000;
constexpr std::size_t kLookersMax = 8;
constexpr std::chrono::milliseconds kStopGrace{11'000};

Leaseholder node_of(const EngineParts& parts, const EngineOptions& options) {
  return {.id = options.node_id, .needs_lease = parts.database.engine() == db::Engine::Postgres};
}

TimeMs new_lead_freshness_ms(const EngineOptions& options) {
  return std::max(kNewLeadFreshnessMs, options.freshness_ms);
}

SessionWorld world_of(EngineParts& parts,
                      const EngineOptions& options,
                      LedgerWriter& ledger,
                      SendCounts& counts,
                      std::function<void(std::int64_t)> released) {
  return {.database = parts.database,
          .clock = parts.clock,
          .workers = parts.workers,
          .network = parts.network,
          .master_key = parts.master_key,
          .ledger = ledger,
          .compose = {.public_url = options.public_url, .signer = parts.signer},
          .begin = {.follow_up_freshness_ms = options.freshness_ms,
                    .new_lead_freshness_ms = new_lead_freshness_ms(options),
                    .node = node_of(parts, options)},
          .timeouts = options.timeouts,
          .counts = counts,
          .released = std::move(released)};
}

FeedRules feed_rules(const EngineParts& parts, const EngineOptions& options) {
  return {.plan = {.gap_floor_ms = options.gap_floor_ms,
                   .follow_up_freshness_ms = options.freshness_ms,
                   .new_lead_freshness_ms = new_lead_freshness_ms(options)},
          .day_max_default = options.day_max_default,
          .ahead_ms = kAheadMs,
          .node = node_of(parts, options)};
}

/// No node has its lease.
bool has_free_mailbox(const Snapshot& snapshot, TimeMs now_ms) {
  return std::ranges::any_of(snapshot.mailboxes,
                             [&](const auto& entry) { return entry.second.send_lease_until_ms <= now_ms; });
}

bool says_the_same(const Head& head, const NotYet& not_yet) {
  if (head.reason != not_yet.reason) return false;
  const auto next_ms = head.next_attempt_ms.value_or(kOnChange);
  return std::abs(next_ms - not_yet.next_attempt_ms) < kReasonStepMs;
}

}  // namespace

Engine::Engine(EngineParts parts, EngineOptions options)
    : parts_(std::move(parts)),
      options_(std::move(options)),
      ledger_(parts_.database),
      world_(world_of(parts_, options_, ledger_, counts_, [this](auto id) { feed_.recent().forget(id); })),
      feed_(feed_rules(parts_, options_)),
      claimer_({.public_url = options_.public_url, .master_key = parts_.master_key, .signer = parts_.signer}),
      alarm_(parts_.clock),
      dispatcher_(world_, parts_.io, {.connections_max = options_.connections_max}, [this] {
        if (options_.gap_floor_ms <= 0) wake();
      }) {}

Engine::~Engine() {
  stop();
}

Result<> Engine::start() {
  TRY(recover(parts_.clock.now_ms()));
  dispatcher_.start();
  thread_ = std::thread([this] { run(); });
  return {};
}

void Engine::stop() {
  if (is_stopped_) return;
  is_stopped_ = true;
  alarm_.stop();
  if (thread_.joinable()) thread_.join();
  dispatcher_.stop(kStopGrace);
  ledger_.stop();
  const auto& node = feed_.rules().node;
  if (!node.needs_lease) return;
  const auto released = parts_.database.write([&](db::Tx& tx) { return release_mailboxes(tx, node.id); });
  if (!released) log::warn("sending.lease_kept", {{"why", released.error().message}});
}

void Engine::wake() {
  look_at_all_ = true;
  alarm_.notify();
}

void Engine::run() {
  TimeMs next_ms = parts_.clock.now_ms();
  while (alarm_.wait_until(next_ms)) {
    next_ms = tick();
    // Many small changes are one look.
    std::this_thread::sleep_for(std::chrono::milliseconds(kTickMinMs));
  }
}

TimeMs Engine::tick() {
  const auto now_ms = parts_.clock.now_ms();
  auto next_ms = now_ms + kKeepUpMs;
  const auto note = [&](const Result<>& done, std::string_view what) {
    if (!done) log::error("sending.tick_failed", {{"what", what}, {"why", done.error().message}});
  };
  // A moved clock makes leases and doubts due as well.
  if (now_ms >= keep_up_at_ms_) {
    note(keep_up(now_ms), "upkeep");
    keep_up_at_ms_ = now_ms + kKeepUpMs;
  }
  const auto planned = plan_round(now_ms);
  if (planned)
    next_ms = std::min(next_ms, *planned);
  else
    note(std::unexpected(planned.error()), "plan");
  note(pick_up_due(now_ms), "due");
  return next_ms;
}

// ---- between plans

Result<> Engine::keep_up(TimeMs now_ms) {
  const auto& node = feed_.rules().node;
  if (node.needs_lease)
    TRY(parts_.database.write(
        [&](db::Tx& tx) { return lease_mailboxes(tx, node.id, now_ms + kLeaseMs, now_ms); }));
  TRY(parts_.database.write([&](db::Tx& tx) { return resume_due_leads(tx, now_ms); }));
  TRY(look_for_silence(now_ms));
  TRY(recover(now_ms));
  TRY(hand_over(now_ms));
  TRY(guard(now_ms));
  return settle_doubts(now_ms);
}

/// Walks whole campaigns, so seldom; but at once again when it did not get through.
Result<> Engine::look_for_silence(TimeMs now_ms) {
  if (now_ms < silence_at_ms_) return {};
  TRY_AS(const auto entered,
         parts_.database.write([&](db::Tx& tx) { return leads::enter_silent_leads(tx, now_ms); }));
  if (entered < leads::kSilentMax) silence_at_ms_ = now_ms + kSilenceLookMs;
  return {};
}

Result<> Engine::hand_over(TimeMs now_ms) {
  if (now_ms < hand_over_at_ms_) return {};
  hand_over_at_ms_ = now_ms + kHandOverMs;
  const auto until_ms = now_ms - kReassignAfterMs;
  TRY_AS(const bool all, parts_.database.write([&](db::Tx& tx) {
    return hand_over_leads(tx, handed_over_until_ms_, until_ms, now_ms);
  }));
  if (all) handed_over_until_ms_ = until_ms;
  return {};
}

Result<> Engine::recover(TimeMs now_ms) {
  const auto& node = feed_.rules().node;
  TRY_AS(const auto left, parts_.database.read([&](db::Tx& tx) {
    return list_interrupted(tx, node, now_ms, kInterruptedMax);
  }));
  for (const auto& ref : left) {
    if (dispatcher_.holds(ref.id)) continue;
    TRY(parts_.database.write(
        [&](db::Tx& tx) { return settle_unknown(tx, ref.workspace_id, ref.id, now_ms); }));
    ++counts_.unknown;
  }
  return {};
}

Result<> Engine::guard(TimeMs now_ms) {
  TRY_AS(const auto bouncing, parts_.database.read([&](db::Tx& tx) { return list_bouncing(tx, now_ms); }));
  for (const auto& campaign : bouncing) {
    TRY_AS(const bool is_paused,
           parts_.database.write([&](db::Tx& tx) { return guard_bounces(tx, campaign, now_ms); }));
    if (is_paused) log::warn("sending.bounce_guard", {{"campaign_id", campaign.id}});
  }
  return {};
}

Result<> Engine::settle_doubts(TimeMs now_ms) {
  TRY_AS(auto doubts, parts_.database.read([](db::Tx& tx) { return list_unknown(tx, kDoubtsMax); }));
  const auto found = doubts_->take_found();
  std::vector<Doubtful> unseen;
  std::vector<std::int64_t> ids;
  for (auto& doubt : doubts) {
    const auto ref = doubt.ref;
    ids.push_back(ref.id);
    if (std::ranges::find(found, ref.id) != found.end()) {
      TRY(parts_.database.write([&](db::Tx& tx) -> Result<> {
        TRY(settle_sent(tx, ref.workspace_id, ref.id, {.at_ms = now_ms}));
        return {};
      }));
      continue;
    }
    const auto next = doubts_->next(ref.id, doubt.sending_at_ms, now_ms);
    if (next == DoubtWatch::Next::Look) unseen.push_back(std::move(doubt));
    if (next == DoubtWatch::Next::GiveUp)
      TRY(parts_.database.write(
          [&](db::Tx& tx) { return settle_unconfirmed(tx, ref.workspace_id, ref.id, now_ms); }));
  }
  doubts_->keep_only(ids);
  look_for(std::move(unseen));
  return {};
}

namespace {

boost::asio::awaitable<void> look_into_sent(SentLookup* lookup,
                                            std::shared_ptr<DoubtWatch> watch,
                                            std::vector<Doubtful> doubts) {
  for (const auto& doubt : doubts) {
    const auto& ref = doubt.ref;
    const auto found = co_await lookup->find_sent(ref.workspace_id, ref.mailbox_id, doubt.header_id);
    watch->looked(ref.id, found && *found ? DoubtWatch::Sight::Found : DoubtWatch::Sight::Nothing);
  }
}

}  // namespace

void Engine::look_for(std::vector<Doubtful> doubts) {
  if (doubts.empty()) return;
  if (parts_.sent_lookup == nullptr) {
    for (const auto& doubt : doubts) doubts_->looked(doubt.ref.id, DoubtWatch::Sight::Nothing);
    return;
  }
  // One question at a time for each mailbox, and a server that does not answer holds up few others.
  std::array<std::vector<Doubtful>, kLookersMax> shares;
  for (auto& doubt : doubts)
    shares[static_cast<std::size_t>(doubt.ref.mailbox_id) % kLookersMax].push_back(std::move(doubt));
  for (auto& share : shares)
    if (!share.empty())
      boost::asio::co_spawn(parts_.io.next(),
                            look_into_sent(parts_.sent_lookup, doubts_, std::move(share)),
                            boost::asio::detached);
}

// ---- plans

Result<TimeMs> Engine::plan_round(TimeMs now_ms) {
  const bool all = look_at_all_.exchange(false);
  const auto wants = [&](const campaigns::Campaign& campaign) {
    const auto found = look_at_ms_.find(campaign.id);
    return all || found == look_at_ms_.end() || found->second <= now_ms + kAheadMs;
  };
  const auto backlog = [this](std::int64_t mailbox_id) { return dispatcher_.pending(mailbox_id); };
  TRY_AS(auto snapshot,
         parts_.database.read([&](db::Tx& tx) { return feed_.read(tx, wants, backlog, now_ms); }));
  if (feed_.rules().node.needs_lease && has_free_mailbox(snapshot, now_ms)) {
    // Made since the last upkeep: a campaign that is started now does not wait for the next.
    TRY(parts_.database.write(
        [&](db::Tx& tx) { return lease_mailboxes(tx, feed_.rules().node.id, now_ms + kLeaseMs, now_ms); }));
    look_at_all_ = true;
    return now_ms;
  }
  snapshot.input.seed = options_.seed;
  const auto made = plan(snapshot.input);
  TRY(claim(snapshot, made, now_ms));
  TRY(explain(snapshot, made, now_ms));
  TRY(finish(snapshot, now_ms));
  note_looks(snapshot, made, now_ms);

  auto next_ms = now_ms + kKeepUpMs;
  for (const auto& [id, look_ms] : look_at_ms_) next_ms = std::min(next_ms, look_ms - kAheadMs);
  return next_ms;
}

Result<> Engine::claim(const Snapshot& snapshot, const Plan& made, TimeMs now_ms) {
  const auto orders = orders_of(snapshot, made);
  const ClaimWorld world{.campaigns = snapshot.campaigns, .mailboxes = snapshot.mailboxes};
  for (std::span<const ClaimOrder> left(orders); !left.empty();) {
    const auto batch = left.first(std::min(left.size(), kClaimsPerCommitMax));
    left = left.subspan(batch.size());
    TRY_AS(const auto claimed,
           parts_.database.write([&](db::Tx& tx) { return claimer_.claim(tx, batch, world, now_ms); }));
    counts_.claimed += claimed.size();
    for (const auto& row : claimed) feed_.recent().add(row.mailbox_id, row.not_before_ms);
    dispatcher_.add(claimed);
  }
  return {};
}

Result<> Engine::explain(const Snapshot& snapshot, const Plan& made, TimeMs now_ms) {
  std::vector<std::pair<const Head*, NotYet>> news;
  const auto note = [&](const Head& head, const NotYet& not_yet) {
    if (news.size() < kReasonsPerTickMax && !says_the_same(head, not_yet)) news.emplace_back(&head, not_yet);
  };
  for (const auto& waiting : made.waiting) note(snapshot.heads[waiting.candidate], waiting.not_yet);
  for (const auto& head : snapshot.unscanned)
    note(head, {.reason = Reason::InboundSyncStale, .next_attempt_ms = now_ms + kReasonStepMs});
  if (news.empty()) return {};
  return parts_.database.write([&](db::Tx& tx) -> Result<> {
    for (const auto& [head, not_yet] : news) TRY(store_reason(tx, *head, not_yet));
    return {};
  });
}

Result<> Engine::finish(const Snapshot& snapshot, TimeMs now_ms) {
  if (!snapshot.finished.empty())
    TRY(parts_.database.write([&](db::Tx& tx) { return complete_leads(tx, snapshot.finished, now_ms); }));
  for (const auto id : snapshot.drained)
    TRY(parts_.database.write(
        [&](db::Tx& tx) { return complete_campaign(tx, snapshot.campaigns.at(id), now_ms); }));
  return {};
}

void Engine::note_looks(const Snapshot& snapshot, const Plan& made, TimeMs now_ms) {
  const auto sooner = [&](std::int64_t campaign_id, TimeMs at_ms) {
    auto& look_ms = look_at_ms_[campaign_id];
    look_ms = std::min(look_ms, at_ms);
  };
  for (const auto& [id, campaign] : snapshot.campaigns) look_at_ms_[id] = now_ms + kLookMaxMs + kAheadMs;
  for (const auto& [id, due_ms] : snapshot.next_new_lead_ms) sooner(id, due_ms);
  const bool is_paced = options_.gap_floor_ms > 0;
  for (const auto& slot : made.slots)
    sooner(snapshot.heads[slot.candidate].campaign_id,
           now_ms + kAheadMs + (is_paced ? kAfterClaimLookMs : 0));
  for (const auto& waiting : made.waiting) {
    const auto campaign_id = snapshot.heads[waiting.candidate].campaign_id;
    if (waiting.not_yet.reason == Reason::InboundSyncStale)
      sooner(campaign_id, now_ms + kAheadMs + kStaleLookMs);
    else if (waiting.not_yet.next_attempt_ms != kOnChange)
      sooner(campaign_id, waiting.not_yet.next_attempt_ms);
  }
  for (const auto& head : snapshot.unscanned) sooner(head.campaign_id, now_ms + kAheadMs + kStaleLookMs);
  for (const auto& head : snapshot.finished) sooner(head.campaign_id, now_ms + kAheadMs);
}

Result<> Engine::pick_up_due(TimeMs now_ms) {
  TRY_AS(const auto due, parts_.database.read([&](db::Tx& tx) {
    return list_due(tx, feed_.rules().node, now_ms + kAheadMs + kKeepUpMs, kDueRowsMax);
  }));
  dispatcher_.add(due);
  return {};
}

}  // namespace outrider::sending
