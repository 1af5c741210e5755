#pragma once

#include <complex>
#include <memory>
#include <span>
#include <vector>

#include "flow/assimilation/library/log_likelihoods.hpp"
#include "flow/assimilation/library/weights.hpp"
#include "pipelines/assimilation/methods/method.hpp"

namespace lagoon::pipelines {

/// Flows of the prior, drawn or read when they are first asked for. Only their coefficients are
/// held: a million of 49 modes are 0.8 GB.
class FlowLibrary {
 public:
  /// The request's, for the queries' law. Throws Error for a file of another law.
  FlowLibrary(const MethodRequest& request, const Queries& queries);

  /// (member, mode)
  const std::vector<std::complex<double>>& psi_hat();
  /// Members.
  Eigen::Index size();

  const MethodRequest& request() const { return request_; }

  /// (n, member) of some of them; from any thread once psi_hat() was asked for.
  Eigen::MatrixXd controls(std::span<const Eigen::Index> members);

 private:
  const MethodRequest& request_;
  const Queries& queries_;
  std::vector<std::complex<double>> psi_hat_;
};

using flow::KeptMembers;
using flow::kNegligibleShare;

/// Those that weights proportional to exp(log_weights) (member) leave.
KeptMembers keep_members(const Eigen::Ref<const Eigen::VectorXd>& log_weights);

/// The members kept, as a posterior of the control vector.
flow::EnsemblePosterior posterior_of(FlowLibrary& library, const KeptMembers& kept);

/// Log-likelihoods of every member of the library for every query.
class LibraryLikelihoods {
 public:
  /// Computes nothing yet.
  LibraryLikelihoods(const MethodRequest& request, const Queries& queries,
                     std::shared_ptr<FlowLibrary> library);

  /// Computed when they are first asked for, with their seconds of one thread.
  Method::Prepared compute();

  bool are_computed() const { return values_.size() > 0; }

  /// (member)
  auto row(std::size_t query) const {
    return values_.row(static_cast<Eigen::Index>(query)).transpose();
  }
  /// The members' flows.
  FlowLibrary& library() { return *library_; }

 private:
  const MethodRequest& request_;
  const Queries& queries_;
  std::shared_ptr<FlowLibrary> library_;
  flow::LogLikelihoods values_;
  Method::Prepared prepared_;
};

/// Importance sampling over the library, and its nearest trajectory.
void add_library_methods(const MethodContext& context, std::vector<MethodChoice>& choices);

}  // namespace lagoon::pipelines
