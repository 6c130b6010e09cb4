#include "sandbox/world_ports.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <fstream>

namespace outrider::sandbox {
namespace {

using boost::asio::ip::tcp;

/// The port that was bound, 0 when it is taken.
std::uint16_t bound(std::uint16_t port) {
  boost::asio::io_context context;
  tcp::acceptor acceptor(context);
  boost::system::error_code error;
  acceptor.open(tcp::v4(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind({boost::asio::ip::address_v4::loopback(), port}, error);
  if (!error) acceptor.listen(1, error);
  return error ? std::uint16_t{0} : acceptor.local_endpoint().port();
}

}  // namespace

std::optional<WorldPorts> load_ports(const std::filesystem::path& file) {
  std::ifstream in(file);
  WorldPorts ports;
  if (!(in >> ports.smtp >> ports.imap >> ports.lmtp)) return std::nullopt;
  return ports;
}

Result<> store_ports(const std::filesystem::path& file, const WorldPorts& ports) {
  std::ofstream out(file, std::ios::trunc);
  out << ports.smtp << ' ' << ports.imap << ' ' << ports.lmtp << '\n';
  out.close();
  if (!out) return fail(Code::Internal, "sandbox: cannot write " + file.string());
  return {};
}

bool is_free(std::uint16_t port) {
  return bound(port) != 0;
}

Result<std::uint16_t> any_free_port() {
  const std::uint16_t port = bound(0);
  if (port == 0) return fail(Code::Unavailable, "sandbox: there is no free port on 127.0.0.1");
  return port;
}

}  // namespace outrider::sandbox
