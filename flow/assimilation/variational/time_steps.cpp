#include "flow/assimilation/variational/time_steps.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "flow/error.hpp"
#include "flow/integration/time_line.hpp"

namespace lagoon::flow::variational {
namespace {

void require_positive(const char* name, int n) {
  if (n < 1) throw Error(std::string(name) + " is " + std::to_string(n) + ": give at least 1");
}

void append_steps(double begin, double end, int n, std::vector<TimeStep>& steps) {
  const double length = end - begin;
  const auto at = [&](int half_steps) { return begin + length * half_steps / (2.0 * n); };
  for (int i = 0; i < n; ++i) {
    const double step_end = i + 1 == n ? end : at(2 * i + 2);
    steps.push_back({at(2 * i), at(2 * i + 1), step_end, length / n, 0, 0});
  }
}

/// Hands the observation times out to the steps.
void observe(const Law& law, std::vector<TimeStep>& steps) {
  std::size_t j = 0;
  for (TimeStep& step : steps) {
    step.first_observation = j;
    while (j < law.n_times() && law.times[j] <= step.end + node_width(law)) ++j;
    step.n_observations = j - step.first_observation;
  }
}

std::vector<double> coarse_nodes(const Law& law) {
  std::vector<double> nodes = law.release_time;
  nodes.push_back(0);
  nodes.push_back(law.times.back());
  std::ranges::sort(nodes);
  const auto is_same = [&](double a, double b) { return b - a <= node_width(law); };
  nodes.erase(std::ranges::unique(nodes, is_same).begin(), nodes.end());
  return nodes;
}

}  // namespace

std::vector<TimeStep> steps_of_law(const Law& law, int steps_per_interval) {
  require_positive("steps_per_interval", steps_per_interval);
  const std::vector<Interval> intervals = intervals_of(law);
  const double longest = longest_of(intervals);
  std::vector<TimeStep> steps;
  for (const Interval& interval : intervals) {
    append_steps(interval.begin, interval.end, steps_of(interval, longest, steps_per_interval),
                 steps);
  }
  observe(law, steps);
  return steps;
}

std::vector<TimeStep> coarse_steps(const Law& law, int n) {
  require_positive("steps", n);
  const std::vector<double> nodes = coarse_nodes(law);
  std::vector<TimeStep> steps;
  for (std::size_t i = 1; i < nodes.size(); ++i) {
    const Interval interval = {nodes[i - 1], nodes[i], 0, false};
    append_steps(interval.begin, interval.end, steps_of(interval, law.times.back(), n), steps);
  }
  observe(law, steps);
  return steps;
}

std::vector<HermiteWeights> hermite_weights(const Law& law, const std::vector<TimeStep>& steps) {
  std::vector<HermiteWeights> weights;
  for (const TimeStep& step : steps) {
    for (std::size_t i = 0; i < step.n_observations; ++i) {
      const double t = law.times[step.first_observation + i];
      const bool at_end = std::abs(t - step.end) <= node_width(law);
      const double s = at_end ? 1 : (t - step.begin) / step.length;
      const double r = 1 - s;
      weights.push_back({(1 + 2 * s) * r * r, step.length * s * r * r, s * s * (3 - 2 * s),
                         -step.length * s * s * r});
    }
  }
  return weights;
}

std::size_t first_step_of(const Law& law, const std::vector<TimeStep>& steps, std::size_t drifter) {
  const auto begins_there = [&](const TimeStep& step) {
    return is_released_at(law, drifter, step.begin);
  };
  return static_cast<std::size_t>(std::ranges::find_if(steps, begins_there) - steps.begin());
}

}  // namespace lagoon::flow::variational
