#include "flow/random.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <Random123/philox.h>

#include "flow/kernels/logarithm.hpp"

namespace lagoon::flow {
namespace {

/// Odd multiples of 2^-53: 52 random bits and a half, so that neither 0 nor 1 can come out.
double to_open_unit_interval(std::uint32_t high, std::uint32_t low) {
  const std::uint64_t bits = ((std::uint64_t{high} << 32) | low) >> 12;
  return (static_cast<double>(bits) + 0.5) * 0x1p-52;
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

std::size_t uniform_index(const DrawKey& key, std::uint32_t index, std::size_t n) {
  // Rounding may bring the product up to n.
  return std::min(static_cast<std::size_t>(uniform(key, index) * static_cast<double>(n)), n - 1);
}

std::vector<std::size_t> random_order(std::size_t n, std::uint64_t seed, Purpose purpose) {
  std::vector<std::pair<double, std::size_t>> keyed;
  for (std::size_t i = 0; i < n; ++i) keyed.emplace_back(uniform(seed, purpose, i, 0), i);
  std::ranges::sort(keyed);
  std::vector<std::size_t> order;
  for (const auto& [key, i] : keyed) order.push_back(i);
  return order;
}

void fill_normals(std::span<double> values, const DrawKey& key, std::uint32_t first_pair) {
  for (std::size_t i = 0; i < values.size(); i += 2) {
    const auto pair = normal_pair(key, first_pair + static_cast<std::uint32_t>(i / 2));
    values[i] = pair[0];
    if (i + 1 < values.size()) values[i + 1] = pair[1];
  }
}

}  // namespace lagoon::flow
