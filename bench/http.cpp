// bench: http jobs wire core
// A server with two small answers, for bench/small_get: it prints its port and serves until its input ends.
#include <cstdio>
#include <cstdlib>

#include "http/server.h"
#include "http/testing.h"

namespace {

using namespace outrider;

struct Small {
  bool ok = true;
  static wire::Fields wire();
};
wire::Fields Small::wire() {
  static constexpr wire::Field kFields[] = {wire::required<&Small::ok>("ok")};
  return kFields;
}

std::vector<http::Route> routes() {
  using http::Verb, http::route;
  const auto small = [](http::Context&) -> Result<Small> { return Small{}; };
  return {
      route(Verb::Get, "/inline", "Public, on the I/O thread.", small).keyless().inline_ok(),
      route(Verb::Get, "/small", "With a key, on a worker.", small),
  };
}

}  // namespace

int main(int argc, char** argv) {
  const int io_threads = argc > 1 ? std::atoi(argv[1]) : 2;
  http::TestApi api(routes());
  jobs::WorkerPool workers({.threads = 2});
  http::Server server({.io_threads = static_cast<std::size_t>(io_threads)}, api.dispatcher(), workers);
  if (const auto started = server.start(); !started) {
    std::fprintf(stderr, "%s\n", started.error().message.c_str());
    return 1;
  }
  std::printf("%d\n", server.port());
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
  return 0;
}
