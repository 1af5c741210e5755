#include "contrastive/training/sources/prefetch.hpp"

#if defined(__linux__)
#include <sys/resource.h>
#endif

namespace lagoon::contrastive {

void yield_to_others() {
#if defined(__linux__)
  // Linux keeps a nice value for each thread: 10 gives about a tenth of the share of a thread at 0.
  // If refused, work goes on.
  constexpr int kNice = 10;
  (void)::setpriority(PRIO_PROCESS, 0, kNice);
#endif
}

}  // namespace lagoon::contrastive
