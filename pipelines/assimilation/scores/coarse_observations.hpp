#pragma once

#include <cstdint>
#include <vector>

#include "flow/assimilation/conditional_gaussian/increment_regression.hpp"
#include "flow/law/law.hpp"
#include "flow/scores/method_scores.hpp"

namespace lagoon::pipelines {

/// What the regression of increments is worth where the observations are not the truth's steps.
struct CoarseScores {
  double interval = 0;  ///< from one observation to the next
  flow::IncrementRule rule = flow::IncrementRule::left_point;
  flow::MethodScores scores;
};

/// The truth takes this many steps between two of the finest law's observations, of which every
/// 1st, 5th, 10th and 50th is seen.
inline constexpr int kCoarseTruthSteps = 10;
inline constexpr std::size_t kCoarseThinnings[] = {1, 5, 10, 50};

/// By either rule, of the same twins. Throws Error for laws without an exact posterior, and
/// Stopped if a signal asks for the end.
std::vector<CoarseScores> score_coarse_observations(const flow::Law& finest, std::int64_t n_twins,
                                                    std::uint64_t seed, int threads);

}  // namespace lagoon::pipelines
