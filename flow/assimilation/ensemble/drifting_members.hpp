#pragma once

#include <cstdint>
#include <vector>

#include <Eigen/Core>

#include "flow/assimilation/control.hpp"
#include "flow/integration/clock.hpp"
#include "flow/integration/time_line.hpp"
#include "flow/law/law.hpp"
#include "flow/random.hpp"

namespace lagoon::flow {

template <class Real>
class KernelBuffers;

/// Members of the state that Kuznetsov, Ide & Jones (2003) assimilate into: a flow's control vector
/// with the positions x, y of all drifters, each member's drifters being carried by its own flow.
/// Unlike integrate_fixed it may be stopped at any node of the clock, changed, and continued.
/// Packs of members are followed side by side by the kernels, or, where the mean velocity is
/// unknown, packs of each member's drifters.
class DriftingMembers {
 public:
  /// Drifters start at their release points. Steps as integrate_fixed takes them, RK4 or, with
  /// diffusivity, Heun's; then each drifter of member i has the Brownian motion of `diffusion` with
  /// sample + i. Throws Error for amplitudes that vary.
  DriftingMembers(const Law& law, const ControlSpace& space, const Eigen::MatrixXd& controls,
                  int steps_per_interval, const DrawKey& diffusion, int threads);

  /// (n + 2 P, member): the control vector, then x, y of each drifter.
  Eigen::MatrixXd state;

  /// Moves the drifters that were released before the interval's end to there. To be called for
  /// every one of intervals_of(law) in turn.
  void advance(const Interval& interval);

 private:
  void put_at_release_point(std::size_t drifter);
  KernelClock<double> tick(const Interval& interval);
  void advance_block(Eigen::Index first, Eigen::Index n, const KernelClock<double>& clock);
  void load(KernelBuffers<double>& block, Eigen::Index first) const;
  void load_flow(KernelBuffers<double>& block, std::size_t lane, Eigen::Index member) const;

  Law law_;
  ControlSpace space_;
  int steps_per_interval_;
  double longest_;
  DrawKey diffusion_;
  int threads_;
  std::vector<std::size_t> square_indices_;
  Aligned<double> turns_;   ///< padded_turns()
  Aligned<double> phases_;  ///< (half step, cos | sin, padded mode) of the interval
  std::uint32_t n_draws_ = 0;
};

}  // namespace lagoon::flow
