#pragma once

#include <complex>
#include <memory>
#include <vector>

#include "flow/assimilation/library/log_likelihoods.hpp"
#include "pipelines/assimilation/methods/method.hpp"

namespace lagoon::pipelines {

/// Flows of the prior, drawn or read when they are first asked for.
class FlowLibrary {
 public:
  /// The request's, for the queries' law. Throws Error for a file of another law.
  FlowLibrary(const MethodRequest& request, const Queries& queries);

  /// (member, mode)
  const std::vector<std::complex<double>>& psi_hat();
  /// (n, member)
  const Eigen::MatrixXd& controls();

 private:
  const MethodRequest& request_;
  const Queries& queries_;
  std::vector<std::complex<double>> psi_hat_;
  Eigen::MatrixXd controls_;
};

/// The members of a library that weights proportional to exp(log_weights) (member) leave.
flow::EnsemblePosterior weigh_library(FlowLibrary& library,
                                      const Eigen::Ref<const Eigen::VectorXd>& log_weights);

/// Importance sampling over the library, and its nearest trajectory.
void add_library_methods(const MethodContext& context, std::vector<MethodChoice>& choices);

}  // namespace lagoon::pipelines
