// Seeded randomness: every source is passed in, so that a test or a repeated plan draws the same numbers.
#pragma once

#include <cstdint>
#include <string_view>

namespace outrider {

/// A small, fast generator (SplitMix64). Not for secrets: those come from libsodium.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
  }

  /// 0 <= result < limit; limit must be positive.
  std::uint64_t below(std::uint64_t limit) {
    return static_cast<std::uint64_t>((static_cast<unsigned __int128>(next()) * limit) >> 64);
  }

  /// 0 <= result < 1.
  double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

 private:
  std::uint64_t state_;
};

/// Mixes parts into a seed that depends on each of them and on their order.
inline std::uint64_t mix_seed(std::uint64_t seed, std::uint64_t part) {
  return Random(seed ^ (part * 0xD6E8FEB86659FD93)).next();
}
inline std::uint64_t mix_seed(std::uint64_t seed, std::string_view part) {
  std::uint64_t hash = 0xCBF29CE484222325;  // FNV-1a
  for (const char c : part) hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100000001B3;
  return mix_seed(seed, hash);
}

}  // namespace outrider
