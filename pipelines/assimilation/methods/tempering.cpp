#include "pipelines/assimilation/methods/tempering.hpp"

#include <string>

#include "flow/assimilation/library/weights.hpp"
#include "flow/error.hpp"

namespace lagoon::pipelines {

bool is_tempered(const MethodRequest& request) {
  return request.temper_power != 1 || request.temper_sample_size > 0;
}

Eigen::VectorXd tempered(const MethodRequest& request,
                         const Eigen::Ref<const Eigen::VectorXd>& log_weights) {
  const double target = request.temper_sample_size;
  if (target == 0) return request.temper_power * log_weights;
  require(target >= 1 && target <= static_cast<double>(log_weights.size()),
          "--temper-sample-size " + std::to_string(target) + ": of a library of " +
              std::to_string(log_weights.size()) + " flows, it is from 1 to their number");
  return flow::power_of_sample_size(log_weights, target) * log_weights;
}

}  // namespace lagoon::pipelines
