#include "pipelines/inspection/conservation.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "flow/error.hpp"
#include "flow/streamfunction.hpp"
#include "pipelines/inspection/drifter_path.hpp"
#include "pipelines/support/progress.hpp"

namespace lagoon::pipelines {
namespace {

/// What is gathered over the drifters of one flow.
struct Changes {
  double largest = 0;
  double psi_squared = 0;
  std::int64_t n_values = 0;
};

void add_path(Changes& changes, const flow::Flow& flow, const DrifterPath& path) {
  const double at_release = psi_at(flow, path.x.front(), path.y.front(), 0);
  for (std::size_t j = 1; j < path.x.size(); ++j) {
    if (!std::isfinite(path.x[j]) || !std::isfinite(path.y[j])) continue;
    const double psi = psi_at(flow, path.x[j], path.y[j], 0);
    changes.largest = std::max(changes.largest, std::abs(psi - at_release));
    changes.psi_squared += psi * psi;
    ++changes.n_values;
  }
}

Changes changes_in(const datasets::Reader& reader, std::int64_t number) {
  const auto& law = reader.law();
  const auto psi_hat = reader.psi_hat(number, 1);
  const auto [x, y] = reader.positions(number, 1);
  const flow::Flow flow = {law.modes, psi_hat, law.omega};
  Changes changes;
  for (std::size_t d = 0; d < law.n_drifters(); ++d) {
    const std::size_t begin = d * law.n_times();
    add_path(changes, flow,
             drifter_path(law, d, std::span(x).subspan(begin, law.n_times()),
                          std::span(y).subspan(begin, law.n_times())));
  }
  return changes;
}

/// No slope of psi is steeper than sum 2 pi |k| |psi_hat|.
double steepest_slope(const flow::Law& law, std::span<const std::complex<double>> psi_hat) {
  double slope = 0;
  for (std::size_t m = 0; m < law.n_modes(); ++m) {
    slope += 2 * std::numbers::pi * std::sqrt(flow::k_squared(law.modes, m)) * std::abs(psi_hat[m]);
  }
  return slope;
}

double allowed_change(const datasets::Reader& reader, std::int64_t number, double position_error) {
  constexpr double kRoundingOfTheSum = 1e-13;
  return steepest_slope(reader.law(), reader.psi_hat(number, 1)) *
         (std::numbers::sqrt2 * position_error + kRoundingOfTheSum);
}

}  // namespace

bool conserves_psi(const datasets::Description& description) {
  const auto& law = description.law;
  const auto is_zero = [](double value) { return value == 0; };
  return description.scheme == "rk4" && std::ranges::all_of(law.omega, is_zero) &&
         !law.has_varying_amplitudes() && std::ranges::all_of(law.mean_velocity, is_zero) &&
         law.diffusivity == 0 && law.observation_noise_std == 0;
}

Conservation verify_conservation(const datasets::Reader& reader, std::int64_t n_samples,
                                 double position_error) {
  const auto count = std::min(n_samples, reader.n_flows());
  Changes all;
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t number = i * reader.n_flows() / count;
    const Changes changes = changes_in(reader, number);
    const double allowed = allowed_change(reader, number, position_error);
    if (changes.largest > allowed) {
      throw Error(reader.path().string() + ": psi changes by " + figures_text(changes.largest) +
                  " along a drifter of flow " + std::to_string(reader.first_flow() + number) +
                  ", which is steady, above " + figures_text(allowed) +
                  " (the file is damaged; generate it again)");
    }
    all.largest = std::max(all.largest, changes.largest);
    all.psi_squared += changes.psi_squared;
    all.n_values += changes.n_values;
  }
  const double n_values = static_cast<double>(std::max<std::int64_t>(1, all.n_values));
  return {all.largest, std::sqrt(all.psi_squared / n_values)};
}

}  // namespace lagoon::pipelines
