#pragma once

#include <cstddef>
#include <functional>

namespace lagoon::flow {

/// Calls body(i) for i in [0, n) on `threads` std::jthreads (dynamic order; the caller is one of
/// them). The first exception thrown by a body is rethrown here after all have stopped.
/// threads <= 0 means all cores.
void parallel_for(std::size_t n, int threads, const std::function<void(std::size_t)>& body);

/// threads > 0 ? threads : the number of cores this process may use.
int resolve_threads(int threads);

}  // namespace lagoon::flow
