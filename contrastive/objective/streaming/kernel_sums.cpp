#include "contrastive/objective/streaming/kernel_sums.hpp"

#include <algorithm>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include "contrastive/objective/streaming/panels.hpp"
#include "contrastive/objective/streaming/sweep.hpp"

namespace lagoon::contrastive::streaming {
namespace {

/// Pairs that count for nothing, in the order of the tiles they lie in.
class ExcludedPairs {
 public:
  ExcludedPairs(const Targets& targets, std::int64_t n_columns);

  /// Those in a tile, as places row * kTile + column in it.
  std::span<const std::int16_t> in_tile(std::int64_t row_tile, std::int64_t column_tile) const;

 private:
  std::int64_t n_column_tiles_;
  std::vector<std::int64_t> tiles_;  // of each pair, ascending
  std::vector<std::int16_t> places_;
};

ExcludedPairs::ExcludedPairs(const Targets& targets, std::int64_t n_columns)
    : n_column_tiles_(whole_tiles(n_columns) / kTile) {
  if (!targets.has_exclusions()) return;
  const torch::Tensor rows = targets.excluded_rows.cpu().contiguous();
  const torch::Tensor columns = targets.excluded_columns.cpu().contiguous();
  std::vector<std::pair<std::int64_t, std::int16_t>> pairs;
  for (std::int64_t k = 0; k < rows.size(0); ++k) {
    const std::int64_t i = rows.data_ptr<std::int64_t>()[k];
    const std::int64_t j = columns.data_ptr<std::int64_t>()[k];
    pairs.emplace_back(i / kTile * n_column_tiles_ + j / kTile,
                       static_cast<std::int16_t>(i % kTile * kTile + j % kTile));
  }
  std::sort(pairs.begin(), pairs.end());
  for (const auto& [tile, place] : pairs) {
    tiles_.push_back(tile);
    places_.push_back(place);
  }
}

std::span<const std::int16_t> ExcludedPairs::in_tile(std::int64_t row_tile,
                                                     std::int64_t column_tile) const {
  const auto [first, last] =
      std::equal_range(tiles_.begin(), tiles_.end(), row_tile * n_column_tiles_ + column_tile);
  return {places_.data() + (first - tiles_.begin()), static_cast<std::size_t>(last - first)};
}

/// What kernels read: copies of the factors in their order, tile by tile.
class Tiles {
 public:
  Tiles(const Matrix& u, const Matrix& v, const ExcludedPairs& excluded, bool with_gradients)
      : u_(u, {.by_rows = true}),
        v_(v, {.by_rows = with_gradients, .by_dims = true}),
        excluded_(excluded),
        with_gradients_(with_gradients) {}

  std::int64_t n_rows() const { return u_.n_tiles(); }
  std::int64_t n_columns() const { return v_.n_tiles(); }

  Tile at(std::int64_t row_tile, std::int64_t column_tile) const {
    const std::span<const std::int16_t> excluded = excluded_.in_tile(row_tile, column_tile);
    return {.u = u_.by_rows(row_tile),
            .v = with_gradients_ ? v_.by_rows(column_tile) : nullptr,
            .v_by_dims = v_.by_dims(column_tile),
            .n_dims = u_.n_dims(),
            .n_rows = u_.n_rows(row_tile),
            .n_columns = v_.n_rows(column_tile),
            .excluded = excluded.data(),
            .n_excluded = static_cast<int>(excluded.size())};
  }

 private:
  Panels u_, v_;
  const ExcludedPairs& excluded_;
  bool with_gradients_;
};

/// Running sums over whole tiles of rows or columns.
class ExpSumsInProgress {
 public:
  ExpSumsInProgress(std::int64_t n, bool wanted) {
    if (!wanted) return;
    maximum_ = at::full({whole_tiles(n)}, kNothingYet, at::kFloat);
    sum_ = at::zeros({whole_tiles(n)}, at::kDouble);
  }

  RunningSums of_tile(std::int64_t tile) const {
    if (!sum_.defined()) return {};
    return {maximum_.data_ptr<float>() + tile * kTile, sum_.data_ptr<double>() + tile * kTile};
  }

  ExpSums result(std::int64_t n) const {
    if (!sum_.defined()) return {};
    return {maximum_.narrow(0, 0, n), sum_.narrow(0, 0, n)};
  }

 private:
  torch::Tensor maximum_, sum_;
};

torch::Tensor with_zeros(const torch::Tensor& values) {
  return at::constant_pad_nd(values, {0, whole_tiles(values.size(0)) - values.size(0)});
}

/// Derivatives by the entries, over whole tiles of rows or columns.
class Derivatives {
 public:
  Derivatives(const ExpSums& sums, const torch::Tensor& weights) {
    if (!weights.defined()) return;
    maximum_ = with_zeros(sums.maximum);
    weight_ = with_zeros((weights.to(at::kDouble) / sums.sum).to(at::kFloat));
  }

