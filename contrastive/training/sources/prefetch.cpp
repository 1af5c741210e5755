#include "contrastive/training/sources/prefetch.hpp"

#if defined(__linux__)
#include <sys/resource.h>
#endif

namespace lagoon::contrastive {

void yield_to_others() {
#if defined(__linux__)
  // Linux has a nice value for each thread. A tenth of the share of a thread at 0; refused or not,
  // work goes on.
  constexpr int kNice = 10;
  (void)::setpriority(PRIO_PROCESS, 0, kNice);
#endif
}

}  // namespace lagoon::contrastive
