#include "flow/assimilation/variational/normal_equations.hpp"

#include <algorithm>

namespace lagoon::flow::variational {

NormalEquations::NormalEquations(const Kernel& kernel, const WaveFlow& flow,
                                 const ObservedSteps& observed, Follow follow)
    : kernel_(kernel), flow_(flow), observed_(observed), follow_(follow) {
  if (follow == Follow::position) return;
  const std::size_t n = flow.n_columns();
  panel_.resize(kPanelRows * n);
  matrix_.resize(n * n);
  gradient_.resize(n);
}

void NormalEquations::add(std::size_t drifter, std::size_t step, const StepEnds& ends) {
  const std::span<const double> rows = observed_.rows(drifter, step);
  if (rows.empty()) return;
  HermiteWeights pull_x = {};  // minus the derivative of the misfit by the ends' values and rates
  HermiteWeights pull_y = {};
  const TimeStep& time_step = observed_.steps()[step];
  const std::size_t n_times = observed_.n_times();
  for (std::size_t i = 0; i < time_step.n_observations; ++i) {
    const std::size_t j = time_step.first_observation + i;
    if (!observed_.is_observed(drifter, j)) continue;
    const HermiteWeights& w = observed_.weights(j);
    double departure_x = observed_.tracks().x[drifter * n_times + j];
    double departure_y = observed_.tracks().y[drifter * n_times + j];
    for (std::size_t q = 0; q < 4; ++q) {
      departure_x -= w[q] * ends.x[q];
      departure_y -= w[q] * ends.y[q];
    }
    value_ += (departure_x * departure_x + departure_y * departure_y) / 2;
    for (std::size_t q = 0; q < 4; ++q) {
      pull_x[q] += w[q] * departure_x;
      pull_y[q] += w[q] * departure_y;
    }
  }
  if (follow_ == Follow::position) return;
  add_gradient(ends.tangent_x.data(), pull_x);
  add_gradient(ends.tangent_y.data(), pull_y);
  add_rows(ends.tangent_x.data(), rows);
  add_rows(ends.tangent_y.data(), rows);
}

void NormalEquations::add_gradient(const double* const* tangent, const HermiteWeights& pull) {
  const auto n = static_cast<Eigen::Index>(flow_.n_columns());
  double* const row = panel_.data() + n_rows_ * n;  // free: see add_rows()
  kernel_.combine(tangent, pull.data(), 1, static_cast<int>(n), row);
  Eigen::Map<Eigen::VectorXd>(gradient_.data(), n) -= Eigen::Map<Eigen::VectorXd>(row, n);
}

void NormalEquations::add_rows(const double* const* tangent, std::span<const double> rows) {
  const auto n = static_cast<int>(flow_.n_columns());
  const auto n_new = static_cast<int>(rows.size() / 4);
  kernel_.combine(tangent, rows.data(), n_new, n, panel_.data() + n_rows_ * n);
  n_rows_ += n_new;
  if (n_rows_ + 4 > kPanelRows) flush();
}

void NormalEquations::flush() {
  kernel_.add_products(panel_.data(), n_rows_, static_cast<int>(flow_.n_columns()), matrix_.data());
  n_rows_ = 0;
}

Misfit NormalEquations::misfit() {
  Misfit result = {value_, {}, {}};
  if (follow_ == Follow::position) return result;
  flush();
  const auto& columns = flow_.column_of();
  const auto n = static_cast<Eigen::Index>(columns.size());
  result.gradient.resize(n);
  result.normal.resize(n, n);
  const auto n_columns = static_cast<Eigen::Index>(flow_.n_columns());
  for (Eigen::Index i = 0; i < n; ++i) {
    const Eigen::Index row = columns[static_cast<std::size_t>(i)];
    result.gradient[i] = gradient_[static_cast<std::size_t>(row)];
    for (Eigen::Index j = 0; j < n; ++j) {
      const Eigen::Index column = columns[static_cast<std::size_t>(j)];
      const Eigen::Index at = std::max(row, column) * n_columns + std::min(row, column);
      result.normal(i, j) = matrix_[static_cast<std::size_t>(at)];
    }
  }
  return result;
}

}  // namespace lagoon::flow::variational
