#include "pipelines/bridge/flow/recall.hpp"

#include <algorithm>

#include "flow/error.hpp"

namespace lagoon::pipelines {
namespace {

constexpr Eigen::Index kDepths = static_cast<Eigen::Index>(kBridgeDepths.size());
constexpr Eigen::Index kColumns = 2 * kDepths;

/// As recall_at_k() counts: clamp((k - better) / (tied + 1), 0, 1).
double found_among(int k, const Eigen::Ref<const Eigen::VectorXd>& scores, Eigen::Index partner) {
  const auto better = (scores.array() > scores(partner)).count();
  const auto tied = (scores.array() == scores(partner)).count() - 1;
  return std::clamp(static_cast<double>(k - better) / static_cast<double>(tied + 1), 0.0, 1.0);
}

BridgeRecall estimates(const flow::Bootstrap& bootstrap,
                       const std::function<flow::Statistic(Eigen::Index)>& statistic) {
  BridgeRecall recall;
  for (Eigen::Index column = 0; column < kColumns; ++column) {
    recall[static_cast<std::size_t>(column / kDepths)][static_cast<std::size_t>(column % kDepths)] =
        bootstrap.estimate(statistic(column));
  }
  return recall;
}

}  // namespace

Eigen::MatrixXd partners_found(const contrastive::ScoreGrid& grid) {
  require(grid.rows == grid.cols && grid.rows > 0, "a grid of " + std::to_string(grid.rows) +
                                                       " x " + std::to_string(grid.cols) +
                                                       " has no diagonal of partners");
  using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const Eigen::Map<const RowMajor> scores(grid.values.data(), grid.rows, grid.cols);
  Eigen::MatrixXd found(grid.rows, kColumns);
  for (Eigen::Index q = 0; q < grid.rows; ++q) {
    for (Eigen::Index d = 0; d < kDepths; ++d) {
      const int k = kBridgeDepths[static_cast<std::size_t>(d)];
      found(q, d) = found_among(k, scores.row(q).transpose(), q);
      found(q, kDepths + d) = found_among(k, scores.col(q), q);
    }
  }
  return found;
}

BridgeRecall recall_of(const Eigen::MatrixXd& found, std::uint64_t seed) {
  return estimates(flow::Bootstrap(found, seed), flow::mean_of);
}

BridgeRecall recall_relative_to(const Eigen::MatrixXd& found, const Eigen::MatrixXd& other,
                                std::uint64_t seed) {
  Eigen::MatrixXd both(found.rows(), 2 * kColumns);
  both << found, other;
  return estimates(flow::Bootstrap(both, seed), [](Eigen::Index column) {
    return flow::ratio_of_means(column, kColumns + column);
  });
}

}  // namespace lagoon::pipelines
