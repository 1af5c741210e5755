#pragma once

#include <memory>
#include <vector>

#include "flow/assimilation/variational/variational.hpp"
#include "pipelines/assimilation/methods/learned_weights.hpp"

// Compiled with LibTorch only.
namespace lagoon::pipelines {

/// Those of 4D-Var that begin where the caller says, however long the window is.
flow::VariationalOptions refinement_options(const MethodContext& context);

/// Gauss-Newton from what encoders retrieved, with the covariance at its optimum (Laplace). It
/// begins at the mean and at the likeliest flow of the learned posterior, and the lower cost
/// counts. The cost of a whole window has many optima where drifters travel far, that of a short
/// one few: the window grows in kWindows equal parts, and each optimum is where the next search
/// begins (quasi-static variational assimilation, Pires, Vautard and Talagrand 1996).
class RefinedContrastive : public Method {
 public:
  /// What the context names must outlive it.
  RefinedContrastive(const MethodContext& context, std::shared_ptr<LearnedWeights> weights);

  Prepared prepare() override { return weights_->compute(); }
  flow::Posterior posterior(std::size_t query) override;

  /// Of the queries whose reference is known: the shares that end at its optimum, and below it.
  nlohmann::json more() const override;

  static constexpr int kWindows = 4;

 private:
  flow::VariationalResult refine(std::size_t query, Eigen::VectorXd start) const;

  const Queries& queries_;
  flow::VariationalOptions options_;
  std::shared_ptr<ReferenceCosts> reference_;
  std::vector<double> costs_;
  std::shared_ptr<LearnedWeights> weights_;
};

}  // namespace lagoon::pipelines
