#include "flow/integration/trajectories.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>

#include "flow/error.hpp"
#include "flow/integration/flow_block.hpp"
#include "flow/integration/instruction_sets.hpp"
#include "flow/integration/parallel.hpp"

namespace lagoon::flow {
namespace {

constexpr int kStepsPerRun = 16;             ///< steps that a clock covers at once
constexpr std::size_t kBlocksPerWorker = 8;  ///< blocks that share a clock, where there are many
constexpr std::size_t kDriftersPerBlock = 128;

std::size_t divide_up(std::size_t a, std::size_t b) {
  return (a + b - 1) / b;
}

/// The shared clock: cos and sin of omega t of every mode at every half step of a run of steps.
class Clock {
 public:
  Clock(const Kernel& kernel, const Law& law) : kernel_(kernel) {
    const auto side = static_cast<std::size_t>(2 * max_wavenumber(law.modes) + 1);
    const auto lanes = static_cast<std::size_t>(kernel.lanes);
    turns_.resize(divide_up(side * side, lanes) * lanes);
    for (std::size_t m = 0; m < law.n_modes(); ++m) {
      turns_[square_index(law.modes, m)] = law.omega[m] / (2 * std::numbers::pi);
    }
    phases_.resize((2 * kStepsPerRun + 1) * 2 * turns_.size());
  }

  /// Steps first .. first + n of the n_all equal steps from `begin` to `end`.
  const KernelClock& run(double begin, double end, int n_all, int first, int n) {
    for (int i = 0; i <= 2 * n; ++i) {
      const double t = begin + (end - begin) * (2 * first + i) / (2.0 * n_all);
      double* const phases = &phases_[static_cast<std::size_t>(i) * 2 * turns_.size()];
      kernel_.fill_phases(turns_.data(), static_cast<int>(turns_.size()), t, phases);
    }
    clock_ = {static_cast<int>(turns_.size()), phases_.data(), n, (end - begin) / n_all};
    return clock_;
  }

 private:
  const Kernel& kernel_;
  AlignedDoubles turns_;   ///< omega / (2 pi), padded to whole packs
  AlignedDoubles phases_;  ///< (half step, cos | sin, padded mode)
  KernelClock clock_;
};

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

std::vector<FlowBlock> blocks_of(std::size_t worker, const Partition& partition,
                                 const Kernel& kernel, const Law& law,
                                 std::span<const std::complex<double>> psi_hat) {
  const Range drifters = partition.drifters_of(worker % partition.n_drifter_blocks);
  const std::size_t first = worker / partition.n_drifter_blocks * partition.blocks_per_worker;
  const std::size_t last = std::min(first + partition.blocks_per_worker, partition.n_flow_blocks);
  std::vector<FlowBlock> blocks;
  blocks.reserve(last - first);
  for (std::size_t block = first; block < last; ++block) {
    blocks.emplace_back(kernel, law, psi_hat, partition.flows_of(block), drifters,
                        partition.lanes_are_flows);
  }
  return blocks;
}

/// Integrates some blocks from t = 0 to the last time, side by side under one clock.
void integrate_blocks(const Kernel& kernel, const Law& law, int steps_per_interval,
                      std::span<FlowBlock> blocks, std::span<double> x, std::span<double> y) {
  Clock clock(kernel, law);
  double begin = 0;
  for (std::size_t j = 0; j < law.n_times(); begin = law.times[j], ++j) {
    for (int first = 0; first < steps_per_interval; first += kStepsPerRun) {
      const int n_steps = std::min(kStepsPerRun, steps_per_interval - first);
      const KernelClock& run = clock.run(begin, law.times[j], steps_per_interval, first, n_steps);
      for (FlowBlock& block : blocks) {
        if (j == 0 && first == 0) block.start(run);
        block.advance(run);
      }
    }
    for (const FlowBlock& block : blocks) block.observe(law, j, x, y);
  }
}

void require_finite_coefficients(std::span<const std::complex<double>> psi_hat,
                                 std::size_t n_modes) {
  for (std::size_t i = 0; i < psi_hat.size(); ++i) {
    if (std::isfinite(psi_hat[i].real()) && std::isfinite(psi_hat[i].imag())) continue;
    throw Error("flow " + std::to_string(i / n_modes) + ": psi_hat[" + std::to_string(i % n_modes) +
                "] is not a finite number: give finite coefficients");
  }
}

/// A drifter that is lost stays lost, so its last position tells.
void require_finite_positions(const Law& law, std::span<const double> x,
                              std::span<const double> y) {
  for (std::size_t i = law.n_times() - 1; i < x.size(); i += law.n_times()) {
    if (std::isfinite(x[i]) && std::isfinite(y[i])) continue;
    throw Error("flow " + std::to_string(i / law.n_times() / law.n_drifters()) +
                ": a drifter's position overflowed: give smaller coefficients");
  }
}

}  // namespace

void integrate_fixed(const Kernel& kernel, const Law& law,
                     std::span<const std::complex<double>> psi_hat, int steps_per_interval,
                     int threads, std::span<double> x, std::span<double> y) {
  const std::size_t n_flows = psi_hat.size() / law.n_modes();
  assert(psi_hat.size() == n_flows * law.n_modes());
  assert(x.size() == n_flows * law.n_drifters() * law.n_times() && y.size() == x.size());
  require(steps_per_interval >= 1,
          "steps_per_interval is " + std::to_string(steps_per_interval) + ": give at least 1");
  require_valid(law);
  require_finite_coefficients(psi_hat, law.n_modes());
  const Partition partition(static_cast<std::size_t>(kernel.lanes), n_flows, law.n_drifters(),
                            threads);
  parallel_for(partition.n_workers(), threads, [&](std::size_t worker) {
    std::vector<FlowBlock> blocks = blocks_of(worker, partition, kernel, law, psi_hat);
    integrate_blocks(kernel, law, steps_per_interval, blocks, x, y);
  });
  require_finite_positions(law, x, y);
}

void integrate_fixed(const Law& law, std::span<const std::complex<double>> psi_hat,
                     int steps_per_interval, int threads, std::span<double> x,
                     std::span<double> y) {
  integrate_fixed(chosen_kernel(), law, psi_hat, steps_per_interval, threads, x, y);
}

void integrate_fixed(const Law& law, const Scheme& scheme, const FlowBatch& flows, int threads,
                     std::span<double> x, std::span<double> y) {
  require(scheme.method == Method::runge_kutta4 && scheme.precision == Precision::float64,
          "scheme: only rk4 in float64 is there so far");
  integrate_fixed(law, flows.psi_hat, scheme.steps_per_interval, threads, x, y);
}

}  // namespace lagoon::flow
