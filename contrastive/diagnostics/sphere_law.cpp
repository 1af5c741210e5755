#include "contrastive/diagnostics/sphere_law.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <string>

#include <boost/math/special_functions/beta.hpp>

#include "contrastive/theory/bridging/closed_forms.hpp"
#include "flow/error.hpp"
#include "flow/random.hpp"

namespace lagoon::contrastive {
namespace {

/// The law is as narrow as 1 / sqrt(d), and what is between steps off by d / steps^2 of it.
std::size_t table_steps(std::int64_t dim) {
  constexpr double kSteps = 4096, kUpTo = 32;
  return static_cast<std::size_t>(kSteps *
                                  std::max(1.0, std::sqrt(static_cast<double>(dim) / kUpTo)));
}

/// log I_x(a, 1/2) by its series of positive terms, for x that are not near 1.
double log_beta_share(double a, double x) {
  double term = 1, sum = 1;
  for (double j = 0; term > 1e-17 * sum; ++j) {
    term *= (a + 0.5 + j) / (a + 1 + j) * x;
    sum += term;
  }
  const double log_beta = std::lgamma(a) + std::lgamma(0.5) - std::lgamma(a + 0.5);
  return a * std::log(x) + 0.5 * std::log1p(-x) - std::log(a) - log_beta + std::log(sum);
}

}  // namespace

CosineLaw::CosineLaw(std::int64_t dim) {
  require(dim >= 2, "embeddings of " + std::to_string(dim) +
                        " coordinates have no law of angles: give 2 or more");
  const double half = 0.5 * static_cast<double>(dim - 1);
  const std::size_t steps = table_steps(dim);
  table_.resize(steps + 1);
  for (std::size_t i = 0; i <= steps; ++i) {
    const double angle = std::numbers::pi * static_cast<double>(i) / static_cast<double>(steps);
    const double share = 0.5 * (1 + std::cos(angle));
    table_[i] = boost::math::ibeta(half, half, std::clamp(share, 0.0, 1.0));
  }
}

double CosineLaw::cdf(double t) const {
  const std::size_t steps = table_.size() - 1;
  const double place =
      std::acos(std::clamp(t, -1.0, 1.0)) / std::numbers::pi * static_cast<double>(steps);
  const auto below = std::min(static_cast<std::size_t>(place), steps - 1);
  return std::lerp(table_[below], table_[below + 1], place - static_cast<double>(below));
}

double log_mean_exp_on_sphere(std::int64_t dim, double k) {
  return log_mean_on_sphere(dim, k, 0, 1);
}

double divergence_of_von_mises_fisher(std::int64_t dim, double k) {
  const auto d = static_cast<double>(dim);
  const double log_mean = log_mean_exp_on_sphere(dim, k);
  const double mean_cosine = k / d * std::exp(log_mean_exp_on_sphere(dim + 2, k) - log_mean);
  return k * mean_cosine - log_mean;
}

double log_cap_share(std::int64_t dim, double angle) {
  if (angle <= 0) return -std::numeric_limits<double>::infinity();
  const double a = 0.5 * static_cast<double>(dim - 1);
  const double x = std::pow(std::sin(angle), 2);
  const double log_share = x < 0.9 ? log_beta_share(a, x) : std::log(boost::math::ibeta(a, 0.5, x));
  if (angle <= std::numbers::pi / 2) return log_share - std::numbers::ln2;
  return std::log1p(-0.5 * std::exp(log_share));
}

Embeddings draw_directions(std::int64_t n, std::int64_t dim, std::uint64_t seed) {
  Embeddings rows{n, dim, std::vector<float>(static_cast<std::size_t>(n * dim))};
  std::vector<double> normals(static_cast<std::size_t>(dim));
  for (std::int64_t i = 0; i < n; ++i) {
    flow::fill_normals(normals,
                       {seed, flow::Purpose::bootstrap_draw, static_cast<std::uint64_t>(i)});
    const double length =
        std::sqrt(std::inner_product(normals.begin(), normals.end(), normals.begin(), 0.0));
    for (std::int64_t j = 0; j < dim; ++j) {
      rows.values[i * dim + j] = static_cast<float>(normals[j] / length);
    }
  }
  return rows;
}

}  // namespace lagoon::contrastive
