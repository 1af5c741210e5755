#pragma once

#include <ctime>

namespace lagoon::flow {

/// Seconds of processor time of the calling thread: costs are told by it, for by the clock on the
/// wall a busy machine's neighbours would be measured.
inline double thread_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

}  // namespace lagoon::flow
