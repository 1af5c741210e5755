#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "contrastive/bridging/monte_carlo.hpp"
#include "contrastive/inference/retrieval.hpp"
#include "datasets/matrices/matrix_file.hpp"
#include "pipelines/bridge/decide/decision_json.hpp"
#include "pipelines/bridge/embeddings/embeddings_options.hpp"

namespace lagoon::pipelines {

/// The matrices, of sizes that fit together.
struct EmbeddingFiles {
  datasets::MatrixFile a, b, c;
  std::optional<datasets::MatrixFile> b_prime;  ///< none: b
  std::int64_t samples = 0;                     ///< of b that are read

  bool are_pairs() const { return a.rows() == c.rows(); }
  bool share_a_space() const { return a.cols() == c.cols(); }
};

/// Throws Error, one line, for files and names that cannot be.
EmbeddingFiles open_embeddings(const EmbeddingsOptions& options);

/// Recall and ranks of C's row i given A's row i, and back.
struct GridRecall {
  contrastive::DirectionScores a_to_c, c_to_a;
};

/// All that was found.
struct EmbeddingsStudy {
  std::int64_t rows = 0, cols = 0, samples = 0;
  std::optional<contrastive::ScoreGrid> direct;  ///< none between different spaces
  contrastive::MonteCarloEstimate estimate;
  contrastive::ScoreGrid self_normalized;
  std::map<std::string, GridRecall> recall;  ///< direct | monte_carlo | self_normalized; pairs only
  std::map<std::int64_t, double> recall_by_samples;  ///< recall@1 of C given A, pairs only
  double information_ab = 0, information_bc = 0;
  std::string warning;  ///< of too few bridge samples, or ""

  /// Which estimator to trust, by the first stretch of the pool; none of few rows or samples.
  std::optional<BridgeChoice> choice;
};

/// Seed and threads are the decision's. Throws Error for embeddings that the links cannot compare,
/// and Stopped where a signal asks for the stop.
EmbeddingsStudy study_embeddings(const EmbeddingFiles& files, const EmbeddingsOptions& options,
                                 std::uint64_t seed, int threads);

}  // namespace lagoon::pipelines
