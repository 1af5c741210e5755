#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <Eigen/Core>

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

  std::size_t size() const { return rows.size(); }
  flow::Tracks tracks(std::size_t query) const;

  /// Some position was observed.
  bool is_seen(std::size_t query) const;
};

/// Equal steps in the longest interval between observations that are no longer than that.
int steps_within(const flow::Law& law, double longest_step);

/// Some rows of a dataset. Throws Error for damaged values and a law without unknowns.
Queries read_queries(const datasets::Reader& data, const std::vector<std::int64_t>& rows);

/// n twins: flows of the prior whose drifters are followed, by Euler-Maruyama at one step an
/// interval where the law has diffusivity and by RK4 at steps of at most kTwinStep elsewhere, and
/// observed. Twin i is a function of law, seed and i.
Queries draw_twins(const flow::Law& law, std::int64_t n, std::uint64_t seed, int threads);
inline constexpr double kTwinStep = 2.5e-4;

}  // namespace lagoon::pipelines
