#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

// Files damaged in the ways that disks, networks and fuzzers damage them.
namespace lagoon::tests {

namespace mutation {

/// A place in the file: anywhere, or, every other time, near metadata of HDF5, which a random place
/// seldom hits in files of any size.
inline std::size_t place(const std::string& bytes, std::mt19937_64& random) {
  static constexpr std::array<std::string_view, 11> kSignatures = {
      "\x89HDF", "OHDR", "OCHK", "FRHP", "FHDB", "FSHD", "BTHD", "BTLF", "BTIN", "GCOL", "SNOD"};
  constexpr std::size_t kReach = 256;
  const std::size_t anywhere = random() % bytes.size();
  if (random() % 2 == 0) return anywhere;
  const std::string_view signature = kSignatures[random() % kSignatures.size()];
  std::size_t found = bytes.find(signature, anywhere);
  if (found == std::string::npos) found = bytes.find(signature);
  if (found == std::string::npos) return anywhere;
  return std::min(found + random() % kReach, bytes.size() - 1);
}

inline void overwrite(std::string& bytes, std::size_t place, std::string_view with) {
  const std::size_t length = std::min(with.size(), bytes.size() - place);
  bytes.replace(place, length, with.substr(0, length));
}

inline void randomise(std::string& bytes, std::mt19937_64& random) {
  std::string noise(1 + random() % 8, '\0');
  for (char& byte : noise) byte = static_cast<char>(random());
  overwrite(bytes, place(bytes, random), noise);
}

inline void flip_bit(std::string& bytes, std::mt19937_64& random) {
  bytes[place(bytes, random)] ^= static_cast<char>(1 << random() % 8);
}

/// Numbers at the ends of their ranges: lengths, offsets and counts.
inline void set_extreme(std::string& bytes, std::mt19937_64& random) {
  static constexpr std::array<std::uint64_t, 6> kExtremes = {
      0, 1, 0x7fffffff, 0xffffffff, 0x7fffffffffffffff, 0xffffffffffffffff};
  const std::uint64_t number = kExtremes[random() % kExtremes.size()];
  std::string text(std::size_t{1} << random() % 4, '\0');
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>(number >> 8 * i);
  overwrite(bytes, place(bytes, random), text);
}

/// A sector that was lost, or came from elsewhere in the file.
inline void lose_sector(std::string& bytes, std::mt19937_64& random) {
  constexpr std::size_t kSector = 512;
  const std::size_t at = place(bytes, random) / kSector * kSector;
  const std::size_t from = random() % bytes.size() / kSector * kSector;
  const bool is_zeroed = random() % 2 == 0;
  overwrite(bytes, at, is_zeroed ? std::string(kSector, '\0') : bytes.substr(from, kSector));
}

inline void truncate(std::string& bytes, std::mt19937_64& random) {
  bytes.resize(random() % bytes.size());
}

}  // namespace mutation

/// `bytes` (not empty) with one damage, which is a function of the seed: some bytes at random, a
/// bit, an extreme number, a sector or the end of the file. It may be as it was, where the damage
/// writes what was there.
inline std::string mutate(std::string bytes, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  static constexpr std::array kDamages = {mutation::randomise, mutation::flip_bit,
                                          mutation::set_extreme, mutation::lose_sector,
                                          mutation::truncate};
  kDamages[random() % kDamages.size()](bytes, random);
  return bytes;
}

}  // namespace lagoon::tests
