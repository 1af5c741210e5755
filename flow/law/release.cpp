#include <algorithm>
#include <cmath>

#include "flow/law/law_options.hpp"
#include "flow/random.hpp"

namespace lagoon::flow {
namespace {

std::vector<double> points_of_grid(int n_drifters) {
  const auto side = static_cast<int>(std::lround(std::sqrt(n_drifters)));
  std::vector<double> points;
  for (int i = 0; i < side; ++i) {
    for (int j = 0; j < side; ++j) {
      points.push_back((i + 0.5) / side);
      points.push_back((j + 0.5) / side);
    }
  }
  return points;
}

std::vector<double> uniform_points(const LawOptions& options) {
  std::vector<double> points;
  for (int drifter = 0; drifter < options.n_drifters; ++drifter) {
    const auto sample = static_cast<std::uint64_t>(drifter);
    points.push_back(uniform(options.law_seed, Purpose::law_release, sample, 0));
    points.push_back(uniform(options.law_seed, Purpose::law_release, sample, 1));
  }
  return points;
}

std::vector<double> random_times(const LawOptions& options) {
  std::vector<double> times = {options.final_time};
  for (int j = 1; j < options.n_times; ++j) {
    const auto sample = static_cast<std::uint64_t>(j);
    times.push_back(options.final_time * uniform(options.law_seed, Purpose::law_time, sample, 0));
  }
  std::ranges::sort(times);
  return times;
}

}  // namespace

std::vector<double> make_release_points(const LawOptions& options) {
  if (options.release == "grid") return points_of_grid(options.n_drifters);
  if (options.release == "uniform") return uniform_points(options);
  return options.release_points;
}

std::vector<double> make_times(const LawOptions& options) {
  if (options.spacing == "list") return options.time_list;
  if (options.spacing == "random") return random_times(options);
  std::vector<double> times;
  for (int j = 1; j <= options.n_times; ++j) {
    times.push_back(options.final_time * j / options.n_times);
  }
  return times;
}

}  // namespace lagoon::flow