  ExpWeights of_tile(std::int64_t tile) const {
    if (!weight_.defined()) return {};
    return {maximum_.data_ptr<float>() + tile * kTile, weight_.data_ptr<float>() + tile * kTile};
  }

 private:
  torch::Tensor maximum_, weight_;
};

/// The gradient of a factor over whole tiles of rows and whole lanes of dims.
class GradientInProgress {
 public:
  GradientInProgress(const torch::Tensor& factor, bool wanted) {
    if (!wanted) return;
    sum_ = at::zeros({whole_tiles(factor.size(0)), simd::whole_lanes(factor.size(1))}, at::kFloat);
  }

  float* of_tile(std::int64_t tile) const {
    return sum_.defined() ? sum_.data_ptr<float>() + tile * kTile * sum_.size(1) : nullptr;
  }

  torch::Tensor result(const torch::Tensor& factor) const {
    if (!sum_.defined()) return {};
    return sum_.narrow(0, 0, factor.size(0)).narrow(1, 0, factor.size(1));
  }

 private:
  torch::Tensor sum_;
};

Matrix matrix_of(const torch::Tensor& factor) {
  return {factor.data_ptr<float>(), factor.size(0), factor.size(1)};
}

class KernelSums : public PairSums {
 public:
  KernelSums(const Kernel& kernel, const Factors& factors, const Targets& targets)
      : kernel_(kernel),
        u_(factors.u.contiguous()),
        v_(factors.v.contiguous()),
        excluded_(targets, v_.size(0)) {}

  Both exps(Sides sides) const override {
    const ExpSumsInProgress rows(u_.size(0), sides.rows), columns(v_.size(0), sides.columns);
    const Tiles tiles = make_tiles(/*with_gradients=*/false);
    for_each(tiles, [&](std::int64_t i, std::int64_t j) {
      kernel_.add_exps(tiles.at(i, j), rows.of_tile(i), columns.of_tile(j));
    });
    return {rows.result(u_.size(0)), columns.result(v_.size(0))};
  }

  Factors exp_gradients(const Both& sums, const torch::Tensor& weights_of_rows,
                        const torch::Tensor& weights_of_columns, Wanted wanted) const override {
    const Derivatives rows(sums.rows, weights_of_rows), columns(sums.columns, weights_of_columns);
    const GradientInProgress of_u(u_, wanted.u), of_v(v_, wanted.v);
    const Tiles tiles = make_tiles(/*with_gradients=*/true);
    for_each(tiles, [&](std::int64_t i, std::int64_t j) {
      kernel_.add_exp_gradients(tiles.at(i, j), rows.of_tile(i), columns.of_tile(j),
                                {of_u.of_tile(i), of_v.of_tile(j)});
    });
    return {of_u.result(u_), of_v.result(v_)};
  }

  torch::Tensor softplus_sum(const torch::Tensor& bias) const override {
    const Tiles tiles = make_tiles(/*with_gradients=*/false);
    std::vector<double> of_row_tiles(tiles.n_rows());
    const auto b = bias.item<float>();
    for_each(tiles, [&](std::int64_t i, std::int64_t j) {
      of_row_tiles[i] += kernel_.softplus_sum(tiles.at(i, j), b);
    });
    return total(of_row_tiles);
  }

  SoftplusGradients softplus_gradients(const torch::Tensor& bias, const torch::Tensor& weight,
                                       Wanted wanted) const override {
    const GradientInProgress of_u(u_, wanted.u), of_v(v_, wanted.v);
    const Tiles tiles = make_tiles(/*with_gradients=*/true);
    std::vector<double> of_row_tiles(tiles.n_rows());
    const auto b = bias.item<float>(), w = weight.item<float>();
    for_each(tiles, [&](std::int64_t i, std::int64_t j) {
      of_row_tiles[i] +=
          kernel_.add_softplus_gradients(tiles.at(i, j), b, w, {of_u.of_tile(i), of_v.of_tile(j)});
    });
    return {{of_u.result(u_), of_v.result(v_)}, total(of_row_tiles) * weight};
  }

 private:
  Tiles make_tiles(bool with_gradients) const {
    return {matrix_of(u_), matrix_of(v_), excluded_, with_gradients};
  }

  template <class Visit>
  static void for_each(const Tiles& tiles, Visit&& visit) {
    for_each_tile_pair(tiles.n_rows(), tiles.n_columns(), visit);
  }

  static torch::Tensor total(const std::vector<double>& parts) {
    return torch::tensor(std::accumulate(parts.begin(), parts.end(), 0.0), at::kDouble);
  }

  const Kernel& kernel_;
  torch::Tensor u_, v_;
  ExcludedPairs excluded_;
};

}  // namespace

std::unique_ptr<PairSums> kernel_sums(const Kernel& kernel, const Factors& factors,
                                      const Targets& targets) {
  return std::make_unique<KernelSums>(kernel, factors, targets);
}

}  // namespace lagoon::contrastive::streaming
