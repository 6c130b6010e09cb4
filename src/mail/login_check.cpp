#include "mail/login_check.h"

#include <algorithm>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace outrider::mail {
namespace {

using boost::asio::awaitable;
using Failure = std::optional<Error>;

awaitable<Failure> check_smtp(net::Network network, SmtpSettings settings) {
  auto checked = co_await check_smtp_login(std::move(network), std::move(settings));
  if (checked) co_return std::nullopt;
  co_return Error{.code = checked.error().code, .message = std::move(checked.error().message)};
}

awaitable<Failure> check_imap(net::Network network, ImapSettings settings) {
  auto checked = co_await check_imap_login(std::move(network), std::move(settings));
  if (checked) co_return std::nullopt;
  co_return std::move(checked.error());
}

/// A server that answers each command in time can still take too long over all of them.
awaitable<Failure> within(awaitable<Failure> check, net::Endpoint endpoint, net::Timeout deadline) {
  using namespace boost::asio::experimental::awaitable_operators;
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, deadline);
  auto ended = co_await (std::move(check) || timer.async_wait(boost::asio::use_awaitable));
  if (auto* failure = std::get_if<Failure>(&ended)) co_return std::move(*failure);
  co_return Error{.code = Code::Timeout,
                  .message = endpoint.text() + ": the login took longer than " +
                             std::to_string(deadline.count() / 1000) + " seconds"};
}

}  // namespace

Task<LoginReport> check_logins(net::Network network,
                               SmtpSettings smtp,
                               ImapSettings imap,
                               net::Timeout deadline) {
  using namespace boost::asio::experimental::awaitable_operators;
  // A step gives up before the whole does, so that the message names the step.
  const net::Timeout step = deadline * 5 / 6;
  const net::Timeout connect = deadline / 2;
  smtp.timeouts.connect = std::min(smtp.timeouts.connect, connect);
  smtp.timeouts.tls = std::min(smtp.timeouts.tls, connect);
  smtp.timeouts.greeting = std::min(smtp.timeouts.greeting, step);
  smtp.timeouts.command = std::min(smtp.timeouts.command, step);
  imap.connect_timeout = std::min(imap.connect_timeout, connect);
  imap.reply_timeout = std::min(imap.reply_timeout, step);
  const net::Endpoint smtp_endpoint = smtp.endpoint;
  const net::Endpoint imap_endpoint = imap.endpoint;

  auto smtp_check = within(check_smtp(network, std::move(smtp)), smtp_endpoint, deadline);
  auto imap_check = within(check_imap(network, std::move(imap)), imap_endpoint, deadline);
  auto [smtp_failure, imap_failure] = co_await (std::move(smtp_check) && std::move(imap_check));
  co_return LoginReport{.smtp = std::move(smtp_failure), .imap = std::move(imap_failure)};
}

}  // namespace outrider::mail
