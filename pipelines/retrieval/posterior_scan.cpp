#include "pipelines/retrieval/posterior_scan.hpp"

#include <algorithm>

#include <Eigen/Core>

#include "flow/integration/parallel.hpp"

namespace lagoon::pipelines {

PosteriorScan scan_posteriors(const contrastive::Embeddings& queries,
                              const contrastive::Embeddings& library,
                              const std::vector<std::int64_t>& truth, double temperature,
                              int threads) {
  constexpr std::int64_t kTile = 64;
  const auto n = static_cast<std::size_t>(queries.n);
  PosteriorScan scan{std::vector<double>(n), std::vector<double>(n), std::vector<double>(n)};
  const auto scan_tile = [&](std::size_t tile) {
    const auto first = static_cast<std::int64_t>(tile) * kTile;
    const std::int64_t count = std::min(kTile, queries.n - first);
    const contrastive::RowMatrix scores =
        as_matrix(queries).middleRows(first, count) * as_matrix(library).transpose();
    for (std::int64_t i = 0; i < count; ++i) {
      const auto row = scores.row(i).cast<double>().array() / temperature;
      const Eigen::ArrayXd unnormalized = (row - row.maxCoeff()).exp();
      const auto q = static_cast<std::size_t>(first + i);
      const double sum = unnormalized.sum();
      scan.effective_sample_size[q] = sum * sum / unnormalized.square().sum();
      scan.truth_weight[q] = unnormalized[truth[q]] / sum;
      scan.top_weight[q] = 1 / sum;
    }
  };
  const auto n_tiles = static_cast<std::size_t>((queries.n + kTile - 1) / kTile);
  flow::parallel_for(n_tiles, threads, scan_tile);
  return scan;
}

}  // namespace lagoon::pipelines
