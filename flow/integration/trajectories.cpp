#include "flow/integration/trajectories.hpp"

#include <algorithm>
#include <cassert>
#include <vector>

#include "flow/error.hpp"
#include "flow/integration/brownian.hpp"
#include "flow/integration/flow_block.hpp"
#include "flow/integration/parallel.hpp"
#include "flow/integration/requirements.hpp"
#include "flow/kernels/instruction_sets.hpp"

namespace lagoon::flow {
namespace {

constexpr std::size_t kBlocksPerWorker = 8;  ///< blocks that share a clock, where there are many
constexpr std::size_t kDriftersPerBlock = 128;

std::size_t divide_up(std::size_t a, std::size_t b) {
  return (a + b - 1) / b;
}

/// An interval of the clock and its steps.
struct Leg {
  Interval interval;
  Steps steps;
};

std::vector<Leg> legs_of(const Law& law, int steps_per_interval, const Refinement& refinement) {
  const std::vector<Interval> intervals = intervals_of(law);
  const double longest = longest_of(intervals);
  std::vector<Leg> legs;
  std::uint64_t n_draws = 0;
  for (const Interval& interval : intervals) {
    const int n = refinement.pieces * steps_of(interval, longest, steps_per_interval);
    legs.push_back({interval, {n, refinement.draws, n_draws}});
    n_draws += static_cast<std::uint64_t>(n) * static_cast<std::uint64_t>(refinement.draws);
  }
  require(law.diffusivity == 0 || n_draws <= kMostDraws,
          "steps: " + std::to_string(n_draws) + " Brownian increments a drifter, of " +
              std::to_string(kMostDraws) + " that are numbered: give fewer steps an interval");
  return legs;
}

/// How the flows and drifters of one call are cut into blocks, and blocks into work for threads.
struct Partition {
  std::size_t lanes, n_flows, n_drifters;
  bool lanes_are_flows;
  std::size_t n_flow_blocks, n_drifter_blocks, blocks_per_worker;

  Partition(std::size_t kernel_lanes, std::size_t flows, std::size_t drifters, int threads)
      : lanes(kernel_lanes),
        n_flows(flows),
        n_drifters(drifters),
        lanes_are_flows(divide_up(flows, lanes) * drifters <= flows * divide_up(drifters, lanes)),
        n_flow_blocks(divide_up(flows, lanes)),
        n_drifter_blocks(divide_up(drifters, kDriftersPerBlock)),
        blocks_per_worker(std::clamp<std::size_t>(
            n_flow_blocks / (4 * static_cast<std::size_t>(resolve_threads(threads))), 1,
            kBlocksPerWorker)) {}

  std::size_t n_workers() const {
    return divide_up(n_flow_blocks, blocks_per_worker) * n_drifter_blocks;
  }

  Range flows_of(std::size_t block) const {
    return {block * lanes, std::min(lanes, n_flows - block * lanes)};
  }

  Range drifters_of(std::size_t block) const {
    const std::size_t first = block * kDriftersPerBlock;
    return {first, std::min(kDriftersPerBlock, n_drifters - first)};
  }
};

/// One call of integrate_fixed in one precision.
template <class Real>
class Run {
 public:
  Run(const Kernel<Real>& kernel, const Law& law, Method method, std::vector<Leg> legs,
      const FlowBatch& batch, int threads)
      : kernel_(kernel),
        law_(law),
        method_(method),
        legs_(std::move(legs)),
        batch_(batch),
        partition_(static_cast<std::size_t>(kernel.lanes), batch.psi_hat.size() / law.n_modes(),
                   law.n_drifters(), threads) {}

  std::size_t n_workers() const { return partition_.n_workers(); }

