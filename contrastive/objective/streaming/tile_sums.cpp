#include "contrastive/objective/streaming/tile_sums.hpp"

#include <algorithm>
#include <functional>
#include <limits>

#include "contrastive/simd/kernel_family.hpp"

namespace lagoon::contrastive::streaming {
namespace {

constexpr std::int64_t kTileRows = 512, kTileColumns = 2048;

/// A stretch of rows, or columns.
struct Stretch {
  std::int64_t first, n;

  torch::Tensor of(const torch::Tensor& all) const { return all.narrow(0, first, n); }
};

/// Adds the tile's exponentials to the sums of its rows (axis 1) or columns (axis 0).
void add_exps(const torch::Tensor& log_rho, std::int64_t axis, const Stretch& stretch,
              const ExpSums& sums) {
  if (!sums.sum.defined()) return;
  torch::Tensor maximum = stretch.of(sums.maximum), sum = stretch.of(sums.sum);
  const torch::Tensor raised = at::maximum(maximum, log_rho.amax({axis}));
  const torch::Tensor terms = (log_rho - raised.unsqueeze(axis)).exp().sum({axis});
  sum.mul_((maximum - raised).exp()).add_(terms);
  maximum.copy_(raised);
}

/// The derivative by log_rho of the weighted logarithms of sums of rows (axis 1) or columns.
torch::Tensor derivative(const torch::Tensor& log_rho, std::int64_t axis, const Stretch& stretch,
                         const ExpSums& sums, const torch::Tensor& weights) {
  const torch::Tensor scale =
      (stretch.of(weights) / stretch.of(sums.sum)).to(log_rho.scalar_type());
  const torch::Tensor maximum = stretch.of(sums.maximum);
  return (log_rho - maximum.unsqueeze(axis)).exp() * scale.unsqueeze(axis);
}

class TileSums : public PairSums {
 public:
  TileSums(const Factors& factors, const Targets& targets) : u_(factors.u), v_(factors.v) {
    if (!targets.has_exclusions()) return;
    excluded_rows_ = targets.excluded_rows.to(u_.device());
    excluded_columns_ = targets.excluded_columns.to(u_.device());
  }

  Both exps(Sides sides) const override {
    Both sums = {start(u_, sides.rows), start(v_, sides.columns)};
    for_each_tile([&](const Stretch& rows, const Stretch& columns) {
      const torch::Tensor log_rho = tile(rows, columns);
      add_exps(log_rho, 1, rows, sums.rows);
      add_exps(log_rho, 0, columns, sums.columns);
    });
    return sums;
  }

  Factors exp_gradients(const Both& sums, const torch::Tensor& weights_of_rows,
                        const torch::Tensor& weights_of_columns, Wanted wanted) const override {
    Factors gradients = start_gradients(wanted);
    for_each_tile([&](const Stretch& rows, const Stretch& columns) {
      const torch::Tensor log_rho = tile(rows, columns);
      torch::Tensor weights;
      if (weights_of_rows.defined()) {
        weights = derivative(log_rho, 1, rows, sums.rows, weights_of_rows);
      }
      if (weights_of_columns.defined()) {
        const auto more = derivative(log_rho, 0, columns, sums.columns, weights_of_columns);
        weights = weights.defined() ? weights + more : more;
      }
      if (weights.defined()) add_gradients(weights, rows, columns, gradients);
    });
    return gradients;
  }

  torch::Tensor softplus_sum(const torch::Tensor& bias) const override {
    torch::Tensor sum = at::zeros({}, u_.options().dtype(at::kDouble));
    for_each_tile([&](const Stretch& rows, const Stretch& columns) {
      sum += exact_softplus(tile(rows, columns) + bias).sum();
    });
    return sum;
  }

  SoftplusGradients softplus_gradients(const torch::Tensor& bias, const torch::Tensor& weight,
                                       Wanted wanted) const override {
    const Factors gradients = start_gradients(wanted);
    torch::Tensor sum = at::zeros({}, u_.options().dtype(at::kDouble));
    for_each_tile([&](const Stretch& rows, const Stretch& columns) {
      const torch::Tensor weights = at::sigmoid(tile(rows, columns) + bias) * weight;
      sum += weights.sum();
      add_gradients(weights, rows, columns, gradients);
    });
    return {gradients, sum};
  }

 private:
  void for_each_tile(const std::function<void(const Stretch&, const Stretch&)>& visit) const {
    const std::int64_t n_u = u_.size(0), n_v = v_.size(0);
    for (std::int64_t i = 0; i < n_u; i += kTileRows) {
      for (std::int64_t j = 0; j < n_v; j += kTileColumns) {
        visit({i, std::min(kTileRows, n_u - i)}, {j, std::min(kTileColumns, n_v - j)});
      }
    }
  }

  torch::Tensor tile(const Stretch& rows, const Stretch& columns) const {
    torch::Tensor log_rho = at::mm(rows.of(u_), columns.of(v_).t());
    if (!excluded_rows_.defined()) return log_rho;
    const torch::Tensor i = excluded_rows_ - rows.first, j = excluded_columns_ - columns.first;
    const torch::Tensor inside =
        at::nonzero((i >= 0) & (i < rows.n) & (j >= 0) & (j < columns.n)).view({-1});
    const torch::Tensor nothing =
        at::full({}, -std::numeric_limits<double>::infinity(), u_.options());
    return log_rho.index_put({i.index_select(0, inside), j.index_select(0, inside)}, nothing);
  }

  static ExpSums start(const torch::Tensor& factor, bool wanted) {
    if (!wanted) return {};
    return {at::full({factor.size(0)}, simd::kNothingYet, factor.options()),
            at::zeros({factor.size(0)}, factor.options().dtype(at::kDouble))};
  }

  Factors start_gradients(Wanted wanted) const {
    return {wanted.u ? at::zeros_like(u_) : torch::Tensor(),
            wanted.v ? at::zeros_like(v_) : torch::Tensor()};
  }

  void add_gradients(const torch::Tensor& weights, const Stretch& rows, const Stretch& columns,
                     const Factors& gradients) const {
    if (gradients.u.defined()) rows.of(gradients.u).addmm_(weights, columns.of(v_));
    if (gradients.v.defined()) columns.of(gradients.v).addmm_(weights.t(), rows.of(u_));
  }

  torch::Tensor u_, v_;
  torch::Tensor excluded_rows_, excluded_columns_;
};

}  // namespace

std::unique_ptr<PairSums> tile_sums(const Factors& factors, const Targets& targets) {
  return std::make_unique<TileSums>(factors, targets);
}

}  // namespace lagoon::contrastive::streaming
