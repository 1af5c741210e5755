// What instruments tell of a flow: maps of linear ones, and information against covariances.
#include "flow/assimilation/information.hpp"

#include <cmath>

#include <Eigen/LU>
#include <gtest/gtest.h>

#include "flow/assimilation/linear_observations.hpp"
#include "flow/assimilation/variational/variational.hpp"
#include "flow/error.hpp"
#include "flow/grid_fields.hpp"
#include "tests/support/flows.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::flow {
namespace {

using lagoon::tests::kSameInformation;

Law small_law() {
  LawOptions options;
  options.max_wavenumber = 1;
  options.n_times = 10;
  options.release = "uniform";
  options.n_drifters = 3;
  options.noise_percent = 10;
  return make_law(options);
}

EulerianObservations three_stations() {
  EulerianObservations stations;
  stations.station_x = {0.1, 0.45, 0.9};
  stations.station_y = {0.2, 0.7, 0.35};
  return stations;
}

TEST(Information, maps_see_what_the_observations_see) {
  const Law law = small_law();
  const ControlSpace space(law);
  const auto psi_hat = lagoon::tests::draw_flows(law, 1);
  const Eigen::VectorXd control = space.control(psi_hat);
  const auto stations = three_stations();
  std::vector<double> x(3), y(3);
  observe_stations(law, stations, {}, psi_hat, x, y);
  const Eigen::VectorXd seen = station_map(law, space, stations) * control;
  for (Eigen::Index s = 0; s < 3; ++s) {
    EXPECT_NEAR(seen(s), x[static_cast<std::size_t>(s)], lagoon::tests::kLinearMap);
    EXPECT_NEAR(seen(3 + s), y[static_cast<std::size_t>(s)], lagoon::tests::kLinearMap);
  }
  const int grid = 6;
  GridFields fields(law.modes, grid);
  const auto vorticity = fields.vorticity({law.modes, psi_hat, law.omega}, 0);
  const Eigen::VectorXd curl = vorticity_map(law, space, grid) * control;
  for (Eigen::Index p = 0; p < curl.size(); ++p) {
    EXPECT_NEAR(curl(p), vorticity[static_cast<std::size_t>(p)],
                lagoon::tests::kLinearMap * rms_vorticity(law));
  }
}

TEST(Information, rms_vorticity_is_that_of_the_prior) {
  const Law law = small_law();
  const ControlSpace space(law);
  const Eigen::MatrixXd map = vorticity_map(law, space, 5);
  const double variance = map.squaredNorm() / static_cast<double>(map.rows());
  EXPECT_NEAR(std::sqrt(variance) / rms_vorticity(law), 1, kSameInformation);
}

/// -1/2 log det of correlations: ln det C_a + ln det C_c - ln det C_ac over 2.
double mutual_information(const Eigen::MatrixXd& joint, Eigen::Index n_a) {
  const auto log_det = [](const Eigen::MatrixXd& matrix) { return std::log(matrix.determinant()); };
  const Eigen::Index n_c = joint.rows() - n_a;
  return (log_det(joint.topLeftCorner(n_a, n_a)) + log_det(joint.bottomRightCorner(n_c, n_c)) -
          log_det(joint)) /
         2;
}

TEST(Information, is_that_of_the_joint_covariance_of_linear_instruments) {
  const Law law = small_law();
  const ControlSpace space(law);
  auto some = three_stations(), others = some;
  for (double& y : others.station_y) y += 0.31;
  const double noise_a = 1.5, noise_c = 0.8;
  const Eigen::MatrixXd a = station_map(law, space, some), c = station_map(law, space, others);
  const Eigen::Index n = space.size(), rows = a.rows();
  const auto told = bridge_information(linear_precision(a, noise_a), linear_precision(c, noise_c));

  Eigen::MatrixXd all(2 * rows + n, n);
  all << a, c, Eigen::MatrixXd::Identity(n, n);
  Eigen::MatrixXd joint = all * all.transpose();
  joint.diagonal().head(rows).array() += noise_a * noise_a;
  joint.diagonal().segment(rows, rows).array() += noise_c * noise_c;
  EXPECT_NEAR(told.ac_b, mutual_information(joint, 2 * rows), kSameInformation);
  EXPECT_NEAR(told.a_c(), mutual_information(joint.topLeftCorner(2 * rows, 2 * rows), rows),
              kSameInformation);
  EXPECT_NEAR(told.b_c, mutual_information(joint.bottomRightCorner(rows + n, rows + n), rows),
              kSameInformation);
  EXPECT_GT(told.a_c(), 0.1);
}

TEST(Information, of_trajectories_is_that_of_the_variational_hessian) {
  const Law law = small_law();
  const ControlSpace space(law);
  const auto psi_hat = lagoon::tests::draw_flows(law, 1);
  const Eigen::VectorXd control = space.control(psi_hat);
  const auto paths = lagoon::tests::fixed_paths(law, psi_hat, 4);
  VariationalOptions options;
  options.background_weight = 0;
  options.steps.steps_per_interval = 4;
  const auto cost = variational_cost(law, space, {paths.x, paths.y}, options, control);
  const auto precision = trajectory_precision(law, space, options.steps, control);
  EXPECT_LT((precision - cost.hessian).norm(), kSameInformation * cost.hessian.norm());
  EXPECT_NEAR(information(precision), information(cost.hessian), kSameInformation * 100);
}

TEST(Information, of_exact_observations_does_not_exist) {
  Law law = small_law();
  law.observation_noise_std = 0;
  const ControlSpace space(law);
  EXPECT_THROW(trajectory_precision(law, space, {}, Eigen::VectorXd::Zero(space.size())), Error);
  EXPECT_THROW(linear_precision(Eigen::MatrixXd::Identity(2, 2), 0), Error);
}

}  // namespace
}  // namespace lagoon::flow
