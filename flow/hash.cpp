#include "flow/hash.hpp"

#include <array>
#include <bit>
#include <cstring>

namespace lagoon {
namespace {

// XXH64 (Yann Collet, github.com/Cyan4973/xxHash, doc/xxhash_spec.md): four running lanes of eight
// bytes, merged and then mixed until every input bit reaches every output bit.
constexpr std::uint64_t kPrime1 = 0x9E3779B185EBCA87;
constexpr std::uint64_t kPrime2 = 0xC2B2AE3D27D4EB4F;
constexpr std::uint64_t kPrime3 = 0x165667B19E3779F9;
constexpr std::uint64_t kPrime4 = 0x85EBCA77C2B2AE63;
constexpr std::uint64_t kPrime5 = 0x27D4EB2F165667C5;

template <class Word>
std::uint64_t read(const std::byte* bytes) {
  Word word;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

std::uint64_t mix_lane(std::uint64_t lane, std::uint64_t word) {
  return std::rotl(lane + word * kPrime2, 31) * kPrime1;
}

/// Consumes whole stripes of 32 bytes; what is left stays in `bytes`.
std::uint64_t hash_stripes(std::span<const std::byte>& bytes, std::uint64_t seed) {
  std::array<std::uint64_t, 4> lanes = {seed + kPrime1 + kPrime2, seed + kPrime2, seed,
                                        seed - kPrime1};
  for (; bytes.size() >= 32; bytes = bytes.subspan(32)) {
    for (std::size_t i = 0; i < 4; ++i) {
      lanes[i] = mix_lane(lanes[i], read<std::uint64_t>(bytes.data() + 8 * i));
    }
  }
  std::uint64_t hash = std::rotl(lanes[0], 1) + std::rotl(lanes[1], 7) + std::rotl(lanes[2], 12) +
                       std::rotl(lanes[3], 18);
  for (const std::uint64_t lane : lanes) hash = (hash ^ mix_lane(0, lane)) * kPrime1 + kPrime4;
  return hash;
}

std::uint64_t hash_tail(std::span<const std::byte> bytes, std::uint64_t hash) {
  for (; bytes.size() >= 8; bytes = bytes.subspan(8)) {
    hash ^= mix_lane(0, read<std::uint64_t>(bytes.data()));
    hash = std::rotl(hash, 27) * kPrime1 + kPrime4;
  }
  if (bytes.size() >= 4) {
    hash ^= read<std::uint32_t>(bytes.data()) * kPrime1;
    hash = std::rotl(hash, 23) * kPrime2 + kPrime3;
    bytes = bytes.subspan(4);
  }
  for (const std::byte byte : bytes) {
    hash ^= std::to_integer<std::uint64_t>(byte) * kPrime5;
    hash = std::rotl(hash, 11) * kPrime1;
  }
  return hash;
}

std::uint64_t avalanche(std::uint64_t hash) {
  hash = (hash ^ (hash >> 33)) * kPrime2;
  hash = (hash ^ (hash >> 29)) * kPrime3;
  return hash ^ (hash >> 32);
}

}  // namespace

std::uint64_t hash_bytes(std::span<const std::byte> bytes, std::uint64_t seed) {
  const std::uint64_t length = bytes.size();
  const std::uint64_t start = length >= 32 ? hash_stripes(bytes, seed) : seed + kPrime5;
  return avalanche(hash_tail(bytes, start + length));
}

std::string to_hex(std::uint64_t hash) {
  std::string digits(16, '0');
  for (std::size_t i = 0; i < 16; ++i) digits[i] = "0123456789abcdef"[(hash >> (60 - 4 * i)) & 15];
  return digits;
}

}  // namespace lagoon
