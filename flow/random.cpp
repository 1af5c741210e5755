#include "flow/random.hpp"

#include <bit>
#include <cmath>

#include <Random123/philox.h>

#include "flow/integration/sine_cosine.hpp"

namespace lagoon::flow {
namespace {

/// Odd multiples of 2^-53: 52 random bits and a half, so that neither 0 nor 1 can come out.
double to_open_unit_interval(std::uint32_t high, std::uint32_t low) {
  const std::uint64_t bits = ((std::uint64_t{high} << 32) | low) >> 12;
  return (static_cast<double>(bits) + 0.5) * 0x1p-52;
}

/// ln x for normal x > 0, within two units of rounding. x = m 2^e with m in [1/sqrt 2, sqrt 2), and
/// ln m = 2 artanh(s) = 2 s + s z P(z) with s = (m - 1) / (m + 1), z = s^2; P is the minimax
/// polynomial of relative error 1.3e-18.
double logarithm(double x) {
  constexpr std::array kP = {0x1.555555555558bp-1, 0x1.9999999981caap-2, 0x1.24924940805fcp-2,
                             0x1.c71c53102a754p-3, 0x1.74660e6135028p-3, 0x1.39a63604e5ecdp-3,
                             0x1.2edb7918bacf1p-3};
  constexpr std::uint64_t kBitsOfRootHalf = 0x3FE6A09E667F3BCD;
  const auto bits = std::bit_cast<std::uint64_t>(x);
  const auto exponent = static_cast<std::int64_t>(bits - kBitsOfRootHalf) >> 52;
  const auto m = std::bit_cast<double>(bits - (static_cast<std::uint64_t>(exponent) << 52));
  const double s = (m - 1) / (m + 1);
  const double z = s * s;
  double p = kP.back();
  for (std::size_t i = kP.size() - 1; i-- > 0;) p = p * z + kP[i];
  return static_cast<double>(exponent) * 0x1.62e42fefa39efp-1 + (2 * s + s * (z * p));
}

}  // namespace

std::array<std::uint32_t, 4> random_bits(std::uint64_t seed, Purpose purpose, std::uint64_t sample,
                                         std::uint32_t index) {
  const auto low = [](std::uint64_t word) { return static_cast<std::uint32_t>(word); };
  const r123::Philox4x32::ctr_type counter = {
      {index, static_cast<std::uint32_t>(purpose), low(sample), low(sample >> 32)}};
  const r123::Philox4x32::key_type key = {{low(seed), low(seed >> 32)}};
  const auto bits = r123::Philox4x32()(counter, key);
  return {bits[0], bits[1], bits[2], bits[3]};
}

double uniform(std::uint64_t seed, Purpose purpose, std::uint64_t sample, std::uint32_t index) {
  const auto bits = random_bits(seed, purpose, sample, index);
  return to_open_unit_interval(bits[0], bits[1]);
}

std::array<double, 2> normal_pair(std::uint64_t seed, Purpose purpose, std::uint64_t sample,
                                  std::uint32_t index) {
  const auto bits = random_bits(seed, purpose, sample, index);
  const double radius = std::sqrt(-2 * logarithm(to_open_unit_interval(bits[0], bits[1])));
  double sine = 0;
  double cosine = 0;
  sine_cosine(to_open_unit_interval(bits[2], bits[3]), sine, cosine);
  return {radius * cosine, radius * sine};
}

}  // namespace lagoon::flow
