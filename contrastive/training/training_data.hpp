#pragma once

#include <vector>

#include <torch/types.h>

#include "contrastive/objective/model.hpp"
#include "contrastive/training/sources/training_flows.hpp"
#include "contrastive/training/step/stopwatch.hpp"

namespace lagoon::contrastive {

/// The network inputs of pairs, in memory: row i of u belongs to row i of v.
struct PairedFeatures {
  torch::Tensor u;  ///< (n, F_u) float32
  torch::Tensor v;  ///< (n, F_v) float32
  std::int64_t n() const { return u.size(0); }
};

/// Fits the fixed maps to the first training flows, of a file or of a stream: at most kFitRows of
/// them, fewer where their coordinates would fill more than kFitValues numbers.
FeatureMaps fit_feature_maps(const TrainingFlows& flows, const ModelOptions& options,
                             Stopwatch& stopwatch);
inline constexpr std::int64_t kFitRows = 65536;
inline constexpr std::int64_t kFitValues = std::int64_t{1} << 26;

/// Network inputs of the given rows (ascending), read block by block.
PairedFeatures load_features(const datasets::Reader& data, const FeatureMaps& maps,
                             const std::vector<std::int64_t>& rows, Stopwatch& stopwatch);

/// Room for the network inputs of n pairs; and those of the flows of a block, put there from row
/// `at` on.
PairedFeatures empty_features(const FeatureMaps& maps, std::int64_t n);
void put_features(const FeatureMaps& maps, const flow::Law& law, const datasets::SampleBlock& block,
                  std::int64_t at, const PairedFeatures& features);

/// Network inputs of samples [first, first + n) of a split of fresh flows: on the calling thread,
/// or on all of set_threads().
PairedFeatures draw_features(const datasets::FreshFlows& flows, const FeatureMaps& maps,
                             datasets::Split split, std::int64_t first, std::int64_t n);
PairedFeatures draw_features_together(const datasets::FreshFlows& flows, const FeatureMaps& maps,
                                      datasets::Split split, std::int64_t first, std::int64_t n);

/// Network inputs of the at most `limit` flows that a run is judged by.
PairedFeatures held_out_features(const TrainingFlows& flows, const FeatureMaps& maps,
                                 std::int64_t limit, Stopwatch& stopwatch);

}  // namespace lagoon::contrastive
