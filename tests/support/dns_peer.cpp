#include "dns_peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <string_view>

#include "core/assert.h"
#include "core/strings.h"

namespace outrider::tests {
namespace {

constexpr std::size_t kHeaderBytes = 12;
constexpr std::uint16_t kOk = 0x8180;
constexpr std::uint16_t kNoSuchName = 0x8183;

std::string uint16(std::size_t value) {
  return {static_cast<char>(value >> 8), static_cast<char>(value)};
}
std::string uint32(std::size_t value) {
  return uint16(value >> 16) + uint16(value & 0xffff);
}

std::string header(std::string_view id, std::uint16_t flags, std::size_t answers) {
  return std::string(id) + uint16(flags) + uint16(1) + uint16(answers) + uint16(0) + uint16(0);
}

std::string record_text(const DnsRecord& record) {
  constexpr std::size_t kQuestionName = 0xc00c;  // a pointer behind the header
  return uint16(kQuestionName) + uint16(record.type) + uint16(1) + uint32(record.ttl_s) +
         uint16(record.data.size()) + record.data;
}

}  // namespace

std::string dns_name(const std::string& name) {
  std::string labels;
  for (const auto label : split(name, '.')) labels += static_cast<char>(label.size()) + std::string(label);
  return labels + '\0';
}

std::string dns_mx(std::uint16_t preference, const std::string& host) {
  return uint16(preference) + (host.empty() ? std::string(1, '\0') : dns_name(host));
}

std::string dns_answer(const std::string& question,
                       std::uint16_t type,
                       const std::vector<DnsRecord>& records) {
  std::string message =
      header(std::string(2, '\0'), kOk, records.size()) + dns_name(question) + uint16(type) + uint16(1);
  for (const auto& record : records) message += record_text(record);
  return message;
}

DnsPeer::DnsPeer(std::map<std::string, std::vector<DnsRecord>> zone) : zone_(std::move(zone)) {
  socket_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  const bool ready = ::bind(socket_, generic, length) == 0 && ::getsockname(socket_, generic, &length) == 0;
  OUTRIDER_ASSERT(ready, "a test can listen on loopback");
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

DnsPeer::~DnsPeer() {
  ::shutdown(socket_, SHUT_RDWR);
  thread_.join();
  ::close(socket_);
}

void DnsPeer::serve() {
  for (;;) {
    char bytes[512];
    sockaddr_in from{};
    socklen_t from_length = sizeof from;
    auto* generic = reinterpret_cast<sockaddr*>(&from);
    const auto count = ::recvfrom(socket_, bytes, sizeof bytes, 0, generic, &from_length);
    if (count <= static_cast<ssize_t>(kHeaderBytes)) return;

    const std::string_view query(bytes, static_cast<std::size_t>(count));
    std::string name;
    std::size_t at = kHeaderBytes;
    while (at < query.size() && query[at] != '\0') {
      const auto length = static_cast<std::size_t>(static_cast<unsigned char>(query[at]));
      name += (name.empty() ? "" : ".") + to_lower(query.substr(at + 1, length));
      at += 1 + length;
    }
    const auto type = static_cast<std::uint16_t>(query[at + 1] << 8 | query[at + 2]);
    const auto question = query.substr(kHeaderBytes, at + 5 - kHeaderBytes);

    const auto found = zone_.find(name);
    std::vector<DnsRecord> answers;
    if (found != zone_.end())
      std::ranges::copy_if(
          found->second, std::back_inserter(answers), [type](const DnsRecord& r) { return r.type == type; });
    std::string reply = header(query.substr(0, 2), found == zone_.end() ? kNoSuchName : kOk, answers.size());
    reply += question;
    for (const auto& record : answers) reply += record_text(record);
    ::sendto(socket_, reply.data(), reply.size(), 0, generic, from_length);
  }
}

}  // namespace outrider::tests
