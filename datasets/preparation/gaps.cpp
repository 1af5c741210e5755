#include "datasets/preparation/gaps.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

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

// One coordinate of one drifter, (time).
void fill_track(std::span<const double> times, const Knot& release, std::span<double> values) {
  Knot before = release;
  for (std::size_t j = 0; j < values.size(); ++j) {
    if (!std::isnan(values[j])) {
      before = {times[j], values[j]};
      continue;
    }
    const auto next =
        std::ranges::find_if(values.subspan(j), [](double v) { return !std::isnan(v); });
    const std::size_t after = static_cast<std::size_t>(next - values.begin());
    const bool is_between = after < values.size() && times[j] > before.time;
    values[j] =
        is_between ? between(before, {times[after], values[after]}, times[j]) : before.value;
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
