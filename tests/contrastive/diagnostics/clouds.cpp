#include "tests/contrastive/diagnostics/clouds.hpp"

#include <cmath>
#include <random>

namespace lagoon::tests {
namespace {

using contrastive::Embeddings;

/// Cosine with the centre (Wood 1994).
double draw_cosine(double d, double k, std::mt19937_64& bits) {
  std::gamma_distribution<double> half((d - 1) / 2);
  std::uniform_real_distribution<double> unit;
  const double b = (d - 1) / (2 * k + std::sqrt(4 * k * k + (d - 1) * (d - 1)));
  const double x = (1 - b) / (1 + b);
  const double c = k * x + (d - 1) * std::log(1 - x * x);
  for (;;) {
    const double first = half(bits), z = first / (first + half(bits));
    const double w = (1 - (1 + b) * z) / (1 - (1 - b) * z);
    if (k * w + (d - 1) * std::log(1 - x * w) - c >= std::log(unit(bits))) return w;
  }
}

}  // namespace

Embeddings normal_cloud(std::int64_t n, std::int64_t dim, std::uint64_t seed) {
  std::mt19937_64 bits(seed);
  std::normal_distribution<float> normal;
  Embeddings cloud{n, dim, std::vector<float>(static_cast<std::size_t>(n * dim))};
  for (float& value : cloud.values) value = normal(bits);
  return cloud;
}

Embeddings von_mises_fisher(std::int64_t n, std::int64_t dim, double k, std::uint64_t seed) {
  Embeddings cloud = normal_cloud(n, dim, seed);
  std::mt19937_64 bits(seed + 1);
  for (std::int64_t i = 0; i < n; ++i) {
    float* row = cloud.values.data() + i * dim;
    const double w = draw_cosine(static_cast<double>(dim), k, bits);
    double across = 0;
    for (std::int64_t j = 1; j < dim; ++j) across += static_cast<double>(row[j]) * row[j];
    const double factor = std::sqrt((1 - w * w) / across);
    for (std::int64_t j = 1; j < dim; ++j) row[j] = static_cast<float>(row[j] * factor);
    row[0] = static_cast<float>(w);
  }
  return cloud;
}

}  // namespace lagoon::tests
