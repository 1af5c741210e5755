#include "datasets/preparation/gaps.hpp"

#include <cassert>
#include <cmath>
#include <cstddef>

namespace lagoon::datasets {
namespace {

struct Knot {
  double time;
  double value;
};

double between(const Knot& before, const Knot& after, double time) {
  const double share = (time - before.time) / (after.time - before.time);
  return before.value + share * (after.value - before.value);
}

// The first observed place from `first` on, or the size.
std::size_t find_observed(std::span<const double> values, std::size_t first) {
  while (first < values.size() && std::isnan(values[first])) ++first;
  return first;
}

// One coordinate of one drifter, (time).
void fill_track(std::span<const double> times, const Knot& release, std::span<double> values) {
  Knot before = release;
  for (std::size_t j = 0; j < values.size(); ++j) {
    const std::size_t after = find_observed(values, j);
    for (; j < after; ++j) {
      const bool is_between = after < values.size() && times[j] > before.time;
      values[j] =
          is_between ? between(before, {times[after], values[after]}, times[j]) : before.value;
    }
    if (after < values.size()) before = {times[after], values[after]};
  }
}

}  // namespace

void fill_gaps(const flow::Law& law, std::span<double> x, std::span<double> y) {
  const std::size_t n = law.n_times();
  assert(x.size() == law.n_drifters() * n && y.size() == x.size());
  if (!law.has_gaps()) return;
  for (std::size_t p = 0; p < law.n_drifters(); ++p) {
    fill_track(law.times, {law.release_time[p], law.release_x[p]}, x.subspan(p * n, n));
    fill_track(law.times, {law.release_time[p], law.release_y[p]}, y.subspan(p * n, n));
  }
}

}  // namespace lagoon::datasets
