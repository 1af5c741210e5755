#pragma once

#include <torch/types.h>

#include "contrastive/objective/targets.hpp"

// Maximum mean discrepancies between the law of the data and a learned one, nu, held as weights on
// samples ([BST] Example B.1 and Optimization Problem 3.11, with the signs and normalisers put
// right: the quadratic term is positive, the cross term negative). Terms without nu are left out.
// All are scalars.
namespace lagoon::contrastive {

/// The learned law of u given each column v: softmax of log_rho (B_u, B_v) over the rows that are
/// not excluded. (B_u, B_v), columns sum to 1. Of v given u: on the transposed matrix and targets.
torch::Tensor conditional_weights(const torch::Tensor& log_rho, const Targets& targets);

/// The learned joint law: softmax over all pairs that are not excluded. The sum is 1.
torch::Tensor joint_weights(const torch::Tensor& log_rho, const Targets& targets);

/// 1/2 E_v E_{u,u' ~ nu(.|v)} k(u, u') - E_{(u,v)} E_{u' ~ nu(.|v)} k(u, u') as a V-statistic:
///   mean over positive pairs (i, c) of  1/2 sum_jk w_jc w_kc K_jk - sum_j w_jc K'_ij,
/// w = weights (J, C) on J samples u_j given column c, K = kernel (J, J) between these, K' =
/// kernel_of_pairs (R, J) from the rows of the pairs to them. It is half the squared distance of
/// the weighted samples themselves from the conditional law, so no weights are favoured beyond
/// their merit.
///
/// Bias: j = k adds O(1/effective sample size). If the J samples are the batch's own rows, the true
/// one among them, it is the kernel score of the guess which row belongs to c, and its expectation
/// is smallest at weights proportional to r for every batch size.
torch::Tensor conditional_mmd_v(const torch::Tensor& weights, const torch::Tensor& kernel,
                                const torch::Tensor& kernel_of_pairs, const Targets& targets);

/// The same as a U-statistic, pair i being (row i, column i): j = k left out, and the sum over the
/// rest of n(n - 1) terms normalised to them, n the number of samples of non-zero weight in a
/// column. In the batch itself row c must have weight 0 in column c (n = B - 1), in a second batch
/// n = M.
///
/// Bias: none if weights are rho(u_j | v_c)/n with the true normaliser; with the samples' own
/// (softmax), O(1/effective sample size), and the sign is bad: all weight on one sample has no
/// quadratic term at all. So it measures well and trains badly: an encoder that can lower its
/// temperature will.
torch::Tensor conditional_mmd_u(const torch::Tensor& weights, const torch::Tensor& kernel,
                                const torch::Tensor& kernel_of_pairs, std::int64_t n);

/// Kernels of both modalities: K_u (I, I) and K_v (J, J) between the samples that carry weights (I,
/// J), and K'_u (R, I), K'_v (C, J) from the rows and columns of the positive pairs to them.
struct PairKernels {
  torch::Tensor u, v, u_of_pairs, v_of_pairs;
};

/// E_{y,y' ~ nu} k(y, y') - 2 E_{x ~ mu, y ~ nu} k(x, y) for the product kernel on pairs,
/// k = k_u k_v, as a V-statistic:
///   sum_ijkl W_ij W_kl K_u,ik K_v,jl
///       - 2 mean over positive pairs (p, q) of sum_ij K'_u,pi W_ij K'_v,qj.
/// Bias: O(1/B), by repeated indices and by the true pairs among the products, whose share is 1/B.
torch::Tensor joint_mmd_v(const torch::Tensor& weights, const PairKernels& kernels,
                          const Targets& targets);

/// The same as a U-statistic of a batch whose pair i is (row i, column i): all indices of a term
/// distinct. The diagonal of `weights` must be 0; B is at least 4. Bias: none if weights are
/// rho(u_i, v_j) / (B (B - 1)) with the true normaliser; else as conditional_mmd_u.
torch::Tensor joint_mmd_u_in_batch(const torch::Tensor& weights, const torch::Tensor& kernel_u,
                                   const torch::Tensor& kernel_v);

/// The same for rows of the batch and columns of an independent second one (I = R = B, J = M), or
/// the other way round; unbiased for weights rho/(B M). `rows_are_pairs`: the rows are the batch's.
torch::Tensor joint_mmd_u_across(const torch::Tensor& weights, const PairKernels& kernels,
                                 bool rows_are_pairs);

}  // namespace lagoon::contrastive
