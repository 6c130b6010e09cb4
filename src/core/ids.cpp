#include "core/ids.h"

#include <array>
#include <cstdint>
#include <cstdio>
#include <random>

#include "core/random.h"

namespace outrider {
namespace {

/// Seeded once per thread from the system: ids must differ between nodes, not withstand an attacker.
Random& id_random() {
  thread_local Random random = [] {
    std::random_device device;
    return Random(static_cast<std::uint64_t>(device()) << 32 | device());
  }();
  return random;
}

}  // namespace

std::string uuid_v7(TimeMs now_ms) {
  Random& random = id_random();
  const auto time = static_cast<std::uint64_t>(now_ms) & 0xFFFFFFFFFFFF;
  const std::uint64_t high = time << 16 | 0x7000 | (random.next() & 0xFFF);
  const std::uint64_t low = (random.next() & 0x3FFFFFFFFFFFFFFF) | 0x8000000000000000;
  std::array<char, 37> out{};
  std::snprintf(out.data(),
                out.size(),
                "%08x-%04x-%04x-%04x-%012llx",
                static_cast<unsigned>(high >> 32),
                static_cast<unsigned>(high >> 16 & 0xFFFF),
                static_cast<unsigned>(high & 0xFFFF),
                static_cast<unsigned>(low >> 48),
                static_cast<unsigned long long>(low & 0xFFFFFFFFFFFF));
  return out.data();
}

std::string ulid(TimeMs now_ms) {
  constexpr const char* kAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";
  Random& random = id_random();
  std::string text(26, '0');
  auto time = static_cast<std::uint64_t>(now_ms);
  for (int i = 9; i >= 0; --i, time >>= 5) text[static_cast<std::size_t>(i)] = kAlphabet[time & 31];
  for (std::size_t i = 10; i < 26; ++i) text[i] = kAlphabet[random.below(32)];
  return text;
}

}  // namespace outrider
