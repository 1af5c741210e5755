#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "contrastive/inference/retrieval.hpp"
#include "pipelines/retrieval/candidates.hpp"
#include "pipelines/retrieval/posterior_scan.hpp"
#include "pipelines/retrieval/recall.hpp"

namespace lagoon::pipelines {

/// How the queries fared among all candidates.
struct Evaluation {
  std::vector<std::int64_t> queries;                ///< candidate of each query
  std::map<std::string, contrastive::Ranks> ranks;  ///< by Direction::key
  PosteriorScan posterior;                          ///< of the flow, given the trajectory
};

/// Ranks of the queries' partners both ways, and the learned conditional of each query's flow given
/// its trajectory; each rank has its share of the queries, and is told of all.
Evaluation evaluate_queries(const Candidates& candidates, const std::vector<std::int64_t>& queries,
                            double temperature, int threads, contrastive::Communicator& ranks);

/// Recall at kRecallDepths both ways, expected for a library of `size` of the `library_size` rows.
RecallTable recall_table(const Evaluation& evaluation, std::int64_t library_size,
                         std::int64_t size);

}  // namespace lagoon::pipelines
