#include "net/http_client.h"

#include <curl/curl.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>

#include "core/strings.h"

namespace outrider::net {
namespace {

struct Cleanup {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using Handle = std::unique_ptr<CURL, Cleanup>;

/// One transfer, as its callbacks see it.
struct Transfer {
  const AddressPolicy& policy;
  const std::string& ca_file;
  std::size_t bytes_max = 0;
  std::string bytes = {};
  std::optional<Error> refused = {};
};

std::optional<boost::asio::ip::address> address_of(const curl_sockaddr& peer) {
  if (peer.family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &peer.addr, sizeof v4);
    return boost::asio::ip::make_address_v4(ntohl(v4.sin_addr.s_addr));
  }
  if (peer.family != AF_INET6) return std::nullopt;
  sockaddr_in6 v6{};
  std::memcpy(&v6, &peer.addr, std::min<std::size_t>(sizeof v6, peer.addrlen));
  boost::asio::ip::address_v6::bytes_type bytes{};
  std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
  return boost::asio::ip::make_address_v6(bytes);
}

curl_socket_t open_checked(void* context, curlsocktype, curl_sockaddr* peer) {
  auto& transfer = *static_cast<Transfer*>(context);
  const auto address = address_of(*peer);
  if (!address) return CURL_SOCKET_BAD;
  if (auto allowed = transfer.policy.check(*address); !allowed) {
    transfer.refused = std::move(allowed.error());
    return CURL_SOCKET_BAD;
  }
  return ::socket(peer->family, peer->socktype | SOCK_CLOEXEC, peer->protocol);
}

std::size_t take(char* data, std::size_t size, std::size_t count, void* context) {
  auto& transfer = *static_cast<Transfer*>(context);
  const std::size_t bytes = size * count;
  if (bytes > transfer.bytes_max - transfer.bytes.size()) {
    transfer.refused = Error{.code = Code::TooLarge, .message = "it is too large"};
    return 0;
  }
  transfer.bytes.append(data, bytes);
  return bytes;
}

CURLcode add_authorities(CURL*, void* ssl_context, void* context) {
  const auto& transfer = *static_cast<Transfer*>(context);
  auto* const store = SSL_CTX_get_cert_store(static_cast<SSL_CTX*>(ssl_context));
  return X509_STORE_load_file(store, transfer.ca_file.c_str()) == 1 ? CURLE_OK : CURLE_SSL_CACERT_BADFILE;
}

Handle make_handle() {
  static const bool kReady = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return kReady ? Handle(curl_easy_init()) : nullptr;
}

void set_up(CURL* handle, const std::string& url, const FetchLimits& limits, Transfer& transfer) {
  curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(handle, CURLOPT_MAXREDIRS, kRedirectsMax);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  // A proxy would connect in our place, behind the policy's back.
  curl_easy_setopt(handle, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, std::max(1L, static_cast<long>(limits.timeout.count())));
  curl_easy_setopt(handle, CURLOPT_USERAGENT, "outrider");
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, open_checked);
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, &transfer);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &transfer);
  if (transfer.ca_file.empty()) return;
  curl_easy_setopt(handle, CURLOPT_SSL_CTX_FUNCTION, add_authorities);
  curl_easy_setopt(handle, CURLOPT_SSL_CTX_DATA, &transfer);
}

Error error_of(CURLcode result) {
  switch (result) {
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return {.code = Code::Invalid, .message = "it is no http or https address"};
    case CURLE_OPERATION_TIMEDOUT:
      return {.code = Code::Timeout, .message = "it took too long"};
    default:
      return {.code = Code::Unavailable, .message = curl_easy_strerror(result)};
  }
}

std::string content_type_of(CURL* handle) {
  const char* given = nullptr;
  curl_easy_getinfo(handle, CURLINFO_CONTENT_TYPE, &given);
  if (given == nullptr) return {};
  const std::string_view text(given);
  return to_lower(trim(text.substr(0, text.find(';'))));
}

}  // namespace

Result<HttpBody> HttpClient::get(const std::string& url, const FetchLimits& limits) const {
  const Handle handle = make_handle();
  if (!handle) return fail(Code::Internal, "libcurl does not start");
  Transfer transfer{.policy = policy_, .ca_file = ca_file_, .bytes_max = limits.bytes_max};
  set_up(handle.get(), url, limits, transfer);

  const CURLcode result = curl_easy_perform(handle.get());
  if (transfer.refused) return std::unexpected(*std::move(transfer.refused));
  if (result != CURLE_OK) return std::unexpected(error_of(result));
  long status = 0;
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status == 404 || status == 410) return fail(Code::NotFound, "the server has no such file");
  if (status != 200) return fail(Code::Unavailable, "the server answered " + std::to_string(status));
  return HttpBody{.bytes = std::move(transfer.bytes), .content_type = content_type_of(handle.get())};
}

}  // namespace outrider::net
