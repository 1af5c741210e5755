#include "contrastive/bridging/log_sums.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "contrastive/threads.hpp"

namespace lagoon::contrastive {
namespace {

constexpr std::int64_t kRowTile = 128;

/// Sums of up to 2^20 products that lost terms below 1e-308 are right to 1e-12 above this.
constexpr double kLeastSum = 1e-290;

/// What is this many nats below a sum changes no digit of it.
constexpr double kNegligibleNats = 40;

/// Logarithms of terms, their maxima, and the terms over these.
struct Side {
  torch::Tensor logs;     ///< (n, m)
  torch::Tensor maxima;   ///< (n, 1)
  torch::Tensor factors;  ///< (n, m), exp(logs - maxima)
};

Side side_of(const torch::Tensor& logs) {
  const torch::Tensor maxima = logs.amax({1}, /*keepdim=*/true);
  return {logs.contiguous(), maxima, (logs - maxima).exp_()};
}

/// The same of exp(2 logs).
Side doubled(const Side& side) {
  return {side.logs, 2 * side.maxima, side.factors * side.factors};
}

/// log sum_m exp(power (left(m) + right(m))).
double log_sum(double power, const double* left, const double* right, std::int64_t m) {
  double largest = -std::numeric_limits<double>::infinity();
  for (std::int64_t j = 0; j < m; ++j) largest = std::max(largest, left[j] + right[j]);
  if (!std::isfinite(largest)) return largest;
  double sum = 0;
  for (std::int64_t j = 0; j < m; ++j) sum += std::exp(power * (left[j] + right[j] - largest));
  return power * largest + std::log(sum);
}

/// Cells of the product that underflowed and matter beside what the running sums hold.
void stream_underflows(double power, const Side& left, const Side& right,
                       const torch::Tensor& products, const torch::Tensor& running,
                       torch::Tensor& logs) {
  const double reach = std::log(kLeastSum) + kNegligibleNats;
  const torch::Tensor cells =
      ((products < kLeastSum) & (running < left.maxima + right.maxima.t() + reach))
          .nonzero()
          .contiguous();
  const std::int64_t m = left.logs.size(1);
  const auto* cell = cells.data_ptr<std::int64_t>();
  for (std::int64_t c = 0; c < cells.size(0); ++c, cell += 2) {
    logs.data_ptr<double>()[cell[0] * logs.size(1) + cell[1]] =
        log_sum(power, left.logs.data_ptr<double>() + cell[0] * m,
                right.logs.data_ptr<double>() + cell[1] * m, m);
  }
}

/// Adds one product to the running sums of some rows.
void fold(double power, const Side& left, const Side& right, torch::Tensor running) {
  const torch::Tensor products = at::mm(left.factors, right.factors.t());
  torch::Tensor logs = products.log().add_(left.maxima).add_(right.maxima.t());
  stream_underflows(power, left, right, products, running, logs);
  at::logaddexp_out(running, running, logs);
}

torch::Tensor log_of_nothing(at::IntArrayRef shape) {
  return at::full(shape, -std::numeric_limits<double>::infinity(), at::kDouble);
}

void add_marginals(const Side& side, torch::Tensor running) {
  at::logaddexp_out(running, running,
                    (side.factors.sum({1}, /*keepdim=*/true).log_() + side.maxima).view(-1));
}

}  // namespace

LogSums::LogSums(std::int64_t n_rows, std::int64_t n_cols, bool with_squares)
    : values_(log_of_nothing({n_rows, n_cols})),
      row_values_(log_of_nothing({n_rows})),
      col_values_(log_of_nothing({n_cols})) {
  if (with_squares) squares_ = log_of_nothing({n_rows, n_cols});
}

void LogSums::add(const std::function<torch::Tensor(std::int64_t, std::int64_t)>& left,
                  const torch::Tensor& right) {
  const Side columns = side_of(right);
  const Side squared_columns = squares_.defined() ? doubled(columns) : Side{};
  add_marginals(columns, col_values_);
  const std::int64_t n_rows = values_.size(0);
  run_tasks(static_cast<std::size_t>((n_rows + kRowTile - 1) / kRowTile), [&](std::size_t tile) {
    const torch::NoGradGuard no_grad;
    const auto first = static_cast<std::int64_t>(tile) * kRowTile;
    const std::int64_t count = std::min(kRowTile, n_rows - first);
    const Side rows = side_of(left(first, count));
    add_marginals(rows, row_values_.narrow(0, first, count));
    fold(1, rows, columns, values_.narrow(0, first, count));
    if (!squares_.defined()) return;
    fold(2, doubled(rows), squared_columns, squares_.narrow(0, first, count));
  });
}

}  // namespace lagoon::contrastive
