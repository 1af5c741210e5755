#pragma once

#include <complex>
#include <cstdint>
#include <vector>

#include "contrastive/inference/encoder_pair.hpp"
#include "pipelines/retrieval/candidates.hpp"
#include "pipelines/retrieval/evaluation.hpp"
#include "pipelines/retrieval/fields.hpp"
#include "pipelines/retrieval/flow_scores.hpp"

namespace lagoon::pipelines {

/// A candidate flow as an example shows it.
struct Choice {
  std::int64_t candidate = 0;
  bool is_truth = false;
  double weight = 0;        ///< posterior weight in the whole library
  std::vector<double> psi;  ///< (n, n) at t = 0
  std::vector<Path> paths;  ///< where the same drifters go in this flow
};

/// How flows that a retrieval could answer with stand for the true one and for the query.
struct ExampleScores {
  FlowScores truth;  ///< itself: its tracks are the query's but for noise and unresolved motion
  FlowScores best_other;  ///< the best of the others
  FlowScores posterior_mean;
  FlowScores posterior_mean_without_truth;
};

/// One query with all that its pictures show.
struct Example {
  int number = 0;              ///< from 1
  std::int64_t candidate = 0;  ///< the true flow
  double rank = 0;             ///< mid-rank of the true flow
  std::int64_t library_size = 0;
  double truth_weight = 0;
  int grid = 0;                ///< n of all (n, n) fields
  std::vector<double> psi;     ///< (n, n) of the true flow at t = 0
  std::vector<Path> observed;  ///< the query
  Choice first;                ///< the retrieved flow
  Choice second;               ///< the runner-up
  FieldMoments with_truth;     ///< posterior over the whole library
  FieldMoments without_truth;  ///< the same with the true flow taken out of the library
  ExampleScores scores;
};

/// Queries to show: n drawn by `seed`; when some query was missed but none of these, the last
/// gives its place to one drawn among the missed.
std::vector<std::size_t> choose_examples(const Evaluation& evaluation, int n, std::uint64_t seed);

/// `observed` are the positions of query q as the file holds them.
Example make_example(int number, std::size_t q, const Candidates& candidates,
                     const Evaluation& evaluation, const contrastive::EncoderPair& encoders,
                     std::vector<Path> observed);

}  // namespace lagoon::pipelines
