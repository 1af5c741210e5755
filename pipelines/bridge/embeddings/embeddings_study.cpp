#include "pipelines/bridge/embeddings/embeddings_study.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "contrastive/bridging/grid_ranks.hpp"
#include "contrastive/bridging/pool_information.hpp"
#include "flow/error.hpp"
#include "pipelines/support/progress.hpp"
#include "pipelines/support/signals.hpp"

namespace lagoon::pipelines {
namespace {

using contrastive::Embeddings;
using contrastive::ScoreGrid;
using datasets::MatrixFile;

Embeddings rows_of(const MatrixFile& file, std::int64_t first, std::int64_t count) {
  return {count, file.cols(), file.read(first, count)};
}

void require_sizes(const EmbeddingsOptions& o, const EmbeddingFiles& files) {
  const MatrixFile& b_prime = files.b_prime ? *files.b_prime : files.b;
  const auto same_cols = [&](const MatrixFile& x, const MatrixFile& y, std::size_t i,
                             std::size_t j) {
    require(x.cols() == y.cols(), o.files[i] + " has embeddings of dimension " +
                                      std::to_string(x.cols()) + ", " + o.files[j] + " of " +
                                      std::to_string(y.cols()) +
                                      ": give what one model makes of both");
  };
  const std::size_t last = files.b_prime ? 3 : 1;
  same_cols(files.a, files.b, 0, 1);
  same_cols(files.c, b_prime, 2, last);
  require(files.b.rows() == b_prime.rows(),
          o.files[1] + " has " + std::to_string(files.b.rows()) + " bridge samples, " +
              o.files[last] + " " + std::to_string(b_prime.rows()) + ": give the same ones");
}

GridRecall grid_recall(const ScoreGrid& grid) {
  return {
      contrastive::direction_scores(contrastive::diagonal_ranks(grid)),
      contrastive::direction_scores(contrastive::diagonal_ranks(contrastive::transposed(grid)))};
}

/// Powers of 10 below the pool's size, and this.
std::vector<std::int64_t> shown_samples(std::int64_t samples) {
  std::vector<std::int64_t> shown;
  for (std::int64_t m = 10; m < samples; m *= 10) shown.push_back(m);
  shown.push_back(samples);
  return shown;
}

/// Reads the pool in stretches and adds it up.
class PoolReader {
 public:
  PoolReader(const EmbeddingFiles& files, const EmbeddingsOptions& options)
      : files_(files), stretch_(options.stretch), progress_("bridge samples", files.samples, "") {}

  void add(contrastive::MonteCarloSum& sum, std::int64_t until) {
    while (sum.samples() < until) {
      stop_if_asked();
      const std::int64_t first = sum.samples();
      const std::int64_t count = std::min(stretch_, until - first);
      const Embeddings b = rows_of(files_.b, first, count);
      if (files_.b_prime) {
        sum.add(b, rows_of(*files_.b_prime, first, count));
      } else {
        sum.add(b, b);
      }
      progress_.update(sum.samples());
    }
  }

 private:
  const EmbeddingFiles& files_;
  std::int64_t stretch_;
  Progress progress_;
};

/// From the first stretch of the pool: what more samples could show is in nobody's weights yet.
void tell_information(const EmbeddingFiles& files, const EmbeddingLinks& links,
                      const EmbeddingsOptions& o, const Embeddings& a, const Embeddings& c,
                      const contrastive::DecisionOptions& decision, EmbeddingsStudy& study) {
  const std::int64_t count = std::min(o.stretch, files.samples);
  const Embeddings b = rows_of(files.b, 0, count);
  const Embeddings b_prime = files.b_prime ? rows_of(*files.b_prime, 0, count) : b;
  study.information_ab = contrastive::pool_information(a, b, links.ab);
  study.information_bc = contrastive::pool_information(c, b_prime, links.bc);
  study.warning =
      contrastive::pool_warning(study.information_ab, study.information_bc, count, files.samples);
  study.choice = choose({a, b, links.ab, b_prime, c, links.bc}, decision);
}

}  // namespace

EmbeddingLinks links_of(const EmbeddingsOptions& o) {
  const auto ab = contrastive::parse_critic(o.critic_ab);
  const auto bc = contrastive::parse_critic(o.critic_bc);
  const double direct = o.scale_direct > 0 ? o.scale_direct : std::sqrt(o.scale_ab * o.scale_bc);
  return {{ab, o.scale_ab}, {bc, o.scale_bc}, {ab, direct}};
}

EmbeddingFiles open_embeddings(const EmbeddingsOptions& o) {
  require(o.files.size() == 3 || o.files.size() == 4,
          std::to_string(o.files.size()) +
              " files of embeddings: give A, B and C (and B as C's model embeds it, if that is "
              "another)");
  require(o.names.empty() || o.names.size() == o.files.size(),
          "--names has " + std::to_string(o.names.size()) + " names for " +
              std::to_string(o.files.size()) + " files: give one a file, or none");
  const auto open = [&](std::size_t i) {
    return MatrixFile::open(o.files[i], o.names.empty() ? "" : o.names[i]);
  };
  EmbeddingFiles files{open(0), open(1), open(2), std::nullopt, 0};
  if (o.files.size() == 4) files.b_prime = open(3);
  require_sizes(o, files);
  require(o.samples <= files.b.rows(), "--bridge-samples " + std::to_string(o.samples) + ": " +
                                           o.files[1] + " has " + std::to_string(files.b.rows()));
  files.samples = o.samples > 0 ? o.samples : files.b.rows();
  return files;
}

EmbeddingsStudy study_embeddings(const EmbeddingFiles& files, const EmbeddingsOptions& o,
                                 std::uint64_t seed, int threads) {
  const auto links = links_of(o);
  const Embeddings a = rows_of(files.a, 0, files.a.rows()), c = rows_of(files.c, 0, files.c.rows());
  EmbeddingsStudy study;
  study.rows = a.n;
  study.cols = c.n;
  study.samples = files.samples;
  tell_information(files, links, o, a, c, {.seed = seed, .threads = threads}, study);
  if (files.share_a_space()) study.direct = contrastive::direct_scores(a, c, links.direct);
  contrastive::MonteCarloSum sum(a, links.ab, c, links.bc, /*with_errors=*/true);
  PoolReader pool(files, o);
  for (const std::int64_t m : shown_samples(files.samples)) {
    pool.add(sum, m);
    if (!files.are_pairs()) continue;
    study.recall_by_samples[m] =
        contrastive::recall_at_k(contrastive::diagonal_ranks(sum.scores()), 1);
  }
  study.estimate = sum.estimate();
  study.self_normalized = sum.self_normalized_scores();
  if (!files.are_pairs()) return study;
  if (study.direct) study.recall["direct"] = grid_recall(*study.direct);
  study.recall["monte_carlo"] = grid_recall(study.estimate.scores);
  study.recall["self_normalized"] = grid_recall(study.self_normalized);
  return study;
}

}  // namespace lagoon::pipelines
