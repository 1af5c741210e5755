#include "contrastive/threads.hpp"

#include <atomic>

#include <ATen/Parallel.h>
#include <dlfcn.h>

#include "flow/integration/parallel.hpp"

namespace lagoon::contrastive {
namespace {

std::atomic<int> n_threads = 0;  // 0: not set yet

/// A wheel's LibTorch holds the number of its threads, and MKL's, for each thread of ours apart.
void on_threads(std::size_t n, int threads, const std::function<void(std::size_t)>& task) {
  flow::parallel_for(n, threads, [&](std::size_t i) {
    at::init_num_threads();
    task(i);
  });
}

}  // namespace

void set_threads(int threads) {
  n_threads = flow::resolve_threads(threads);
  at::set_num_threads(1);
  // Debian's OpenBLAS keeps a pool that LibTorch does not set.
  using Setter = void (*)(int);
  if (auto* set_blas =
          reinterpret_cast<Setter>(::dlsym(RTLD_DEFAULT, "openblas_set_num_threads"))) {
    set_blas(1);
  }
}

int threads() {
  if (n_threads == 0) set_threads(0);
  return n_threads;
}

void run_tasks(std::size_t n, const std::function<void(std::size_t)>& task) {
  on_threads(n, threads(), task);
}

void run_side_by_side(std::size_t n, int threads, const std::function<void(std::size_t)>& task) {
  set_threads(1);
  on_threads(n, threads, task);
}

}  // namespace lagoon::contrastive
