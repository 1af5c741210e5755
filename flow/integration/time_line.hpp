#pragma once

#include <cstddef>
#include <vector>

#include "flow/law/law.hpp"

namespace lagoon::flow {

/// A stretch of time between neighbouring nodes of the clock, which are 0, the observation times
/// and the release times.
struct Interval {
  double begin = 0;
  double end = 0;
  std::size_t observation = 0;  ///< the first observation time at or after `end`
  bool ends_observed = false;   ///< `end` is that time
};

/// The drifter is released at that node, or at an earlier one.
bool is_released_at(const Law& law, std::size_t drifter, double time);
bool is_released_before(const Law& law, std::size_t drifter, double time);

/// All of them, from 0 to the last observation time.
std::vector<Interval> intervals_of(const Law& law);

/// Length of the longest; 0 of none.
double longest_of(const std::vector<Interval>& intervals);

/// How many equal steps an interval takes if the longest takes n: the smallest number that makes
/// them no longer than those of the longest, but for rounding.
int steps_of(const Interval& interval, double longest, int n);

/// How far t is between the observation times before and at (or after) an interval's end: 0 to 1.
double progress_at(const Law& law, const Interval& interval, double t);

}  // namespace lagoon::flow
