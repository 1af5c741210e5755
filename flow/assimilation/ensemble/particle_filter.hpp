#pragma once

#include <Eigen/Core>

#include "flow/assimilation/ensemble/analysis.hpp"

namespace lagoon::flow {

/// Weights of particles that differ by their observed values alone: prior weights times the normal
/// likelihood, sum 1. If all but one are beyond rounding, that one has all the weight.
Eigen::VectorXd weigh(const Eigen::MatrixXd& observed, const Observations& observations,
                      const Eigen::VectorXd& prior_weights);

/// Systematic resampling (Kitagawa 1996): n w_i copies of particle i, rounded up or down, by one
/// uniform number in (0, 1). Weights are alike after it.
void resample(double uniform, const Eigen::VectorXd& weights, Eigen::MatrixXd& ensemble);

}  // namespace lagoon::flow
