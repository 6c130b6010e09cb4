#include "net/resolver.h"

#include <ares.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <map>
#include <optional>
#include <thread>

#include "core/strings.h"
#include "net/dns_message.h"

namespace outrider::net {
namespace {

namespace asio = boost::asio;

constexpr std::size_t kNameBytesMax = 253;  // RFC 1035 section 2.3.4
constexpr int kClassInternet = 1;
constexpr int kTypePtr = 12;
constexpr int kTypeMx = 15;
constexpr int kTypeTxt = 16;

/// c-ares is set up once, before the first channel, and never torn down: its library state is for the
/// process.
int prepare_library() {
  static const int kStatus = ares_library_init(ARES_LIB_INIT_ALL);
  return kStatus;
}

Error dns_error(const std::string& name, int status) {
  switch (status) {
    case ARES_ENOTFOUND:
      return {.code = Code::NotFound, .message = name + ": no such host"};
    case ARES_ENODATA:
      return {.code = Code::NotFound, .message = name + ": no such record"};
    case ARES_ETIMEOUT:
      return {.code = Code::Timeout, .message = name + ": the name servers did not answer"};
    case ARES_EBADNAME:
      return {.code = Code::Invalid, .message = name + ": not a host name"};
    default:
      return {.code = Code::Unavailable, .message = name + ": " + to_lower(ares_strerror(status))};
  }
}

/// One lookup: c-ares fills it, the coroutine waits for its timer to be cancelled. Shared, because the
/// coroutine may give up before c-ares does.
template <class T>
struct Lookup {
  explicit Lookup(asio::io_context& io) : done(io) {}

  void finish(int s, T v) {
    status = s;
    value = std::move(v);
    finished = true;
    done.cancel();
  }

  asio::steady_timer done;
  int status = ARES_SUCCESS;
  T value{};
  bool finished = false;
};

template <class T>
std::shared_ptr<Lookup<T>> take(void* argument) {
  const std::unique_ptr<std::shared_ptr<Lookup<T>>> owner(static_cast<std::shared_ptr<Lookup<T>>*>(argument));
  return *owner;
}

using Addresses = std::vector<asio::ip::address>;

asio::ip::address to_address(const sockaddr& from) {
  if (from.sa_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(from);
    return asio::ip::address_v4(ntohl(v4.sin_addr.s_addr));
  }
  const auto& v6 = reinterpret_cast<const sockaddr_in6&>(from);
  asio::ip::address_v6::bytes_type bytes;
  std::ranges::copy(v6.sin6_addr.s6_addr, bytes.begin());
  return asio::ip::address_v6(bytes, v6.sin6_scope_id);
}

void on_addresses(void* argument, int status, int /*timeouts*/, ares_addrinfo* info) {
  const auto lookup = take<Addresses>(argument);
  const std::unique_ptr<ares_addrinfo, decltype(&ares_freeaddrinfo)> owner(info, ares_freeaddrinfo);
  Addresses found;
  for (const auto* node = info ? info->nodes : nullptr; node; node = node->ai_next)
    found.push_back(to_address(*node->ai_addr));
  lookup->finish(status, std::move(found));
}

void on_message(void* argument, int status, int /*timeouts*/, unsigned char* bytes, int length) {
  const auto lookup = take<std::string>(argument);
  std::string message;
  if (bytes) message.assign(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length));
  lookup->finish(status, std::move(message));
}

std::string reverse_name(const asio::ip::address& address) {
  std::string name;
  if (address.is_v4()) {
    const auto bytes = address.to_v4().to_bytes();
    for (auto it = bytes.rbegin(); it != bytes.rend(); ++it) name += std::to_string(*it) + ".";
    return name + "in-addr.arpa";
  }
  constexpr std::string_view kHex = "0123456789abcdef";
  const auto bytes = address.to_v6().to_bytes();
  for (auto it = bytes.rbegin(); it != bytes.rend(); ++it) {
    for (const int nibble : {*it & 15, *it >> 4}) {
      name += kHex[static_cast<std::size_t>(nibble)];
      name += '.';
    }
  }
  return name + "ip6.arpa";
}

}  // namespace

