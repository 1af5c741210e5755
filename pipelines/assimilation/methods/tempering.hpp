#pragma once

#include <Eigen/Core>

#include "pipelines/assimilation/methods/method.hpp"

namespace lagoon::pipelines {

/// Weights are not to be as they are.
bool is_tempered(const MethodRequest& request);

/// Log weights over a library (member) to the power, or with the effective sample size, that was
/// asked for; by default as they are. Throws Error for a sample size above the library's.
Eigen::VectorXd tempered(const MethodRequest& request,
                         const Eigen::Ref<const Eigen::VectorXd>& log_weights);

}  // namespace lagoon::pipelines
