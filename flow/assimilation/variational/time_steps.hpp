#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "flow/law/law.hpp"

namespace lagoon::flow::variational {

/// One step of RK4, and the observation times in (begin, end].
struct TimeStep {
  double begin = 0;
  double half = 0;
  double end = 0;
  double length = 0;
  std::size_t first_observation = 0;
  std::size_t n_observations = 0;
};

/// The steps of integrate_fixed: nodes are the observation and the release times.
/// Throws Error unless steps_per_interval >= 1.
std::vector<TimeStep> steps_of_law(const Law& law, int steps_per_interval);

/// Nodes are 0, the release times and the last observation time T; equal steps between neighbours,
/// none longer than T / n. Throws Error unless n >= 1.
std::vector<TimeStep> coarse_steps(const Law& law, int n);

/// Weights of cubic Hermite interpolation between the ends of a step, of value and rate at its
/// begin, then at its end.
using HermiteWeights = std::array<double, 4>;

/// Those of every observation time (time), in the step that has it.
std::vector<HermiteWeights> hermite_weights(const Law& law, const std::vector<TimeStep>& steps);

/// The step that begins where a drifter is released.
std::size_t first_step_of(const Law& law, const std::vector<TimeStep>& steps, std::size_t drifter);

}  // namespace lagoon::flow::variational