/// Everything here runs on the one thread of `io`.
struct Resolver::Impl {
  /// A socket of c-ares under watch.
  struct Watch {
    explicit Watch(asio::io_context& context, int fd) : descriptor(context, fd) {}
    asio::posix::stream_descriptor descriptor;
    bool wants_read = false;
    bool wants_write = false;
    bool reading = false;
    bool writing = false;
  };

  explicit Impl(ResolverOptions o) : options(std::move(o)) {}
  ~Impl();

  Result<> open();
  void watch(int fd, bool readable, bool writable);
  void arm(const std::shared_ptr<Watch>& watch);
  void process(int read_fd, int write_fd);
  void schedule();
  Task<Addresses> addresses(std::string host);
  Task<std::string> query(std::string name, int type);
  template <class T>
  Task<T> await(std::shared_ptr<Lookup<T>> lookup, std::string name);

  ResolverOptions options;
  asio::io_context io{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{asio::make_work_guard(io)};
  asio::steady_timer tick{io};
  ares_channel channel = nullptr;
  std::map<int, std::shared_ptr<Watch>> watches;
  std::thread thread;
};

Resolver::Impl::~Impl() {
  io.stop();
  if (thread.joinable()) thread.join();
  if (channel) ares_destroy(channel);
  for (auto& [fd, watch] : watches) watch->descriptor.release();
}

Result<> Resolver::Impl::open() {
  if (prepare_library() != ARES_SUCCESS) return fail(Code::Internal, "c-ares cannot be set up");
  ares_options settings{};
  settings.timeout = static_cast<int>(options.attempt_timeout.count());
  settings.tries = options.attempts;
  settings.sock_state_cb_data = this;
  settings.sock_state_cb = [](void* self, ares_socket_t fd, int readable, int writable) {
    static_cast<Impl*>(self)->watch(fd, readable != 0, writable != 0);
  };
  const int mask = ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB;
  if (const int status = ares_init_options(&channel, &settings, mask); status != ARES_SUCCESS)
    return fail(Code::Internal, std::string("the resolver cannot start: ") + ares_strerror(status));
  if (!options.nameservers.empty()) {
    const std::string servers = join(options.nameservers, ",");
    if (ares_set_servers_ports_csv(channel, servers.c_str()) != ARES_SUCCESS)
      return fail(Code::Invalid,
                  "\"" + servers + "\" is not a list of name servers (ADDRESS or ADDRESS:PORT)");
  }
  thread = std::thread([this] { io.run(); });
  return {};
}

void Resolver::Impl::watch(int fd, bool readable, bool writable) {
  auto found = watches.find(fd);
  if (!readable && !writable) {
    if (found == watches.end()) return;
    found->second->wants_read = found->second->wants_write = false;
    found->second->descriptor.release();  // c-ares closes it
    watches.erase(found);
    return;
  }
  if (found == watches.end()) found = watches.emplace(fd, std::make_shared<Watch>(io, fd)).first;
  found->second->wants_read = readable;
  found->second->wants_write = writable;
  arm(found->second);
}

void Resolver::Impl::arm(const std::shared_ptr<Watch>& watch) {
  if (watch->wants_read && !watch->reading) {
    watch->reading = true;
    watch->descriptor.async_wait(asio::posix::stream_descriptor::wait_read,
                                 [this, watch](const boost::system::error_code& error) {
                                   watch->reading = false;
                                   if (error || !watch->wants_read) return;
                                   process(watch->descriptor.native_handle(), ARES_SOCKET_BAD);
                                   arm(watch);
                                 });
  }
  if (watch->wants_write && !watch->writing) {
    watch->writing = true;
    watch->descriptor.async_wait(asio::posix::stream_descriptor::wait_write,
                                 [this, watch](const boost::system::error_code& error) {
                                   watch->writing = false;
                                   if (error || !watch->wants_write) return;
                                   process(ARES_SOCKET_BAD, watch->descriptor.native_handle());
                                   arm(watch);
                                 });
  }
}

void Resolver::Impl::process(int read_fd, int write_fd) {
  ares_process_fd(channel, read_fd, write_fd);
  schedule();
}

/// Wakes c-ares for its own retries and timeouts.
void Resolver::Impl::schedule() {
  timeval wait{};
  if (!ares_timeout(channel, nullptr, &wait)) {
    tick.cancel();
    return;
  }
  tick.expires_after(std::chrono::seconds(wait.tv_sec) + std::chrono::microseconds(wait.tv_usec));
  tick.async_wait([this](const boost::system::error_code& error) {
    if (!error) process(ARES_SOCKET_BAD, ARES_SOCKET_BAD);
  });
}

template <class T>
Task<T> Resolver::Impl::await(std::shared_ptr<Lookup<T>> lookup, std::string name) {
  schedule();
  if (!lookup->finished) {
    lookup->done.expires_after(options.timeout);
    co_await lookup->done.async_wait(asio::as_tuple(asio::use_awaitable));
  }
  if (!lookup->finished) co_return std::unexpected(dns_error(name, ARES_ETIMEOUT));
  if (lookup->status != ARES_SUCCESS) co_return std::unexpected(dns_error(name, lookup->status));
  co_return std::move(lookup->value);
}

Task<Addresses> Resolver::Impl::addresses(std::string host) {
  auto lookup = std::make_shared<Lookup<Addresses>>(io);
  ares_addrinfo_hints hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  auto argument = std::make_unique<std::shared_ptr<Lookup<Addresses>>>(lookup);
  ares_getaddrinfo(channel, host.c_str(), nullptr, &hints, on_addresses, argument.release());
  co_return co_await await(std::move(lookup), std::move(host));
}

Task<std::string> Resolver::Impl::query(std::string name, int type) {
  auto lookup = std::make_shared<Lookup<std::string>>(io);
  auto argument = std::make_unique<std::shared_ptr<Lookup<std::string>>>(lookup);
  ares_query(channel, name.c_str(), kClassInternet, type, on_message, argument.release());
  co_return co_await await(std::move(lookup), std::move(name));
}

namespace {

Result<> check_name(std::string_view name) {
  const bool printable = std::ranges::all_of(name, [](char c) { return c > ' ' && c < 127; });
  if (!name.empty() && name.size() <= kNameBytesMax && printable) return {};
  return fail(Code::Invalid, "\"" + to_valid_utf8(name.substr(0, 64)) + "\" is not a host name");
}

template <class T>
Result<DnsAnswer<T>> require_records(Result<DnsAnswer<T>> answer, const std::string& name) {
  if (!answer) return std::unexpected(std::move(answer.error()).within(name));
  if (answer->records.empty()) return std::unexpected(dns_error(name, ARES_ENODATA));
  return answer;
}

}  // namespace

Resolver::Resolver(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Resolver::~Resolver() = default;

Result<std::unique_ptr<Resolver>> Resolver::create(ResolverOptions options) {
  auto impl = std::make_unique<Impl>(std::move(options));
  TRY(impl->open());
  return std::unique_ptr<Resolver>(new Resolver(std::move(impl)));
}

Task<Addresses> Resolver::addresses(std::string host) {
  boost::system::error_code not_literal;
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  const std::string bare = bracketed ? host.substr(1, host.size() - 2) : host;
  const auto literal = asio::ip::make_address(bare, not_literal);
  if (!not_literal) co_return Addresses{literal};
  CO_TRY(check_name(host));
  co_return co_await asio::co_spawn(impl_->io, impl_->addresses(std::move(host)), asio::use_awaitable);
}

Task<DnsAnswer<MxRecord>> Resolver::mx(std::string domain) {
  CO_TRY(check_name(domain));
  CO_TRY_AS(const std::string message,
            co_await asio::co_spawn(impl_->io, impl_->query(domain, kTypeMx), asio::use_awaitable));
  co_return require_records(parse_mx(message), domain);
}

Task<DnsAnswer<std::string>> Resolver::txt(std::string name) {
  CO_TRY(check_name(name));
  CO_TRY_AS(const std::string message,
            co_await asio::co_spawn(impl_->io, impl_->query(name, kTypeTxt), asio::use_awaitable));
  co_return require_records(parse_txt(message), name);
}

Task<DnsAnswer<std::string>> Resolver::ptr(asio::ip::address address) {
  const std::string name = reverse_name(address);
  CO_TRY_AS(const std::string message,
            co_await asio::co_spawn(impl_->io, impl_->query(name, kTypePtr), asio::use_awaitable));
  co_return require_records(parse_ptr(message), name);
}

}  // namespace outrider::net
