#include "sending/session.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <chrono>

#include "core/log.h"
#include "core/strings.h"
#include "sending/mailbox_store.h"

namespace outrider::sending {
namespace {

constexpr int kStoreAttemptsMax = 8;
constexpr std::chrono::milliseconds kStoreRetry{250};
constexpr std::size_t kSmtpTextCharactersMax = 500;

std::string stored_text(const std::string& text) {
  const auto valid = to_valid_utf8(text);
  return std::string(utf8_prefix(valid, kSmtpTextCharactersMax));
}

std::string tls_text(const mail::SmtpPeer& peer) {
  return peer.tls_version.empty() ? std::string() : peer.tls_version + " " + peer.tls_cipher;
}

/// A kept connection that the server had closed meanwhile says nothing about the mailbox.
bool is_dead_connection(const mail::SmtpFailure& failure) {
  return failure.outcome == mail::SmtpOutcome::NotSent && failure.subject == mail::SmtpSubject::Connection &&
         failure.stage >= mail::SmtpStage::MailFrom;
}

/// Copies may be accepted while the lead's own address is not.
std::optional<mail::SmtpFailure> refusal_of(const mail::SmtpReceipt& receipt, const std::string& lead) {
  for (const auto& refusal : receipt.refused)
    if (refusal.address == lead)
      return mail::SmtpFailure{.stage = mail::SmtpStage::RcptTo,
                               .subject = mail::SmtpSubject::Message,
                               .permanent = refusal.reply.permanent(),
                               .reply = refusal.reply,
                               .message = refusal.reply.full_text()};
  return std::nullopt;
}

Circuit circuit_after(const Circuit& circuit, MailboxFate fate, TimeMs now_ms) {
  switch (fate) {
    case MailboxFate::Fine:
      break;
    case MailboxFate::LoginRefused:
      return after_auth_failure(circuit, now_ms);
    case MailboxFate::Unreachable:
      return after_network_failure(circuit, now_ms);
    case MailboxFate::Limited:
      return after_provider_limit(circuit, now_ms);
  }
  return circuit;
}

/// What the failure did to the mailbox, and how long it rests.
Result<std::optional<NotYet>> settle_mailbox(db::Tx& tx,
                                             const Outgoing& row,
                                             const Decision& decision,
                                             TimeMs now_ms) {
  if (decision.mailbox == MailboxFate::Fine) return std::nullopt;
  TRY_AS(const auto mailbox, load_mailbox_record(tx, row.workspace_id, row.mailbox_id));
  const auto circuit = circuit_after(mailbox.circuit, decision.mailbox, now_ms);
  TRY(store_circuit(tx, mailbox, circuit, decision.text, now_ms));
  return held(circuit, now_ms);
}

Result<> settle_row(db::Tx& tx, const Outgoing& row, const Decision& decision, TimeMs now_ms) {
  TRY_AS(const auto rests, settle_mailbox(tx, row, decision, now_ms));
  switch (decision.row) {
    case RowFate::Retry:
      return put_back(tx,
                      row,
                      {.retry_at_ms = decision.retry_at_ms,
                       .reason = decision.reason,
                       .smtp_code = decision.smtp_code,
                       .smtp_text = decision.text,
                       .bounce = decision.bounce},
                      now_ms);
    case RowFate::Release:
      return release(tx,
                     row,
                     {.reason = decision.reason,
                      .next_attempt_ms = rests ? rests->next_attempt_ms : now_ms + kMinuteMs,
                      .binding = Binding::Drop},
                     now_ms);
    case RowFate::Fail:
      return settle_failed(tx, row, decision, now_ms);
    case RowFate::Unknown:
      break;
  }
  return settle_unknown(tx, row.workspace_id, row.id, now_ms);
}

void count(SendCounts& counts, RowFate fate) {
  switch (fate) {
    case RowFate::Retry:
      ++counts.deferred;
      break;
    case RowFate::Release:
      ++counts.released;
      break;
    case RowFate::Fail:
      ++counts.failed;
      break;
    case RowFate::Unknown:
      ++counts.unknown;
      break;
  }
}

}  // namespace

boost::asio::awaitable<void> Session::store(LedgerChange change) {
  boost::asio::steady_timer pause(co_await boost::asio::this_coro::executor);
  Result<> stored;
  for (int tried = 0; tried < kStoreAttemptsMax; ++tried) {
    stored = co_await world_.ledger.run(mailbox_id_, change);
    if (stored) co_return;
    pause.expires_after(kStoreRetry * (tried + 1));
    co_await pause.async_wait(boost::asio::use_awaitable);
  }
  log::error("sending.not_stored", {{"mailbox_id", mailbox_id_}, {"why", stored.error().message}});
}

boost::asio::awaitable<void> Session::prepare(OutgoingRef ref) {
  // A kept connection may have died meanwhile.
  if (client_ && !co_await client_->noop()) client_.reset();
  if (!client_) co_await open(ref);
}

boost::asio::awaitable<void> Session::send(OutgoingRef ref) {
  auto ready = co_await world_.workers.run([this, ref] {
    return world_.database.read(
        [&](db::Tx& tx) { return load_ready_mail(tx, ref, world_.compose, world_.clock.now_ms()); });
  });
  if (!ready) co_return co_await impossible(ref, std::move(ready.error()));
  if (!*ready) co_return;
  if ((*ready)->is_retry && client_ && !co_await may_go(ref)) co_return;
  constexpr int kConnectionsMax = 2;
  for (int connection = 0; connection < kConnectionsMax; ++connection)
    if (co_await attempt(ref, **ready) == Ended::Yes) co_return;
}

boost::asio::awaitable<Session::Ended> Session::attempt(OutgoingRef ref, const ReadyMail& ready) {
  const bool was_kept = client_ != nullptr;
  if (!client_ && !co_await open(ref)) co_return Ended::Yes;
  auto hook = [this, ref, &ready]() -> Task<> { return begin(ref, ready); };
  is_sending_ = true;
  auto receipt = co_await client_->send(ready.envelope, ready.bytes, std::move(hook));
  is_sending_ = false;
  if (!client_->is_open()) client_.reset();
  if (receipt) {
    if (auto refusal = refusal_of(*receipt, ready.envelope.to.front()))
      co_await failed(ref, std::move(*refusal));
    else
      co_await accepted(ref, *receipt);
    co_return Ended::Yes;
  }
  auto failure = std::move(receipt.error());
  if (failure.stopped()) co_return Ended::Yes;
  if (was_kept && is_dead_connection(failure)) {
    client_.reset();
    co_await store([ref](db::Tx& tx) { return undo_begin(tx, ref.workspace_id, ref.id); });
    co_return Ended::TryAgain;
  }
  co_await failed(ref, std::move(failure));
  co_return Ended::Yes;
}

boost::asio::awaitable<bool> Session::may_go(OutgoingRef ref) {
  auto looked = std::make_shared<Begun>(Begun::Elsewhere);
  const auto done = co_await world_.ledger.run(mailbox_id_, [this, ref, looked](db::Tx& tx) -> Result<> {
    TRY_AS(*looked, look_ahead(tx, ref.workspace_id, ref.id, world_.begin, world_.clock.now_ms()));
    return {};
  });
  if (!done) log::warn("sending.not_looked", {{"outgoing_id", ref.id}, {"why", done.error().message}});
  if (done && *looked == Begun::Released) count_release();
  co_return done && *looked == Begun::Yes;
}

boost::asio::awaitable<bool> Session::open(OutgoingRef ref) {
  if (!co_await may_go(ref)) co_return false;
  auto settings = co_await world_.workers.run([this] {
    return world_.database.read(
        [&](db::Tx& tx) { return load_smtp_settings(tx, world_.master_key, workspace_id_, mailbox_id_); });
  });
  if (!settings) {
    co_await failed(ref, {.stage = mail::SmtpStage::Connect, .message = settings.error().message});
    co_return false;
  }
  settings->timeouts = world_.timeouts;
  client_ = std::make_unique<mail::SmtpClient>(world_.network, *std::move(settings));
  if (is_cut_) client_->cancel();
  auto opened = co_await client_->connect();
  if (is_cut_ || !opened) {
    client_.reset();
    // Cut by ourselves: that says nothing about the mailbox, and the row waits for the next start.
    if (!is_cut_) co_await failed(ref, std::move(opened.error()));
    co_return false;
  }
  co_await connected();
  co_return true;
}

/// Earlier failures are forgotten.
boost::asio::awaitable<void> Session::connected() {
  const auto mailbox = co_await world_.workers.run([this] {
    return world_.database.read(
        [&](db::Tx& tx) { return load_mailbox_record(tx, workspace_id_, mailbox_id_); });
  });
  if (!mailbox || after_success(mailbox->circuit) == mailbox->circuit) co_return;
  co_await store([mailbox = *mailbox, now_ms = world_.clock.now_ms()](db::Tx& tx) {
    return store_circuit(tx, mailbox, after_success(mailbox.circuit), {}, now_ms);
  });
}

Task<> Session::begin(OutgoingRef ref, const ReadyMail& ready) {
  auto begun = std::make_shared<Begun>(Begun::Elsewhere);
  CO_TRY(co_await world_.ledger.run(mailbox_id_, [this, ref, &ready, begun](db::Tx& tx) -> Result<> {
    TRY_AS(*begun,
           begin_sending(tx,
                         {.workspace_id = ref.workspace_id, .id = ref.id, .mime_sha256 = ready.sha256},
                         world_.begin,
                         world_.clock.now_ms()));
    return {};
  }));
  if (*begun == Begun::Yes) co_return Result<>{};
  if (*begun == Begun::Released) count_release();
  co_return fail(Code::Conflict, "the mail must not leave now");
}

boost::asio::awaitable<void> Session::accepted(OutgoingRef ref, const mail::SmtpReceipt& receipt) {
  const auto now_ms = world_.clock.now_ms();
  const Acceptance acceptance{.at_ms = now_ms,
                              .smtp_code = receipt.reply.code,
                              .smtp_text = stored_text(receipt.reply.full_text()),
                              .tls = client_ ? tls_text(client_->peer()) : std::string(),
                              .provider_id = provider_id_in(receipt.reply.text())};
  ++world_.counts.sent;
  co_await store([ref, acceptance](db::Tx& tx) -> Result<> {
    TRY(settle_sent(tx, ref.workspace_id, ref.id, acceptance));
    return {};
  });
}

boost::asio::awaitable<void> Session::failed(OutgoingRef ref, mail::SmtpFailure failure) {
  const auto now_ms = world_.clock.now_ms();
  auto fate = std::make_shared<std::optional<RowFate>>();
  log::info("sending.attempt_failed",
            {{"mailbox_id", mailbox_id_}, {"outgoing_id", ref.id}, {"why", failure.message}});
  co_await store([ref, failure = std::move(failure), now_ms, fate](db::Tx& tx) -> Result<> {
    TRY_AS(const auto row, find_outgoing(tx, ref.workspace_id, ref.id));
    if (!row || (row->state != OutgoingState::Claimed && row->state != OutgoingState::Sending)) return {};
    auto decision = decide(failure, *row, now_ms);
    decision.text = stored_text(decision.text);
    *fate = decision.row;
    return settle_row(tx, *row, decision, now_ms);
  });
  if (!*fate) co_return;
  if (**fate == RowFate::Release) co_return count_release();
  count(world_.counts, **fate);
}

void Session::count_release() {
  if (world_.released) world_.released(mailbox_id_);
  ++world_.counts.released;
}

boost::asio::awaitable<void> Session::impossible(OutgoingRef ref, Error error) {
  // Only what the mail itself is can never change; a busy database is asked again.
  if (error.code != Code::Invalid && error.code != Code::TooLarge) {
    log::warn("sending.not_loaded", {{"outgoing_id", ref.id}, {"why", error.message}});
    co_return;
  }
  co_await failed(ref,
                  {.stage = mail::SmtpStage::MailFrom,
                   .subject = mail::SmtpSubject::Message,
                   .permanent = true,
                   .code = error.code,
                   .message = error.message});
}

boost::asio::awaitable<void> Session::close() {
  if (client_) co_await client_->quit();
  client_.reset();
}

void Session::cut() {
  is_cut_ = true;
  if (client_) client_->cancel();
}

}  // namespace outrider::sending
