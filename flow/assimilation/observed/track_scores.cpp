#include "flow/assimilation/observed/track_scores.hpp"

namespace lagoon::flow {
namespace {

/// Release points (place, x | y).
Eigen::MatrixX2d release_points(const TrackCase& track_case) {
  const auto places = asked_places(track_case);
  Eigen::MatrixX2d result(static_cast<Eigen::Index>(places.size()), 2);
  for (std::size_t i = 0; i < places.size(); ++i) {
    const std::size_t drifter = places[i] / track_case.asked.n_times();
    result.row(static_cast<Eigen::Index>(i)) << track_case.asked.release_x[drifter],
        track_case.asked.release_y[drifter];
  }
  return result;
}

}  // namespace

Eigen::MatrixX2d asked_displacements(const TrackCase& track_case, double km) {
  const auto places = asked_places(track_case);
  Eigen::MatrixX2d positions(static_cast<Eigen::Index>(places.size()), 2);
  for (std::size_t i = 0; i < places.size(); ++i) {
    positions.row(static_cast<Eigen::Index>(i)) << track_case.truth_x[places[i]],
        track_case.truth_y[places[i]];
  }
  return km * (positions - release_points(track_case));
}

VectorForecast to_displacements(const TrackCase& track_case, const VectorForecast& positions,
                                double km) {
  return {km * (positions.mean - release_points(track_case)), km * positions.std};
}

void add_case(const TrackCase& track_case, const std::vector<VectorForecast>& forecasts, double km,
              HeldOutRecord& record) {
  const Eigen::MatrixX2d truth = asked_displacements(track_case, km);
  if (truth.rows() == 0) return;
  for (std::size_t m = 0; m < forecasts.size(); ++m) {
    record.add(m, track_case.unit, truth, to_displacements(track_case, forecasts[m], km));
  }
}

}  // namespace lagoon::flow
