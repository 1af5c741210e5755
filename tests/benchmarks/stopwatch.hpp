#pragma once

#include <algorithm>
#include <ctime>

namespace lagoon::tests {

/// Seconds of processor time that this process has used, over all its threads: on a busy machine,
/// rates by the clock on the wall would measure the neighbours.
inline double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// The best rate of run(), which does `amount` of something, over `seconds` of trying: per second
/// of one core.
template <class Run>
double best_rate(double amount, double seconds, Run&& run) {
  double best = 0;
  const double end = processor_seconds() + seconds;
  do {
    const double begin = processor_seconds();
    run();
    best = std::max(best, amount / (processor_seconds() - begin));
  } while (processor_seconds() < end);
  return best;
}

}  // namespace lagoon::tests
