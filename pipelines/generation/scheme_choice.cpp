#include "pipelines/generation/scheme_choice.hpp"

#include <algorithm>

#include "datasets/generation/blocks.hpp"
#include "flow/integration/accuracy.hpp"

namespace lagoon::pipelines {
namespace {

std::vector<std::string> scheme_names() {
  auto names = flow::method_names();
  names.insert(names.begin(), "auto");
  return names;
}

}  // namespace

void declare_scheme(OptionTable& table, SchemeRequest& request, const std::string& steps) {
  constexpr const char* kGroup = "Integration";
  table
      .option("scheme", &request.scheme, one_of(scheme_names()),
              "auto: heun with diffusivity, else rk4")
      .in_group(kGroup);
  table.option("compute", &request.compute, one_of({"float64", "float32"}), "of the integration")
      .in_group(kGroup);
  table
      .option(steps, &request.steps, non_negative(),
              "steps between observations; 0: by the tolerance (rk4), or 10 (the others)")
      .in_group(kGroup);
  table.option("tolerance", &request.tolerance, positive(), "largest error of a position")
      .in_group(kGroup)
      .only_if([&request] { return request.steps == 0; }, "--" + steps + " 0");
  table
      .option("step-probe", &request.step_probe, non_negative(),
              "flows the step is measured on; 0: 1024, fewer with many drifters")
      .in_group(kGroup);
}

void resolve_scheme(const SchemeRequest& request, datasets::Description& description) {
  const bool diffuses = description.law.diffusivity > 0;
  description.scheme = request.scheme;
  if (request.scheme == "auto") description.scheme = diffuses ? "heun" : "rk4";
  const bool takes_noise = flow::takes_noise(flow::method_from_string(description.scheme));
  if (diffuses && !takes_noise) {
    throw UsageError("--scheme " + description.scheme +
                     ": follows no Brownian motion, and the law has diffusivity (give "
                     "heun or euler-maruyama)");
  }
  description.precision = request.compute;
  const bool searched = request.steps == 0 && !takes_noise;
  description.tolerance = searched ? request.tolerance : 0;
  description.steps_per_interval = request.steps;
  if (request.steps == 0 && !searched) description.steps_per_interval = kStochasticSteps;
}

int probe_flows(const SchemeRequest& request, const flow::Law& law) {
  constexpr int kFlows = 1024, kDrifters = 16 * kFlows, kFewestFlows = 16;
  if (request.step_probe > 0) return request.step_probe;
  return std::clamp(kDrifters / static_cast<int>(law.n_drifters()), kFewestFlows, kFlows);
}

void choose_steps(int n_probe, int threads, datasets::Description& description) {
  const auto scheme = scheme_of(description);
  const flow::Law& law = description.law;
  const auto choice = description.steps_per_interval == 0
                          ? choose_step(law, scheme, description.tolerance, threads, n_probe)
                          : measure_step(law, scheme, n_probe, threads);
  description.steps_per_interval = choice.steps_per_interval;
  description.step = choice.step;
  description.max_error = choice.max_error;
  description.quantile_999_error = choice.quantile_999_error;
  description.n_probe_flows = choice.n_probe_flows;
}

}  // namespace lagoon::pipelines
