#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <Eigen/Core>

#include "datasets/description.hpp"
#include "datasets/reader.hpp"
#include "flow/assimilation/control.hpp"
#include "flow/assimilation/tracks.hpp"
#include "flow/law/law.hpp"

namespace lagoon::pipelines {

/// Flows of one law whose drifters were seen, with the truth about them.
struct Queries {
  flow::Law law;
  flow::ControlSpace space;
  bool steps_are_observations = false;  ///< one Euler-Maruyama step an observation interval
  int steps_per_interval = 1;           ///< in which drifters were followed; 0: not known
  double position_error = 0;  ///< of noise-free positions: storage, and steps where they are known
  std::vector<std::int64_t> rows;  ///< (query) where each stands in its file, or among twins
  Eigen::MatrixXd truth;           ///< (n, query) control vectors
  std::vector<double> x, y;        ///< (query, drifter, time)

  std::uint64_t data_seed = 0;  ///< of the dataset
  std::int64_t n_train = 0;     ///< queries of its training split

  std::size_t size() const { return rows.size(); }
  /// What was observed of a query.
  flow::Tracks tracks(std::size_t query) const;

  /// The same observations for those who assume another law of the same modes: the truth stays, its
  /// control vectors are those of that law's prior.
  void assume(const flow::Law& other);

  /// Some position after its drifter's release was observed.
  bool is_seen(std::size_t query) const;
};

/// Of truth and positions, to the bit.
std::uint64_t hash_of(const Queries& queries);

/// Equal steps in the longest interval between observations that are no longer than that.
int steps_within(const flow::Law& law, double longest_step);

/// Some rows of a dataset. Throws Error for damaged values, release points outside of [0, 1) and a
/// law without unknowns.
Queries read_queries(const datasets::Reader& data, const std::vector<std::int64_t>& rows);

/// Of flows of a law that are drawn on the fly: where it has diffusivity and no noise by
/// Euler-Maruyama with diffusion_steps an interval, where it has both by Heun's and elsewhere by
/// RK4, at steps of at most kTwinStep.
datasets::Description describe_twins(const flow::Law& law, std::uint64_t seed,
                                     int diffusion_steps = 1);

/// n twins: flows of the prior whose drifters are followed, as describe_twins() says, and observed.
/// Twin i is a function of law, seed, steps and i.
Queries draw_twins(const flow::Law& law, std::int64_t n, std::uint64_t seed, int threads,
                   int diffusion_steps = 1);
inline constexpr double kTwinStep = 2.5e-4;

}  // namespace lagoon::pipelines
