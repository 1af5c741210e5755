// How long does a grid of log-ratios through bridge samples take?
//
//   bridge_benchmark [rows [columns [samples [dims]]]]   (1000 1000 100000 32)
//
// First a small grid must equal the sum term by term to 1e-6. Then the large one is timed, with and
// without error bars: seconds by the clock, and the most memory the process ever had. Aim: 60 s on
// two cores, below 1 GiB.
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include <sys/resource.h>

#include "contrastive/bridging/monte_carlo.hpp"
#include "contrastive/threads.hpp"
#include "flow/random.hpp"
#include "tests/contrastive/bridging/oracles.hpp"

namespace lagoon::tests {
namespace {

using contrastive::Critic;
using contrastive::Embeddings;
using contrastive::Link;

Embeddings normals(std::int64_t n, std::int64_t dim, std::uint64_t seed) {
  Embeddings embeddings{n, dim, std::vector<float>(static_cast<std::size_t>(n * dim))};
  for (std::size_t i = 0; i < embeddings.values.size(); ++i) {
    embeddings.values[i] =
        static_cast<float>(flow::normal_pair(seed, flow::Purpose::library_draw, i, 0)[0]);
  }
  return embeddings;
}

bool is_right(std::int64_t dims) {
  const auto a = normals(8, dims, 1), b = normals(5000, dims, 2), c = normals(8, dims, 3);
  for (const Link& link : {Link{Critic::cosine, 10}, Link{Critic::dot, 1}, Link{Critic::l2, 100}}) {
    const auto fast = contrastive::monte_carlo_scores(a, b, link, b, c, link);
    const auto slow = contrastive::tests::plain_monte_carlo(a, b, link, b, c, link);
    const double difference = contrastive::tests::largest_difference(fast, slow);
    std::printf("%s, scale %g: differs by %.1e\n", to_string(link.critic).c_str(), link.scale,
                difference);
    if (!(difference < 1e-6)) return false;
  }
  return true;
}

double peak_mebibytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

void time_grid(std::int64_t rows, std::int64_t cols, std::int64_t samples, std::int64_t dims,
               const Link& link, bool with_errors) {
  const auto a = normals(rows, dims, 1), b = normals(samples, dims, 2), c = normals(cols, dims, 3);
  const auto begin = std::chrono::steady_clock::now();
  contrastive::MonteCarloSum sum(a, link, c, link, with_errors);
  sum.add(b, b);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  std::printf("%s at scale %g%s: %.1f s on %d threads, peak memory %.0f MiB\n",
              to_string(link.critic).c_str(), link.scale, with_errors ? " with error bars" : "",
              seconds.count(), contrastive::threads(), peak_mebibytes());
}

int run(int argc, char** argv) {
  const auto argument = [&](int i, std::int64_t otherwise) {
    return argc > i ? std::atoll(argv[i]) : otherwise;
  };
  const std::int64_t rows = argument(1, 1000), cols = argument(2, 1000);
  const std::int64_t samples = argument(3, 100000), dims = argument(4, 32);
  if (!is_right(dims)) return std::puts("the fast sum is wrong: nothing is timed"), 1;
  std::printf("%lld x %lld through %lld samples of dimension %lld\n", static_cast<long long>(rows),
              static_cast<long long>(cols), static_cast<long long>(samples),
              static_cast<long long>(dims));
  time_grid(rows, cols, samples, dims, {Critic::cosine, 10}, false);
  time_grid(rows, cols, samples, dims, {Critic::l2, 20}, false);
  time_grid(rows, cols, samples, dims, {Critic::cosine, 10}, true);
  return 0;
}

}  // namespace
}  // namespace lagoon::tests

int main(int argc, char** argv) {
  return lagoon::tests::run(argc, argv);
}
