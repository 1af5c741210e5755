#pragma once

#include "flow/integration/scheme.hpp"
#include "flow/law/law.hpp"

namespace lagoon::flow {

/// A fixed step and what it costs in accuracy.
struct StepChoice {
  int steps_per_interval = 0;
  double step = 0;                ///< longest step, time units
  double max_error = 0;           ///< over the probe: max |x_h - x_{h/2}| (both components)
  double quantile_999_error = 0;  ///< 99.9% quantile over flows of the same
  int n_probe_flows = 0;
};

/// Errors of the scheme against half the step in double precision, on the same Brownian paths, over
/// `n_probe` flows of the law's prior (noise-free, purpose step_probe, seed 0).
StepChoice measure_step(const Law& law, Scheme scheme, int n_probe, int threads);

/// The cheapest step of the scheme's method and precision whose measured maximum over the probe is
/// below tolerance / kProbeSafety: a probe of a thousand misses the worst of a hundred thousand
/// flows. Starts from the law of the method's order and always measures what it returns. Throws
/// Error if the tolerance is below 1e-12, where rounding rules, or cannot be reached.
StepChoice choose_step(const Law& law, Scheme scheme, double tolerance, int threads,
                       int n_probe = 1024);

/// The same for RK4 in double precision.
StepChoice measure_step(const Law& law, int steps_per_interval, int n_probe, int threads);
StepChoice choose_step(const Law& law, double tolerance, int threads, int n_probe = 1024);

/// How many times below the tolerance the probe's largest error is to be: flows that the probe
/// missed may be worse.
inline constexpr double kProbeSafety = 4;

}  // namespace lagoon::flow
