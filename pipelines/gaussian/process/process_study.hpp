#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "contrastive/theory/optimal_tilts.hpp"
#include "datasets/gaussian_process.hpp"
#include "pipelines/gaussian/process/process_options.hpp"

namespace lagoon::pipelines {

/// One choice of what the figures sweep.
struct FitSetting {
  int embedding_dim = 0;
  std::int64_t batch_size = 0;
  std::int64_t samples = 0;

  /// The order of a table of fits.
  auto operator<=>(const FitSetting&) const = default;
};

/// One of [BST] Figures 8 to 10.
struct SweepPlan {
  std::string name;  ///< embedding-dim | batch-size | samples
  std::vector<FitSetting> settings;
};

/// Throws Error for a sweep or a size that cannot be.
std::vector<SweepPlan> planned_sweeps(const ProcessOptions& options);

/// Steps of one fit: whole batches of each epoch.
std::int64_t steps_of(const ProcessOptions& options, const FitSetting& setting);

/// E|m(v) - E[u|v]|^2 and E|m(u) - E[v|u]|^2 of a model's conditional means m, over the data's law.
struct MeanErrors {
  double u_given_v = 0;
  double v_given_u = 0;
};

/// The data's law and what is best of all linear encoders.
struct ProcessTheory {
  datasets::GaussianProcess process;
  contrastive::GaussianPair law;
  contrastive::CanonicalPair canonical;
  double mutual_information = 0;
  std::vector<MeanErrors> population;  ///< of rank r = 0 (nothing learned) .. min(n_u, n_v)
  std::vector<double> j_cond;          ///< of the same

  /// Population errors of a tilt.
  MeanErrors errors(const contrastive::Tilt& tilt) const;
  /// min(n_u, n_v).
  int full_rank() const { return static_cast<int>(population.size()) - 1; }
  /// Population errors of an embedding dimension, which may be beyond the full rank.
  const MeanErrors& best(int embedding_dim) const;
};

/// Of the process of [BST] 6.1.
ProcessTheory process_theory();

}  // namespace lagoon::pipelines
