#include <ekiden/base/hex.hpp>
#include <ekiden/runtime/random.hpp>

#include <cmath>
#include <random>

namespace ekiden::runtime {

namespace {

// SplitMix64 (Steele, Lea, Flood 2014): turns any seed, zero included, into a well-mixed state.
std::uint64_t split_mix(std::uint64_t& state) {
  state += 0x9e3779b97f4a7c15U;
  std::uint64_t z = state;
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31U);
}

constexpr std::uint64_t rotate_left(std::uint64_t value, unsigned bits) {
  return (value << bits) | (value >> (64U - bits));
}

}  // namespace

Random::Random(std::uint64_t seed) : seed_(seed), state_{} {
  std::uint64_t mixer = seed;
  for (std::uint64_t& word : state_) {
    word = split_mix(mixer);
  }
}

std::uint64_t Random::entropy() {
  std::random_device device;
  return (static_cast<std::uint64_t>(device()) << 32U) | device();
}

// xoshiro256** (Blackman, Vigna 2018).
std::uint64_t Random::next() {
  const std::uint64_t result = rotate_left(state_[1] * 5, 7) * 9;
  const std::uint64_t shifted = state_[1] << 17U;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = rotate_left(state_[3], 45);
  return result;
}

std::uint64_t Random::below(std::uint64_t bound) {
  // Multiply-shift. The bias does not matter: it is below 2^-32 for the bounds used here.
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::uint64_t>((static_cast<Wide>(next()) * bound) >> 64U);
}

std::int64_t Random::between(std::int64_t low, std::int64_t high) {
  return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low) + 1));
}

double Random::uniform() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }

bool Random::chance(double p) { return p > 0 && uniform() < p; }

double Random::normal() {
  // Box-Muller; one of the pair is enough.
  const double u = 1.0 - uniform();
  const double v = uniform();
  return std::sqrt(-2.0 * std::log(u)) * std::cos(6.283185307179586 * v);
}

double Random::lognormal(double mu, double sigma) { return std::exp(mu + sigma * normal()); }

std::string Random::uuid() {
  std::string text;
  text.reserve(36);
  std::uint64_t bits = 0;
  for (unsigned i = 0; i < 32; ++i) {
    if (i % 16 == 0) {
      bits = next();
    }
    if (i == 8 || i == 12 || i == 16 || i == 20) {
      text.push_back('-');
    }
    std::uint64_t nibble = bits & 0xFU;
    bits >>= 4U;
    if (i == 12) {
      nibble = 4;  // Version (RFC 9562, section 5.4).
    } else if (i == 16) {
      nibble = 8U | (nibble & 3U);  // Variant.
    }
    text.push_back(base::kHexDigits[nibble]);
  }
  return text;
}

Random Random::fork(std::string_view name) const {
  std::uint64_t hash = 0xcbf29ce484222325U ^ seed_;  // FNV-1a of the name, starting from the seed.
  for (const char c : name) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  }
  return Random(split_mix(hash));
}

}  // namespace ekiden::runtime
