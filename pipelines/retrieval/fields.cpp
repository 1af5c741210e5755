#include "pipelines/retrieval/fields.hpp"

#include <algorithm>
#include <cmath>

#include "flow/integration/trajectories.hpp"

namespace lagoon::pipelines {
namespace {

// Twelve points a wave draw smooth contours after the plot's own interpolation.
int points_to_draw(const flow::ModeSet& modes) {
  return std::max(60, 12 * flow::max_wavenumber(modes));
}

// E[a(t) | a(0) = psi_hat] of Ornstein-Uhlenbeck amplitudes: (time, mode); none for constant ones.
std::vector<std::complex<double>> expected_amplitudes(
    const flow::Law& law, std::span<const std::complex<double>> psi_hat) {
  std::vector<std::complex<double>> amplitudes;
  if (!law.has_varying_amplitudes()) return amplitudes;
  for (const double t : law.times) {
    for (std::size_t m = 0; m < law.n_modes(); ++m) {
      amplitudes.push_back(std::exp(-law.damping[m] * t) * psi_hat[m]);
    }
  }
  return amplitudes;
}

}  // namespace

PotentialFields::PotentialFields(const flow::Law& law)
    : law_(law),
      mean_mode_(flow::find_mode(law.modes, 0, 0)),
      grid_(law.modes, points_to_draw(law.modes)) {}

std::vector<double> PotentialFields::psi(std::span<const std::complex<double>> psi_hat,
                                         double time) {
  std::vector<std::complex<double>> seen(psi_hat.begin(), psi_hat.end());
  if (mean_mode_) seen[*mean_mode_] = 0;
  return grid_.psi({law_.modes, seen, law_.omega}, time);
}

FieldMoments PotentialFields::moments(std::span<const double> weights,
                                      std::span<const std::complex<double>> psi_hat) {
  const std::size_t n_modes = law_.n_modes();
  std::vector<std::complex<double>> mean(n_modes);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    for (std::size_t m = 0; m < n_modes; ++m) mean[m] += weights[i] * psi_hat[i * n_modes + m];
  }
  FieldMoments result{psi(mean), {}, mean, 0};
  result.spread.assign(result.mean.size(), 0.0);
  // Weights below this move no variance by a part in 1e9, and most of a library has less.
  const double negligible = 1e-9 / static_cast<double>(weights.size());
  double sum_of_squares = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    sum_of_squares += weights[i] * weights[i];
    if (weights[i] < negligible) continue;
    const auto field = psi(psi_hat.subspan(i * n_modes, n_modes));
    for (std::size_t p = 0; p < field.size(); ++p) {
      result.spread[p] += weights[i] * (field[p] - result.mean[p]) * (field[p] - result.mean[p]);
    }
  }
  for (double& value : result.spread) value = std::sqrt(value);
  result.effective_sample_size = 1 / sum_of_squares;
  return result;
}

std::vector<Path> integrate_paths(const flow::Law& law,
                                  std::span<const std::complex<double>> psi_hat) {
  constexpr double kTolerance = 1e-9;
  std::vector<double> x(law.n_drifters() * law.n_times());
  std::vector<double> y(x.size());
  flow::Law expected = law;
  expected.diffusivity = 0;
  const auto amplitudes = expected_amplitudes(law, psi_hat);
  flow::integrate_adaptive(expected, {psi_hat, amplitudes, {}}, kTolerance, x, y);
  return observed_paths(law, x, y);
}

std::vector<Path> observed_paths(const flow::Law& law, std::span<const double> x,
                                 std::span<const double> y) {
  const std::size_t n_times = law.n_times();
  std::vector<Path> paths;
  for (std::size_t drifter = 0; drifter < law.n_drifters(); ++drifter) {
    Path path{{law.release_x[drifter]}, {law.release_y[drifter]}};
    const auto own_x = x.subspan(drifter * n_times, n_times);
    const auto own_y = y.subspan(drifter * n_times, n_times);
    path.x.insert(path.x.end(), own_x.begin(), own_x.end());
    path.y.insert(path.y.end(), own_y.begin(), own_y.end());
    paths.push_back(std::move(path));
  }
  return paths;
}

}  // namespace lagoon::pipelines
