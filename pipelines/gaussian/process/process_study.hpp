#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "contrastive/theory/optimal_tilts.hpp"
#include "datasets/gaussian_process.hpp"
#include "pipelines/support/option_table.hpp"

namespace lagoon::pipelines {

/// lagoon gaussian process: [BST] section 6.1.
struct ProcessOptions {
  std::string sweeps = "all";  ///< all | none | names separated by commas
  std::vector<double> embedding_dims = {1, 2, 3, 4, 5, 6, 7};
  std::vector<double> batch_sizes = {128, 256, 512, 1024};
  std::vector<double> sample_sizes = {2000, 5000, 10000, 20000, 50000, 100000};
  int embedding_dim = 5;  ///< where it is not swept, as the two below
  std::int64_t batch_size = 512;
  std::int64_t samples = 10000;
  std::int64_t epochs = 100;
  double learning_rate = 3e-3;
  double decay = 0.2;       ///< the last share of the steps, in which the rate falls to zero
  bool standardize = true;  ///< encoders see components over their standard deviation
  int seeds = 3;
};

/// `process`: true if the options matter.
void declare_process(OptionTable& table, ProcessOptions& options,
                     const std::function<bool()>& process);

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
