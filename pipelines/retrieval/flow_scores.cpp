#include "pipelines/retrieval/flow_scores.hpp"

#include <cmath>

#include "flow/grid_fields.hpp"

namespace lagoon::pipelines {
namespace {

// Enough points for sums of squares of the field to be exact.
int points_to_sum(const flow::ModeSet& modes) {
  return 4 * flow::max_wavenumber(modes) + 2;
}

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

// Over the entries that both have: unobserved positions are NaN.
double squared_distance(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double difference = a[i] - b[i];
    if (!std::isnan(difference)) sum += difference * difference;
  }
  return sum;
}

// 0 where one of the fields is at rest.
double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  const double scale = std::sqrt(dot(a, a) * dot(b, b));
  return scale > 0 ? dot(a, b) / scale : 0;
}

double track_r_squared(const std::vector<Path>& paths, const std::vector<Path>& observed) {
  double missed = 0, moved = 0;
  for (std::size_t drifter = 0; drifter < observed.size(); ++drifter) {
    const Path& track = observed[drifter];
    const Path still{std::vector<double>(track.x.size(), track.x[0]),
                     std::vector<double>(track.y.size(), track.y[0])};
    moved += squared_distance(track.x, still.x) + squared_distance(track.y, still.y);
    missed +=
        squared_distance(track.x, paths[drifter].x) + squared_distance(track.y, paths[drifter].y);
  }
  return 1 - missed / moved;
}

}  // namespace

FlowScores score_flow(const flow::Law& law, std::span<const std::complex<double>> psi_hat,
                      std::span<const std::complex<double>> true_psi_hat,
                      const std::vector<Path>& observed) {
  PotentialFields potential(law);
  flow::GridFields grid(law.modes, points_to_sum(law.modes));
  const flow::Flow flow{law.modes, psi_hat, law.omega}, truth{law.modes, true_psi_hat, law.omega};
  const std::vector<double> true_x = grid.velocity_x(truth, 0), true_y = grid.velocity_y(truth, 0);
  const double missed = squared_distance(grid.velocity_x(flow, 0), true_x) +
                        squared_distance(grid.velocity_y(flow, 0), true_y);
  return {correlation(potential.psi(psi_hat), potential.psi(true_psi_hat)),
          1 - missed / (dot(true_x, true_x) + dot(true_y, true_y)),
          track_r_squared(integrate_paths(law, psi_hat), observed)};
}

}  // namespace lagoon::pipelines
