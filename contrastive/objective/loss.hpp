#pragma once

#include <torch/types.h>

#include "contrastive/objective/log_mean_exps.hpp"
#include "contrastive/objective/targets.hpp"

// Every loss is written once, on sums over the matrix log_rho (B_u, B_v): whoever sums, from the
// whole matrix or streaming through it, gives the same numbers. `of_pairs` (P) is log_rho of the
// positive pairs in the order of the targets. Each function returns a scalar. Means, not sums,
// normalise: a constant log_rho costs 0 in the conditional and the joint loss.
namespace lagoon::contrastive {

/// The conditional loss of [BST] Optimization Problem 3.13 (lambda_u, lambda_v):
///   -mean over positive pairs (i, j) of
///       [ lambda_u/2 (log_rho_ij - log mean_i' exp log_rho_i'j)       of u|v
///       + lambda_v/2 (log_rho_ij - log mean_j' exp log_rho_ij') ]     of v|u
/// (1, 1) is CLIP's cross-entropy minus log B (Theorem 2.8). lambda_u trains "which flow belongs to
/// this trajectory". A normaliser whose weight is 0 need not be given.
///
/// Bias. In the batch itself the true pair is in the mean: each side is a B-way classification,
/// whose expectation is never below -log B nor -I(u; v), and is smallest at the density ratio log r
/// for every B. Over an independent second batch of M the mean is unbiased and only Jensen's
/// inequality is left: the loss is low by Var(rho)/2M, and its minimiser is log r only as M grows.
torch::Tensor conditional_loss(const torch::Tensor& of_pairs, const LogMeanExps& normalizers,
                               const Targets& targets, double lambda_u, double lambda_v);

/// The joint loss of [BST] Optimization Problem 3.7, log_mean_exp being that of log_rho over the
/// product of the marginals: log_mean_exp - mean over positive pairs of log_rho. Where every row
/// and column has its share of the positive weight and nothing is excluded, the conditional losses
/// of lambda_u + lambda_v = 2 on the same matrix are never above it (Theorem 3.10).
///
/// Bias. Of the B^2 pairs of a batch B are true ones: an error of O(1/B) that moves the minimiser
/// too. Over pairs across two batches only Jensen's is left, O(1/B + 1/M).
torch::Tensor joint_loss(const torch::Tensor& of_pairs, const torch::Tensor& log_mean_exp,
                         const Targets& targets);

/// The sigmoid loss (Zhai et al., SigLIP, 2023) of logits log_rho + bias: true against unrelated
/// pairs, each for itself:
///   mean over positive pairs of softplus(-logit) + negatives,
/// `negatives` being the sum of softplus(logit) over the negative pairs, divided by the number of
/// positive ones. Its sums are unbiased. With n negatives a positive its minimiser is
/// logit = log r - log n: with a bias of -log n (sigmoid_bias_start) log_rho is log r itself, so
/// rho is a density, constant and all.
torch::Tensor sigmoid_loss(const torch::Tensor& logits_of_pairs, const torch::Tensor& negatives,
                           const Targets& targets);

/// The conditional loss on the whole matrix with true pairs on the diagonal.
torch::Tensor conditional_loss(const torch::Tensor& log_rho, double lambda_u, double lambda_v);

}  // namespace lagoon::contrastive
