#include "flow/assimilation/linear_observations.hpp"

#include <cmath>
#include <functional>

#include "flow/streamfunction.hpp"

namespace lagoon::flow {
namespace {

/// A linear observation of a flow, column by column: what it makes of each unit control.
Eigen::MatrixXd map_of(
    const Law& law, const ControlSpace& space, Eigen::Index n_rows,
    const std::function<void(const Flow&, Eigen::Ref<Eigen::VectorXd>)>& observe) {
  Eigen::MatrixXd map(n_rows, space.size());
  for (Eigen::Index i = 0; i < space.size(); ++i) {
    const auto psi_hat = space.psi_hat(Eigen::VectorXd::Unit(space.size(), i));
    observe({law.modes, psi_hat, law.omega}, map.col(i));
  }
  return map;
}

}  // namespace

Eigen::MatrixXd station_map(const Law& law, const ControlSpace& space,
                            const EulerianObservations& stations) {
  const auto n = static_cast<Eigen::Index>(stations.n_stations());
  return map_of(law, space, 2 * n, [&](const Flow& flow, Eigen::Ref<Eigen::VectorXd> column) {
    for (Eigen::Index s = 0; s < n; ++s) {
      const auto at = static_cast<std::size_t>(s);
      const auto velocity = velocity_at(flow, stations.station_x[at], stations.station_y[at], 0);
      column(s) = velocity[0];
      column(n + s) = velocity[1];
    }
  });
}

Eigen::MatrixXd vorticity_map(const Law& law, const ControlSpace& space, int grid) {
  const Eigen::Index n = grid;
  return map_of(law, space, n * n, [n](const Flow& flow, Eigen::Ref<Eigen::VectorXd> column) {
    const double step = 1 / static_cast<double>(n);
    for (Eigen::Index p = 0; p < n * n; ++p) {
      const Eigen::Index i = p / n, j = p % n;
      column(p) =
          vorticity_at(flow, static_cast<double>(i) * step, static_cast<double>(j) * step, 0);
    }
  });
}

double rms_vorticity(const Law& law) {
  double sum = 0;
  for (std::size_t m = 0; m < law.n_modes(); ++m) {
    sum += std::pow(wave_squared(law.modes, m) * law.prior_std[m], 2);
  }
  return std::sqrt(sum / 2);
}

}  // namespace lagoon::flow
