// A name server on loopback that answers from a table of ready-made record data; unknown names do not exist.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace outrider::tests {

struct DnsRecord {
  std::uint16_t type = 1;
  std::uint32_t ttl_s = 60;
  std::string data;  // as on the wire
};

/// "mail.example" as length-prefixed labels.
std::string dns_name(const std::string& name);
std::string dns_mx(std::uint16_t preference, const std::string& host);
/// A whole answer to one question, as the server would send it.
std::string dns_answer(const std::string& question,
                       std::uint16_t type,
                       const std::vector<DnsRecord>& records);

class DnsPeer {
 public:
  explicit DnsPeer(std::map<std::string, std::vector<DnsRecord>> zone);
  ~DnsPeer();
  DnsPeer(const DnsPeer&) = delete;
  DnsPeer& operator=(const DnsPeer&) = delete;

  /// "127.0.0.1:PORT"
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  void serve();

  std::map<std::string, std::vector<DnsRecord>> zone_;
  int socket_ = -1;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace outrider::tests
