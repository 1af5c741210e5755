#include "contrastive/objective/targets.hpp"

#include <limits>
#include <string>

#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

/// The place of each pair in a row-major matrix.
torch::Tensor places(const torch::Tensor& rows, const torch::Tensor& columns,
                     std::int64_t n_columns) {
  return rows * n_columns + columns;
}

void require_inside(const char* what, const torch::Tensor& index, std::int64_t size) {
  if (index.numel() == 0) return;
  const auto least = index.min().item<std::int64_t>(), most = index.max().item<std::int64_t>();
  if (least >= 0 && most < size) return;
  throw Error(std::string("targets: a ") + what + " is " +
              std::to_string(least < 0 ? least : most) + ": give indices from 0 to " +
              std::to_string(size - 1));
}

/// Two lists of one length that name each pair of an (n_rows, n_columns) matrix at most once.
void require_pairs(const char* what, const torch::Tensor& rows, const torch::Tensor& columns,
                   std::int64_t n_rows, std::int64_t n_columns) {
  const std::string name = std::string("targets: the ") + what + " pairs";
  require(rows.defined() && columns.defined() && rows.dim() == 1 &&
              columns.sizes() == rows.sizes() && rows.scalar_type() == at::kLong &&
              columns.scalar_type() == at::kLong,
          name + " need as many columns as rows, as vectors of int64: give two such lists");
  require_inside("row", rows, n_rows);
  require_inside("column", columns, n_columns);
  const torch::Tensor all = std::get<0>(at::sort(places(rows, columns, n_columns)));
  require(at::numel(all) < 2 || !(all.slice(0, 1) == all.slice(0, 0, -1)).any().item<bool>(),
          name + " name one twice: give each once, with a weight");
}

void require_weights(const Targets& targets, std::int64_t n_rows) {
  const torch::Tensor& weights = targets.weights;
  if (!weights.defined()) return;
  const std::int64_t n_pairs = targets.n_pairs(n_rows);
  require(weights.dim() == 1 && weights.size(0) == n_pairs,
          "targets: there are " + std::to_string(weights.numel()) + " weights of " +
              std::to_string(n_pairs) + " pairs: give one a pair");
  require((weights >= 0).all().item<bool>() && weights.sum().item<double>() > 0,
          "targets: a weight is negative or all are 0: give weights of at least 0, one above 0");
}

torch::Tensor remaining(const torch::Tensor& excluded, std::int64_t n_entries,
                        std::int64_t n_each) {
  return static_cast<double>(n_each) - at::bincount(excluded, {}, n_entries).to(at::kDouble);
}

}  // namespace

Targets Targets::diagonal(std::int64_t n) {
  Targets targets;
  targets.rows = targets.columns = at::arange(n, at::kLong);
  return targets;
}

Targets Targets::transposed() const {
  return {columns, rows, weights, excluded_columns, excluded_rows};
}

std::int64_t Targets::n_pairs(std::int64_t n_rows) const {
  return is_diagonal() ? n_rows : rows.size(0);
}

void require_valid(const Targets& targets, std::int64_t n_rows, std::int64_t n_columns) {
  if (targets.is_diagonal()) {
    require(!targets.columns.defined() && n_rows == n_columns,
            "targets: the diagonal of " + std::to_string(n_rows) + " rows and " +
                std::to_string(n_columns) + " columns: give as many, or lists of rows and columns");
  } else {
    require_pairs("positive", targets.rows, targets.columns, n_rows, n_columns);
    require(targets.rows.size(0) > 0, "targets: there is no positive pair: give one");
  }
  require_weights(targets, n_rows);
  if (!targets.has_exclusions() && !targets.excluded_columns.defined()) return;
  require_pairs("excluded", targets.excluded_rows, targets.excluded_columns, n_rows, n_columns);
  require((remaining_of_rows(targets, n_rows, n_columns) > 0).all().item<bool>() &&
              (remaining_of_columns(targets, n_rows, n_columns) > 0).all().item<bool>(),
          "targets: a row or a column is excluded entirely: leave one pair of it in");
}

void require_positives_not_excluded(const Targets& targets, std::int64_t n_rows,
                                    std::int64_t n_columns) {
  if (!targets.has_exclusions()) return;
  const Targets pairs = targets.is_diagonal() ? Targets::diagonal(n_rows) : targets;
  const torch::Tensor device_rows = pairs.rows.to(targets.excluded_rows.device());
  const torch::Tensor device_columns = pairs.columns.to(targets.excluded_rows.device());
  require(!at::isin(places(device_rows, device_columns, n_columns),
                    places(targets.excluded_rows, targets.excluded_columns, n_columns))
               .any()
               .item<bool>(),
          "targets: a positive pair is excluded too: the sigmoid loss needs it in");
}

torch::Tensor of_rows(const Targets& targets, const torch::Tensor& per_row) {
  return targets.is_diagonal() ? per_row : per_row.index_select(0, targets.rows);
}

torch::Tensor of_columns(const Targets& targets, const torch::Tensor& per_column) {
  return targets.is_diagonal() ? per_column : per_column.index_select(0, targets.columns);
}

torch::Tensor mean_over_pairs(const Targets& targets, const torch::Tensor& per_pair) {
  if (!targets.weights.defined()) return per_pair.mean();
  const torch::Tensor weights = targets.weights.to(per_pair.scalar_type());
  return (weights / weights.sum() * per_pair).sum();
}

torch::Tensor remaining_of_rows(const Targets& targets, std::int64_t n_rows,
                                std::int64_t n_columns) {
  return remaining(targets.excluded_rows, n_rows, n_columns);
}

torch::Tensor remaining_of_columns(const Targets& targets, std::int64_t n_rows,
                                   std::int64_t n_columns) {
  return remaining(targets.excluded_columns, n_columns, n_rows);
}

torch::Tensor without_excluded(const Targets& targets, const torch::Tensor& log_rho) {
  if (!targets.has_exclusions()) return log_rho;
  torch::Tensor excluded = at::zeros(log_rho.sizes(), log_rho.options().dtype(at::kBool));
  excluded.index_put_({targets.excluded_rows, targets.excluded_columns},
                      at::ones({}, excluded.options()));
  return log_rho.masked_fill(excluded, -std::numeric_limits<double>::infinity());
}

}  // namespace lagoon::contrastive
