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
#include "flow/numerics/divide_up.hpp"

namespace lagoon::flow {
namespace {

constexpr std::size_t kBlocksPerWorker = 8;  ///< blocks that share a clock, where there are many
constexpr std::size_t kDriftersPerBlock = 128;

/// The steps of every interval, with the numbers of their draws.
std::vector<Steps> steps_of_all(const Law& law, const std::vector<Interval>& intervals,
                                int steps_per_interval, const Refinement& refinement) {
  const double longest = longest_of(intervals);
  std::vector<Steps> all;
  std::uint64_t n_draws = 0;
  for (const Interval& interval : intervals) {
    const int n = refinement.pieces * steps_of(interval, longest, steps_per_interval);
    all.push_back({n, refinement.draws, n_draws});
    n_draws += static_cast<std::uint64_t>(n) * static_cast<std::uint64_t>(refinement.draws);
  }
  require(law.diffusivity == 0 || n_draws <= kMostDraws,
          "steps_per_interval is " + std::to_string(steps_per_interval) +
              ": the Brownian increments of a drifter are numbered up to " +
              std::to_string(kMostDraws) + ": give fewer steps");
  return all;
}

/// The law's time in pieces of at most kStepsAtOnce steps.
std::vector<Piece> pieces_of(const Law& law, int steps_per_interval, const Refinement& refinement) {
  constexpr int kMost = Clock<double>::kStepsAtOnce;
  const std::vector<Interval> intervals = intervals_of(law);
  const std::vector<Steps> steps = steps_of_all(law, intervals, steps_per_interval, refinement);
  std::vector<Piece> pieces;
  for (std::size_t i = 0; i < intervals.size(); ++i) {
    for (int first = 0; first < steps[i].n; first += kMost) {
      pieces.push_back({intervals[i], steps[i], first, std::min(kMost, steps[i].n - first)});
    }
  }
  return pieces;
}

/// The pieces from `first` on that one clock runs through at once; at least one.
std::span<const Piece> next_pieces(std::span<const Piece> pieces, std::size_t first) {
  std::size_t n = 1;
  int steps = pieces[first].n;
  while (first + n < pieces.size() &&
         (steps += pieces[first + n].n) <= Clock<double>::kStepsAtOnce) {
    ++n;
  }
  return pieces.subspan(first, n);
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
  Run(const Kernel<Real>& kernel, const Law& law, Method method, std::vector<Piece> pieces,
      const FlowBatch& batch, int threads)
      : kernel_(kernel),
        law_(law),
        method_(method),
        pieces_(std::move(pieces)),
        batch_(batch),
        partition_(static_cast<std::size_t>(kernel.lanes), batch.psi_hat.size() / law.n_modes(),
                   law.n_drifters(), threads) {}

  std::size_t n_workers() const { return partition_.n_workers(); }

  /// Integrates some blocks from t = 0 to the last time, side by side under one clock.
  void work(std::size_t worker, std::span<double> x, std::span<double> y) const {
    std::vector<FlowBlock<Real>> blocks = blocks_of(worker);
    Clock<Real> clock(kernel_, law_);
    for (std::size_t first = 0; first < pieces_.size();) {
      const std::span<const Piece> pieces = next_pieces(pieces_, first);
      const std::span<const KernelClock<Real>> clocks = clock.run(pieces);
      for (FlowBlock<Real>& block : blocks) {
        for (std::size_t i = 0; i < pieces.size(); ++i) follow(block, pieces[i], clocks[i], x, y);
      }
      first += pieces.size();
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

  void follow(FlowBlock<Real>& block, const Piece& piece, const KernelClock<Real>& clock,
              std::span<double> x, std::span<double> y) const {
    const auto& [begin, end, j, is_observed] = piece.interval;
    if (piece.begins_interval()) {
      block.vary_towards(j);
      if (begin > 0) block.release(begin);
    }
    if (piece.begins_at_zero()) block.start(clock);
    block.advance(method_, clock);
    if (piece.ends_interval() && is_observed) block.observe(j, x, y);
  }

  const Kernel<Real>& kernel_;
  const Law& law_;
  Method method_;
  std::vector<Piece> pieces_;
  FlowBatch batch_;
  Partition partition_;
};

template <class Real>
void integrate(const Kernel<Real>& kernel, const Law& law, const Scheme& scheme,
               const Refinement& refinement, const FlowBatch& flows, int threads,
               std::span<double> x, std::span<double> y) {
  const Run<Real> run(kernel, law, scheme.method,
                      pieces_of(law, scheme.steps_per_interval, refinement), flows, threads);
  parallel_for(run.n_workers(), threads, [&](std::size_t worker) { run.work(worker, x, y); });
}

}  // namespace

void integrate_fixed(const KernelSet& kernels, const Law& law, const Scheme& scheme,
                     const Refinement& refinement, const FlowBatch& flows, int threads,
                     std::span<double> x, std::span<double> y) {
  require_valid(law);
  require_valid(law, scheme);
  require_valid(law, flows);
  assert(x.size() == flows.psi_hat.size() / law.n_modes() * law.n_positions());
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
