#pragma once

#include <cstddef>
#include <functional>

namespace lagoon::contrastive {

/// Threads of everything in contrastive/ (0: all cores), for the process. Work is divided by rows
/// over threads of our own; LibTorch and its BLAS stay on the thread that calls them. Their pools
/// spin while they wait, which costs ten times the work on a machine that is shared.
void set_threads(int threads);

/// The number of these threads.
int threads();

/// Calls task(i) for i in [0, n), in any order, on these threads.
void run_tasks(std::size_t n, const std::function<void(std::size_t)>& task);

/// The same on a number of threads for work of which each piece is one thread's, a small fit for
/// one: everything in contrastive/ stays on the thread that calls it, from then on.
void run_side_by_side(std::size_t n, int threads, const std::function<void(std::size_t)>& task);

}  // namespace lagoon::contrastive
