#include "contrastive/objective/mmd_statistics.hpp"

namespace lagoon::contrastive {
namespace {

torch::Tensor without_diagonal(const torch::Tensor& square) {
  return square - at::diag(square.diagonal());
}

/// sum_ij left_pi W_ij right_qj for the pairs (p, q).
torch::Tensor between(const torch::Tensor& left, const torch::Tensor& weights,
                      const torch::Tensor& right) {
  return at::mm(at::mm(left, weights), right.t());
}

/// Entries (row, column) of the positive pairs.
torch::Tensor entries(const Targets& targets, const torch::Tensor& matrix) {
  if (targets.is_diagonal()) return matrix.diagonal();
  return matrix.index({targets.rows, targets.columns});
}

/// n / (n - 1): from the mean over pairs with repetition to that over pairs without.
double without_repetition(std::int64_t n) {
  return static_cast<double>(n) / static_cast<double>(n - 1);
}

}  // namespace

torch::Tensor conditional_weights(const torch::Tensor& log_rho, const Targets& targets) {
  return at::softmax(without_excluded(targets, log_rho), 0);
}

torch::Tensor joint_weights(const torch::Tensor& log_rho, const Targets& targets) {
  return at::softmax(without_excluded(targets, log_rho).flatten(), 0).view(log_rho.sizes());
}

torch::Tensor conditional_mmd_v(const torch::Tensor& weights, const torch::Tensor& kernel,
                                const torch::Tensor& kernel_of_pairs, const Targets& targets) {
  const torch::Tensor quadratic = (weights * at::mm(kernel, weights)).sum(0) / 2;
  const torch::Tensor cross = entries(targets, at::mm(kernel_of_pairs, weights));
  return mean_over_pairs(targets, of_columns(targets, quadratic) - cross);
}

torch::Tensor conditional_mmd_u(const torch::Tensor& weights, const torch::Tensor& kernel,
                                const torch::Tensor& kernel_of_pairs, std::int64_t n) {
  const torch::Tensor distinct = without_diagonal(kernel);
  const torch::Tensor quadratic = (weights * at::mm(distinct, weights)).sum(0) / 2;
  return (without_repetition(n) * quadratic - at::mm(kernel_of_pairs, weights).diagonal()).mean();
}

torch::Tensor joint_mmd_v(const torch::Tensor& weights, const PairKernels& kernels,
                          const Targets& targets) {
  const torch::Tensor quadratic = (weights * between(kernels.u, weights, kernels.v)).sum();
  const torch::Tensor cross =
      entries(targets, between(kernels.u_of_pairs, weights, kernels.v_of_pairs));
  return quadratic - 2 * mean_over_pairs(targets, cross);
}

torch::Tensor joint_mmd_u_in_batch(const torch::Tensor& weights, const torch::Tensor& kernel_u,
                                   const torch::Tensor& kernel_v) {
  const auto n = static_cast<double>(weights.size(0));
  const torch::Tensor u = without_diagonal(kernel_u), v = without_diagonal(kernel_v);
  const torch::Tensor smoothed = between(u, weights, v);
  // Terms W_ij W_kl with i = l or j = k go; those with both went twice.
  const torch::Tensor i_is_l = ((weights * v).sum(1) * (weights * u).sum(0)).sum();
  const torch::Tensor both = (weights * weights.t() * u * v).sum();
  const torch::Tensor quadratic = (weights * smoothed).sum() - 2 * i_is_l + both;
  return n * (n - 1) / ((n - 2) * (n - 3)) * quadratic -
         2 * n / (n - 2) * smoothed.diagonal().mean();
}

torch::Tensor joint_mmd_u_across(const torch::Tensor& weights, const PairKernels& kernels,
                                 bool rows_are_pairs) {
  const torch::Tensor u = without_diagonal(kernels.u), v = without_diagonal(kernels.v);
  const torch::Tensor quadratic = (weights * between(u, weights, v)).sum();
  // The batch's own row of a true pair is not independent of it.
  const torch::Tensor cross = between(rows_are_pairs ? u : kernels.u_of_pairs, weights,
                                      rows_are_pairs ? kernels.v_of_pairs : v);
  const std::int64_t n_batch = cross.size(0);
  return without_repetition(weights.size(0)) * without_repetition(weights.size(1)) * quadratic -
         2 * without_repetition(n_batch) * cross.diagonal().mean();
}

}  // namespace lagoon::contrastive
