#include "flow/assimilation/information.hpp"

#include <string>

#include "flow/error.hpp"
#include "flow/numerics/cholesky.hpp"

namespace lagoon::flow {

Eigen::MatrixXd trajectory_precision(const Law& law, const ControlSpace& space,
                                     const TangentSteps& steps, const Eigen::VectorXd& control) {
  const double noise = law.observation_noise_std;
  require(noise > 0, "observation_noise_std is " + std::to_string(noise) +
                         ": exact positions tell infinitely much (give noise)");
  const auto tangent = tangent_trajectories(law, space, steps, control);
  return (tangent.dx.transpose() * tangent.dx + tangent.dy.transpose() * tangent.dy) /
         (noise * noise);
}

Eigen::MatrixXd linear_precision(const Eigen::MatrixXd& map, double noise_std) {
  require(noise_std > 0, "an instrument's noise is " + std::to_string(noise_std) +
                             ": exact values tell infinitely much (give noise)");
  return map.transpose() * map / (noise_std * noise_std);
}

double information(const Eigen::MatrixXd& precision) {
  const Eigen::MatrixXd posterior =
      Eigen::MatrixXd::Identity(precision.rows(), precision.cols()) + precision;
  return half_log_determinant(posterior.llt());
}

BridgeInformation bridge_information(const Eigen::MatrixXd& precision_a,
                                     const Eigen::MatrixXd& precision_c) {
  return {information(precision_a), information(precision_c),
          information(precision_a + precision_c)};
}

}  // namespace lagoon::flow
