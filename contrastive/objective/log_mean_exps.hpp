#pragma once

#include <torch/types.h>

#include "contrastive/objective/targets.hpp"

namespace lagoon::contrastive {

/// The normalisers of a tilting, as logarithms of means over the pairs that are not excluded.
struct LogMeanExps {
  torch::Tensor rows;     ///< (B_u): log mean_j exp log_rho_ij, over columns: of v|u
  torch::Tensor columns;  ///< (B_v): log mean_i exp log_rho_ij, over rows: of u|v
};

/// Which of the two are wanted; the other stays undefined.
struct Sides {
  bool rows = true, columns = true;
};

/// From the whole matrix. Only the targets' exclusions matter here.
LogMeanExps log_mean_exps(const torch::Tensor& log_rho, const Targets& targets, Sides sides = {});

/// log mean over all pairs that are not excluded, from the row normalisers of an (n_rows,
/// n_columns) matrix: the normaliser of the joint loss. A scalar.
torch::Tensor log_mean_exp_of_all(const torch::Tensor& rows, const Targets& targets,
                                  std::int64_t n_columns);

/// log(1 + exp(x)), to the last digit of either precision.
torch::Tensor exact_softplus(const torch::Tensor& x);

/// The mean over the pairs that are not excluded of log(1 + exp(log_rho + bias)). A scalar.
torch::Tensor softplus_mean(const torch::Tensor& log_rho, const torch::Tensor& bias,
                            const Targets& targets);

}  // namespace lagoon::contrastive
