#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pipelines/gaussian/planar/planar_law.hpp"
#include "pipelines/gaussian/planar/planar_options.hpp"

namespace lagoon::pipelines {

inline constexpr const char* kNormalizedKey = "normalized";

/// One model: what its loss makes of infinitely many pairs, and what training reaches.
struct PlanarModel {
  std::string key;    ///< in JSON: cosine_conditional
  std::string title;  ///< on the page
  PlanarLaw closed;
  std::optional<PlanarLaw> trained;
  double temperature = 1;
  double trained_temperature = 1;
};

/// All that a page and a summary tell.
struct PlanarStudy {
  contrastive::GaussianPair data;
  double mutual_information = 0;
  PlanarLaw truth;
  PlanarLaw reference;  ///< the product of the marginals
  std::vector<PlanarModel>
      models;  ///< the five of kOptima, then the normalised encoders at their best temperature
  PlanarLaw unit_temperature;  ///< normalised encoders at temperature 1, as [BST] Figure 6

  /// The model of that key. Throws Error if there is none.
  const PlanarModel& model(const std::string& key) const;
};

/// All closed forms, and all trainings, side by side on `threads` threads.
PlanarStudy study_planar(const PlanarOptions& options, std::uint64_t seed, int threads);

}  // namespace lagoon::pipelines
