// How much faster than the obvious program is the fixed-step generator?
//
//   generator_benchmark [--threads=N] [Google Benchmark's flags, e.g. --benchmark_out=FILE]
//
// The obvious program is RK4 written plainly over the scalar 49-term sum (tests/support/flows.hpp).
// First both must give the same trajectories; then both are timed, on the same threads, and the
// ratios of drifter steps a second are printed. Aims on two AVX-512 cores: 80 with 64 drifters a
// flow, 40 with one.
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

#include <benchmark/benchmark.h>

#include "flow/integration/parallel.hpp"
#include "flow/integration/trajectories.hpp"
#include "tests/support/flows.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::tests {
namespace {

constexpr int kStepsPerInterval = 10;

/// Some flows of the quick preset's law, with as many drifters each.
struct Work {
  Work(int n_drifters, std::size_t n_flows) {
    flow::LawOptions options;
    options.release = "uniform";
    options.n_drifters = n_drifters;
    law = make_law(options);
    psi_hat = draw_flows(law, n_flows);
    paths = empty_paths(law, psi_hat);
  }

  double drifter_steps() const { return static_cast<double>(paths.x.size()) * kStepsPerInterval; }

  flow::Law law;
  Coefficients psi_hat;
  Paths paths;
};

void run_kernel(Work& work, int threads) {
  flow::integrate_fixed(work.law, work.psi_hat, kStepsPerInterval, threads, work.paths.x,
                        work.paths.y);
}

void run_direct_sum(Work& work, int threads) {
  const flow::Law& law = work.law;
  flow::parallel_for(work.paths.x.size() / law.n_times(), threads, [&](std::size_t i) {
    direct_sum_path(law, flow_of(law, work.psi_hat, i / law.n_drifters()), i % law.n_drifters(),
                    kStepsPerInterval,
                    std::span(work.paths.x).subspan(i * law.n_times(), law.n_times()),
                    std::span(work.paths.y).subspan(i * law.n_times(), law.n_times()));
  });
}

/// False, with a message, unless the kernel and the direct sum agree.
bool prove_equality(int n_drifters, std::size_t n_flows, int threads) {
  Work fast(n_drifters, n_flows);
  Work slow(n_drifters, n_flows);
  run_kernel(fast, threads);
  run_direct_sum(slow, threads);
  const double difference = largest_difference(fast.paths, slow.paths);
  std::printf("%2d drifters a flow: %zu trajectories, largest difference %.1e (allowed %.0e)\n",
              n_drifters, n_flows * static_cast<std::size_t>(n_drifters), difference,
              kSeparableSum);
  return difference < kSeparableSum;
}

/// Times one of the two programs; the rate is kept in `rates` under the benchmark's name.
void add_benchmark(const std::string& name, void (*run)(Work&, int), int n_drifters,
                   std::size_t n_flows, int threads, std::map<std::string, double>& rates) {
  const auto body = [=, &rates](benchmark::State& state) {
    Work work(n_drifters, n_flows);
    run(work, threads);  // warms caches and clocks
    for (auto _ : state) {
      run(work, threads);
      benchmark::DoNotOptimize(work.paths.x.data());
    }
    state.counters["drifter_steps_per_second"] =
        benchmark::Counter(work.drifter_steps(), benchmark::Counter::kIsIterationInvariantRate);
  };
  benchmark::RegisterBenchmark(name.c_str(), body)->UseRealTime()->Unit(benchmark::kMillisecond);
  rates[name] = 0;
}

/// Google Benchmark's console, which also keeps the best rate of each benchmark.
class RateKeeper : public benchmark::ConsoleReporter {
 public:
  explicit RateKeeper(std::map<std::string, double>& rates) : rates_(rates) {}

  void ReportRuns(const std::vector<Run>& runs) override {
    ConsoleReporter::ReportRuns(runs);
    for (const Run& run : runs) {
      if (run.run_type != Run::RT_Iteration || run.error_occurred) continue;
      double& best = rates_[run.run_name.function_name];
      best = std::max(best, run.counters.at("drifter_steps_per_second").value);
    }
  }

 private:
  std::map<std::string, double>& rates_;
};

void print_ratio(const std::map<std::string, double>& rates, const std::string& drifters) {
  const double kernel = rates.at("kernel/" + drifters);
  const double direct_sum = rates.at("direct_sum/" + drifters);
  if (kernel == 0 || direct_sum == 0) return;  // left out by --benchmark_filter
  std::printf("%2s drifters a flow: %.1f M drifter steps/s, %.2f M by direct sums: %.0f times\n",
              drifters.c_str(), kernel * 1e-6, direct_sum * 1e-6, kernel / direct_sum);
}

/// Takes our own --threads=N out of the arguments.
int take_threads(int& argc, char** argv) {
  const std::string flag = "--threads=";
  if (argc < 2 || std::string(argv[1]).rfind(flag, 0) != 0) return 2;
  const int threads = std::atoi(argv[1] + flag.size());
  for (int i = 1; i < argc; ++i) argv[i] = argv[i + 1];
  --argc;
  return flow::resolve_threads(threads);
}

int run_all(int argc, char** argv) {
  const int threads = take_threads(argc, argv);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  std::printf("instruction set %s, %d threads, %d steps an interval\n",
              flow::instruction_set().c_str(), threads, kStepsPerInterval);
  if (!prove_equality(64, 2, threads) || !prove_equality(1, 128, threads)) return 1;
  std::map<std::string, double> rates;
  add_benchmark("kernel/64", run_kernel, 64, 128, threads, rates);
  add_benchmark("direct_sum/64", run_direct_sum, 64, 2, threads, rates);
  add_benchmark("kernel/1", run_kernel, 1, 4096, threads, rates);
  add_benchmark("direct_sum/1", run_direct_sum, 1, 128, threads, rates);
  RateKeeper reporter(rates);
  benchmark::RunSpecifiedBenchmarks(&reporter);
  print_ratio(rates, "64");
  print_ratio(rates, "1");
  return 0;
}

}  // namespace
}  // namespace lagoon::tests

int main(int argc, char** argv) {
  return lagoon::tests::run_all(argc, argv);
}
