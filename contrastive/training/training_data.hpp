#pragma once

#include <vector>

#include <torch/types.h>

#include "contrastive/objective/model.hpp"
#include "contrastive/training/step/stopwatch.hpp"
#include "datasets/reader.hpp"

namespace lagoon::contrastive {

/// The network inputs of pairs, in memory: row i of u belongs to row i of v.
struct PairedFeatures {
  torch::Tensor u;  ///< (n, F_u) float32
  torch::Tensor v;  ///< (n, F_v) float32
  std::int64_t n() const { return u.size(0); }
};

/// Fits the fixed maps to the first of the given training rows: at most kFitRows of them, fewer
/// where their coordinates would fill more than kFitValues numbers.
FeatureMaps fit_feature_maps(const datasets::Reader& data, const ModelOptions& options,
                             const std::vector<std::int64_t>& rows, Stopwatch& stopwatch);
inline constexpr std::int64_t kFitRows = 65536;
inline constexpr std::int64_t kFitValues = std::int64_t{1} << 26;

/// Network inputs of the given rows (ascending), read block by block.
PairedFeatures load_features(const datasets::Reader& data, const FeatureMaps& maps,
                             const std::vector<std::int64_t>& rows, Stopwatch& stopwatch);

}  // namespace lagoon::contrastive
