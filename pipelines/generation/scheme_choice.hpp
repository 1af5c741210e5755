#pragma once

#include <string>

#include "datasets/description.hpp"
#include "pipelines/support/option_table.hpp"

namespace lagoon::pipelines {

/// How drifters are to be followed, as typed.
struct SchemeRequest {
  std::string scheme = "auto";      ///< auto | rk4 | euler-maruyama | heun
  std::string compute = "float64";  ///< float64 | float32
  double tolerance = 1e-9;          ///< largest position error, before rounding to storage
  int steps = 0;                    ///< an interval; 0: by the tolerance, or kStochasticSteps
  int step_probe = 0;               ///< flows that the step is measured on; 0: see probe_flows()
};

/// Steps an interval of the schemes with noise, whose error falls too slowly to ask for a
/// tolerance.
inline constexpr int kStochasticSteps = 10;

/// `steps` is what the option of the steps between observations is called.
void declare_scheme(OptionTable& table, SchemeRequest& request, const std::string& steps = "steps");

/// Fills scheme (Heun where the law has diffusivity, else RK4), precision, tolerance and steps.
/// Where the tolerance rules (RK4 without --steps) the steps are 0, to be searched for; else the
/// tolerance is. Throws UsageError for RK4 beside diffusivity.
void resolve_scheme(const SchemeRequest& request, datasets::Description& description);

/// Flows on which the step is measured: as asked, or 1,024, but fewer (16 at least) where each has
/// more than 16 drifters. Not a function of the number of flows: a smaller dataset is the beginning
/// of a larger one.
int probe_flows(const SchemeRequest& request, const flow::Law& law);

/// Searches for the steps if they are 0, and fills the errors measured on `n_probe` flows.
void choose_steps(int n_probe, int threads, datasets::Description& description);

}  // namespace lagoon::pipelines
