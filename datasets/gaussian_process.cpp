#include "datasets/gaussian_process.hpp"

#include <cmath>
#include <numbers>

#include "flow/error.hpp"

namespace lagoon::datasets {
namespace {

using std::numbers::pi;

std::vector<double> points_of(ProcessGrid grid, int n) {
  std::vector<double> points(static_cast<std::size_t>(n));
  for (int i = 0; i < n; ++i) {
    double& x = points[static_cast<std::size_t>(i)];
    switch (grid) {
      case ProcessGrid::ends:
        x = n > 1 ? static_cast<double>(i) / (n - 1) : 0;
        break;
      case ProcessGrid::centres:
        x = (i + 0.5) / n;
        break;
      case ProcessGrid::interior:
        x = (i + 1.0) / (n + 1);
        break;
    }
  }
  return points;
}

void require_count(int value, const std::string& name, int most) {
  if (value < 1 || value > most)
    throw Error("the process has " + name + " = " + std::to_string(value) +
                ": give a number from 1 to " + std::to_string(most));
}

void require_positive(double value, const std::string& name) {
  if (!(value > 0) || !std::isfinite(value))
    throw Error("the process has " + name + " = " + std::to_string(value) +
                ": give a number above 0");
}

// sum += weights^T modes, one mode after another: the same bits whatever stands beside.
void add_modes(std::span<const double> weights, std::span<const double> modes,
               std::span<double> sum) {
  for (std::size_t j = 0; j < weights.size(); ++j)
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += weights[j] * modes[j * sum.size() + i];
}

}  // namespace

void require_valid(const GaussianProcessOptions& options) {
  constexpr int kMost = 1'000'000;
  require_count(options.n_modes, "n_modes", kMost);
  require_count(options.n_u, "n_u", kMost);
  require_count(options.n_v, "n_v", options.n_modes);
  require_positive(options.noise_std, "noise_std");
  require_positive(options.exponent, "exponent");
  require(std::isfinite(options.inverse_length),
          "the process has an inverse_length that is not finite: give a number");
}

GaussianProcess::GaussianProcess(const GaussianProcessOptions& options) : options_(options) {
  require_valid(options);
  grid_ = points_of(options.grid, options.n_u);
  eigenvalues_.reserve(static_cast<std::size_t>(options.n_modes));
  for (int j = 1; j <= options.n_modes; ++j)
    eigenvalues_.push_back(std::pow(
        j * pi * (j * pi) + options.inverse_length * options.inverse_length, -options.exponent));
  modes_ = modes_at(grid_);
}

std::vector<double> GaussianProcess::modes_at(std::span<const double> x) const {
  const double norm = options_.orthonormal ? std::numbers::sqrt2 : 1;
  std::vector<double> modes;
  modes.reserve(eigenvalues_.size() * x.size());
  for (std::size_t j = 0; j < eigenvalues_.size(); ++j) {
    const double amplitude = norm * std::sqrt(eigenvalues_[j]);
    for (double at : x) modes.push_back(amplitude * std::cos(static_cast<double>(j + 1) * pi * at));
  }
  return modes;
}

std::vector<double> GaussianProcess::covariance_from(std::span<const double> x,
                                                     std::size_t first_mode) const {
  const auto modes = modes_at(x);
  const std::size_t n = x.size();
  std::vector<double> covariance(n * n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t k = 0; k <= i; ++k) {
      double sum = 0;
      for (std::size_t j = eigenvalues_.size(); j-- > first_mode;)
        sum += modes[j * n + i] * modes[j * n + k];
      covariance[i * n + k] = covariance[k * n + i] = sum;
    }
  return covariance;
}

std::vector<double> GaussianProcess::cov_uu() const {
  auto covariance = covariance_from(grid_, 0);
  const double noise = options_.noise_std * options_.noise_std;
  for (std::size_t i = 0; i < grid_.size(); ++i) covariance[i * grid_.size() + i] += noise;
  return covariance;
}

std::vector<double> GaussianProcess::cov_uv() const {
  const auto n_v = static_cast<std::size_t>(options_.n_v);
  std::vector<double> covariance(grid_.size() * n_v);
  for (std::size_t i = 0; i < grid_.size(); ++i)
    for (std::size_t j = 0; j < n_v; ++j)
      covariance[i * n_v + j] = v_scale() * modes_[j * grid_.size() + i];
  return covariance;
}

std::vector<double> GaussianProcess::cov_vv() const {
  const auto n_v = static_cast<std::size_t>(options_.n_v);
  std::vector<double> covariance(n_v * n_v);
  for (std::size_t j = 0; j < n_v; ++j) covariance[j * n_v + j] = v_scale() * v_scale();
  return covariance;
}

ProcessSamples GaussianProcess::draw(std::uint64_t seed, Split split, std::int64_t first,
                                     std::size_t n) const {
  const std::size_t n_u = grid_.size();
  const auto n_v = static_cast<std::size_t>(options_.n_v);
  ProcessSamples samples{std::vector<double>(n * n_u), std::vector<double>(n * n_v)};
  std::vector<double> xi(eigenvalues_.size());
  for (std::size_t i = 0; i < n; ++i) {
    const auto index = static_cast<std::uint64_t>(first) + i;
    const auto u = std::span(samples.u).subspan(i * n_u, n_u);
    flow::fill_normals(u, {seed, purpose_of(Draw::process_noise, split), index});
    for (double& value : u) value *= options_.noise_std;
    flow::fill_normals(xi, {seed, purpose_of(Draw::process, split), index});
    add_modes(xi, modes_, u);
    for (std::size_t j = 0; j < n_v; ++j) samples.v[i * n_v + j] = v_scale() * xi[j];
  }
  return samples;
}

std::vector<double> GaussianProcess::field_mean(std::span<const double> x,
                                                std::span<const double> v) const {
  require(v.empty() || v.size() == static_cast<std::size_t>(options_.n_v),
          "the process is given " + std::to_string(v.size()) + " coefficients v: it has " +
              std::to_string(options_.n_v));
  std::vector<double> xi(v.begin(), v.end()), mean(x.size());
  for (double& value : xi) value /= v_scale();
  add_modes(xi, modes_at(x), mean);
  return mean;
}

std::vector<double> GaussianProcess::field_covariance(std::span<const double> x,
                                                      bool given_v) const {
  return covariance_from(x, given_v ? static_cast<std::size_t>(options_.n_v) : 0);
}

}  // namespace lagoon::datasets
