#include "flow/assimilation/ensemble/particle_filter.hpp"

#include <cmath>

namespace lagoon::flow {

Eigen::VectorXd weigh(const Eigen::MatrixXd& observed, const Observations& observations,
                      const Eigen::VectorXd& prior_weights) {
  Eigen::ArrayXd logarithm = prior_weights.array().log();
  for (Eigen::Index i = 0; i < observations.values.size(); ++i) {
    if (std::isnan(observations.values[i])) continue;
    const Eigen::ArrayXd departure = observations.values[i] - observed.row(i).transpose().array();
    logarithm -= departure.square() / (2 * observations.variances[i]);
  }
  const Eigen::ArrayXd weights = (logarithm - logarithm.maxCoeff()).exp();
  return weights / weights.sum();
}

void resample(double uniform, const Eigen::VectorXd& weights, Eigen::MatrixXd& ensemble) {
  const Eigen::MatrixXd before = ensemble;
  const auto n = static_cast<double>(weights.size());
  Eigen::Index from = 0;
  double sum = weights[0];
  for (Eigen::Index i = 0; i < weights.size(); ++i) {
    const double mark = (static_cast<double>(i) + uniform) / n;
    while (sum < mark && from + 1 < weights.size()) sum += weights[++from];
    ensemble.col(i) = before.col(from);
  }
}

}  // namespace lagoon::flow
