#include "flow/integration/time_line.hpp"

#include <algorithm>
#include <cmath>

namespace lagoon::flow {

std::vector<Interval> intervals_of(const Law& law) {
  std::vector<double> nodes = law.times;
  for (const double time : law.release_time) {
    if (time > 0) nodes.push_back(time);
  }
  std::ranges::sort(nodes);
  nodes.erase(std::ranges::unique(nodes).begin(), nodes.end());

  std::vector<Interval> intervals;
  double begin = 0;
  std::size_t j = 0;
  for (const double node : nodes) {
    const bool observed = node == law.times[j];
    intervals.push_back({begin, node, j, observed});
    if (observed) ++j;
    begin = node;
  }
  return intervals;
}

double longest_of(const std::vector<Interval>& intervals) {
  double longest = 0;
  for (const Interval& interval : intervals) {
    longest = std::max(longest, interval.end - interval.begin);
  }
  return longest;
}

int steps_of(const Interval& interval, double longest, int n) {
  constexpr double kRounding = 1e-9;  // evenly spaced times are not to the bit
  const double steps = std::ceil(n * ((interval.end - interval.begin) / longest) - n * kRounding);
  return std::max(1, static_cast<int>(steps));
}

double progress_at(const Law& law, const Interval& interval, double t) {
  const std::size_t j = interval.observation;
  const double before = j == 0 ? 0 : law.times[j - 1];
  return (t - before) / (law.times[j] - before);
}

}  // namespace lagoon::flow
