#pragma once

#include <memory>

#include <torch/types.h>

#include "contrastive/objective/log_mean_exps.hpp"
#include "contrastive/objective/tilting.hpp"

namespace lagoon::contrastive::streaming {

/// sum_k exp(x_k) of each row (or column) of log_rho, as sum * exp(maximum). Both undefined: not
/// wanted.
struct ExpSums {
  torch::Tensor maximum;  ///< of the factors' type
  torch::Tensor sum;      ///< float64
};

/// Of each row (or column) the logarithm of the mean over n exponentials, or over as many as
/// `remaining` says of it. Undefined: not wanted.
torch::Tensor log_mean(const ExpSums& sums, std::int64_t n, const torch::Tensor& remaining = {});

/// Sums over all pairs that are not excluded of log_rho = u v^T, which is never there as a whole,
/// and their gradients, for which it is computed again. Nothing here is seen by autograd.
class PairSums {
 public:
  /// The sums of rows, and those of columns.
  struct Both {
    ExpSums rows, columns;
  };
  /// Of which factors gradients are wanted; the others stay undefined.
  struct Wanted {
    bool u = true, v = true;
  };
  /// By the factors, and by the bias.
  struct SoftplusGradients {
    Factors factors;
    torch::Tensor bias;
  };

  virtual ~PairSums() = default;

  /// The sums of the sides that are wanted.
  virtual Both exps(Sides sides) const = 0;

  /// The gradients of sum_i weight_i log(sum of exps of row i) + the same over columns, at the sums
  /// that exps() gave. An undefined vector of weights is 0.
  virtual Factors exp_gradients(const Both& sums, const torch::Tensor& weights_of_rows,
                                const torch::Tensor& weights_of_columns, Wanted wanted) const = 0;

  /// The sum of log(1 + exp(log_rho + bias)), a float64 scalar; bias is a scalar too.
  virtual torch::Tensor softplus_sum(const torch::Tensor& bias) const = 0;

  /// The gradients of weight times it; bias and weight are scalars.
  virtual SoftplusGradients softplus_gradients(const torch::Tensor& bias,
                                               const torch::Tensor& weight,
                                               Wanted wanted) const = 0;
};

/// The sums in the way that suits the factors, of float32 or float64.
std::unique_ptr<PairSums> sums_of(const Factors& factors, const Targets& targets = {});

}  // namespace lagoon::contrastive::streaming
