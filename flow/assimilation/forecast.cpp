#include "flow/assimilation/forecast.hpp"

#include <cassert>
#include <cmath>
#include <span>

#include "flow/error.hpp"
#include "flow/integration/trajectories.hpp"
#include "flow/scores/moments.hpp"

namespace lagoon::flow {
namespace {

/// Places that cover the torus evenly whatever their number: fractions of multiples of the plastic
/// number's inverse powers.
void release_elsewhere(Law& law) {
  constexpr double kFirst = 0.7548776662466927, kSecond = 0.5698402909980532;
  law.release_x.clear();
  law.release_y.clear();
  for (int i = 0; i < kForecastDrifters; ++i) {
    law.release_x.push_back(std::fmod(0.5 + kFirst * i, 1));
    law.release_y.push_back(std::fmod(0.5 + kSecond * i, 1));
  }
  law.release_time.assign(kForecastDrifters, 0);
}

Law forecast_law(Law law) {
  const double last = law.times.back();
  release_elsewhere(law);
  law.times.clear();
  for (int j = 1; j <= kForecastTimes; ++j) law.times.push_back(j * last / kForecastTimes);
  law.diffusivity = law.observation_noise_std = law.missing_fraction = 0;
  return law;
}

/// Mean over the drifters of their distance (time).
Eigen::VectorXd mean_distance(const Eigen::MatrixXd& a) {
  const Eigen::Index n = a.rows() / 2;
  return (a.topRows(n).array().square() + a.bottomRows(n).array().square())
      .sqrt()
      .colwise()
      .mean()
      .transpose();
}

}  // namespace

Forecaster::Forecaster(const Law& law, const ControlSpace& space)
    : law_(forecast_law(law)), space_(space) {
  require(
      !law.has_varying_amplitudes(),
      "drifters of a flow whose amplitudes vary cannot be forecast from its psi_hat (give a law "
      "without damping)");
  assert(space.n_drift_terms() <= 1);  // of more, only the variational method knows
}

Eigen::MatrixXd Forecaster::displacements(const Eigen::VectorXd& control) const {
  constexpr double kLongestStep = 1e-3;
  Law law = law_;
  law.mean_velocity = space_.mean_velocity(law_, control);
  using Positions = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  Positions positions(2 * kForecastDrifters, kForecastTimes);
  const auto half = static_cast<std::size_t>(positions.size() / 2);
  const std::span all(positions.data(), 2 * half);
  const int steps = static_cast<int>(std::ceil(law.times.front() / kLongestStep));
  integrate_fixed(law, space_.psi_hat(control), steps, 1, all.first(half), all.last(half));
  positions.topRows(kForecastDrifters).colwise() -=
      Eigen::VectorXd::Map(law.release_x.data(), kForecastDrifters);
  positions.bottomRows(kForecastDrifters).colwise() -=
      Eigen::VectorXd::Map(law.release_y.data(), kForecastDrifters);
  return positions;
}

ForecastScores Forecaster::score(const Posterior& posterior, const Eigen::VectorXd& truth,
                                 const DrawKey& key) const {
  const Eigen::MatrixXd true_places = displacements(truth);
  ForecastScores scores;
  scores.separation = mean_distance(displacements(posterior_mean(posterior)) - true_places);
  scores.persistence = mean_distance(true_places);
  const double displacement = scores.persistence[kForecastTimes - 1];
  scores.error = scores.separation[kForecastTimes - 1] / displacement;

  const Eigen::MatrixXd draws = draw_samples(posterior, kForecastDraws, key);
  Eigen::MatrixXd places(2 * kForecastDrifters, kForecastDraws);
  for (Eigen::Index i = 0; i < kForecastDraws; ++i) {
    places.col(i) = displacements(draws.col(i)).rightCols(1);
  }
  // From the first one on, so that equal draws have a spread of exactly 0.
  const Eigen::VectorXd first = places.col(0);
  places.colwise() -= first;
  const Eigen::VectorXd offset = places.rowwise().mean();
  const Eigen::VectorXd mean = first + offset;
  const Eigen::VectorXd error = mean - true_places.rightCols(1);
  scores.error_of_draws = mean_distance(error)[0] / displacement;
  scores.squared_error = error.squaredNorm() / static_cast<double>(error.size());
  const double divisor = static_cast<double>((kForecastDraws - 1) * error.size());
  scores.variance =
      (1 + 1.0 / kForecastDraws) * (places.colwise() - offset).squaredNorm() / divisor;
  return scores;
}

}  // namespace lagoon::flow