  /// Integrates some blocks from t = 0 to the last time, side by side under one clock.
  void work(std::size_t worker, std::span<double> x, std::span<double> y) const {
    std::vector<FlowBlock<Real>> blocks = blocks_of(worker);
    Clock<Real> clock(kernel_, law_);
    for (const Leg& leg : legs_) {
      for (FlowBlock<Real>& block : blocks) begin(block, leg);
      advance(clock, leg, blocks);
      if (!leg.interval.ends_observed) continue;
      for (const FlowBlock<Real>& block : blocks) block.observe(leg.interval.observation, x, y);
    }
  }

 private:
  std::vector<FlowBlock<Real>> blocks_of(std::size_t worker) const {
    const Range drifters = partition_.drifters_of(worker % partition_.n_drifter_blocks);
    const std::size_t first = worker / partition_.n_drifter_blocks * partition_.blocks_per_worker;
    const std::size_t last =
        std::min(first + partition_.blocks_per_worker, partition_.n_flow_blocks);
    std::vector<FlowBlock<Real>> blocks;
    blocks.reserve(last - first);
    for (std::size_t block = first; block < last; ++block) {
      blocks.emplace_back(kernel_, law_, batch_, partition_.flows_of(block), drifters,
                          partition_.lanes_are_flows);
    }
    return blocks;
  }

  void begin(FlowBlock<Real>& block, const Leg& leg) const {
    block.vary_towards(leg.interval.observation);
    if (leg.interval.begin > 0) block.release(leg.interval.begin);
  }

  void advance(Clock<Real>& clock, const Leg& leg, std::span<FlowBlock<Real>> blocks) const {
    for (int first = 0; first < leg.steps.n; first += Clock<Real>::kStepsPerRun) {
      const int n = std::min(Clock<Real>::kStepsPerRun, leg.steps.n - first);
      const KernelClock<Real>& run = clock.run(leg.interval, leg.steps, first, n);
      for (FlowBlock<Real>& block : blocks) {
        if (leg.interval.begin == 0 && first == 0) block.start(run);
        block.advance(method_, run);
      }
    }
  }

  const Kernel<Real>& kernel_;
  const Law& law_;
  Method method_;
  std::vector<Leg> legs_;
  FlowBatch batch_;
  Partition partition_;
};

template <class Real>
void integrate(const Kernel<Real>& kernel, const Law& law, const Scheme& scheme,
               const Refinement& refinement, const FlowBatch& flows, int threads,
               std::span<double> x, std::span<double> y) {
  const Run<Real> run(kernel, law, scheme.method,
                      legs_of(law, scheme.steps_per_interval, refinement), flows, threads);
  parallel_for(run.n_workers(), threads, [&](std::size_t worker) { run.work(worker, x, y); });
}

}  // namespace

void integrate_fixed(const KernelSet& kernels, const Law& law, const Scheme& scheme,
                     const Refinement& refinement, const FlowBatch& flows, int threads,
                     std::span<double> x, std::span<double> y) {
  require_valid(law);
  require_valid(law, scheme);
  require_valid(law, flows);
  assert(x.size() == flows.psi_hat.size() / law.n_modes() * law.n_drifters() * law.n_times());
  assert(y.size() == x.size());
  if (scheme.precision == Precision::float64) {
    integrate(kernels.float64, law, scheme, refinement, flows, threads, x, y);
  } else {
    integrate(kernels.float32, law, scheme, refinement, flows, threads, x, y);
  }
  require_finite_positions(law, x, y);
}

void integrate_fixed(const Law& law, const Scheme& scheme, const FlowBatch& flows, int threads,
                     std::span<double> x, std::span<double> y) {
  integrate_fixed(chosen_kernels(), law, scheme, {}, flows, threads, x, y);
}

void integrate_fixed(const Law& law, std::span<const std::complex<double>> psi_hat,
                     int steps_per_interval, int threads, std::span<double> x,
                     std::span<double> y) {
  const Scheme scheme = {Method::runge_kutta4, Precision::float64, steps_per_interval};
  integrate_fixed(law, scheme, {psi_hat, {}, {}}, threads, x, y);
}

}  // namespace lagoon::flow
