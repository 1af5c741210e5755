#include "contrastive/objective/log_mean_exps.hpp"

#include <cmath>

namespace lagoon::contrastive {
namespace {

/// n are counts of what remains in each row or column; without exclusions the whole axis.
torch::Tensor log_mean_exp(const torch::Tensor& log_rho, std::int64_t axis,
                           const torch::Tensor& remaining) {
  const torch::Tensor sums = at::logsumexp(log_rho, {axis});
  if (!remaining.defined()) return sums - std::log(static_cast<double>(log_rho.size(axis)));
  return sums - remaining.log().to(sums.options());
}

}  // namespace

torch::Tensor exact_softplus(const torch::Tensor& x) {
  constexpr double kLinearFrom = 80;  // LibTorch's 20 would cost double precision half its digits
  return at::softplus(x, 1, kLinearFrom);
}

LogMeanExps log_mean_exps(const torch::Tensor& log_rho, const Targets& targets, Sides sides) {
  const std::int64_t n_rows = log_rho.size(0), n_columns = log_rho.size(1);
  LogMeanExps result;
  torch::Tensor of_rows, of_columns;
  if (targets.has_exclusions()) {
    of_rows = remaining_of_rows(targets, n_rows, n_columns);
    of_columns = remaining_of_columns(targets, n_rows, n_columns);
  }
  const torch::Tensor kept = without_excluded(targets, log_rho);
  if (sides.rows) result.rows = log_mean_exp(kept, 1, of_rows);
  if (sides.columns) result.columns = log_mean_exp(kept, 0, of_columns);
  return result;
}

torch::Tensor log_mean_exp_of_all(const torch::Tensor& rows, const Targets& targets,
                                  std::int64_t n_columns) {
  if (!targets.has_exclusions()) return log_mean_exp(rows, 0, {});
  const torch::Tensor remaining = remaining_of_rows(targets, rows.size(0), n_columns);
  const torch::Tensor shares = (remaining / remaining.sum()).log();
  return at::logsumexp(rows + shares.to(rows.options()), {0});
}

torch::Tensor softplus_mean(const torch::Tensor& log_rho, const torch::Tensor& bias,
                            const Targets& targets) {
  const torch::Tensor terms = exact_softplus(without_excluded(targets, log_rho) + bias);
  if (!targets.has_exclusions()) return terms.mean();
  return terms.sum() / remaining_of_rows(targets, log_rho.size(0), log_rho.size(1)).sum();
}

}  // namespace lagoon::contrastive
