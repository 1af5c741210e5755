#pragma once

#include <complex>
#include <cstddef>
#include <span>
#include <vector>

#include <boost/align/aligned_allocator.hpp>

#include "flow/integration/kernel.hpp"
#include "flow/law/law.hpp"

namespace lagoon::flow {

/// Doubles that start at a cache line, as the packs of every instruction set like them.
using AlignedDoubles = std::vector<double, boost::alignment::aligned_allocator<double, 64>>;

/// A range of flows or drifters.
struct Range {
  std::size_t first = 0;
  std::size_t size = 0;
};

/// Position of mode m of `modes` in a kernel's full square of modes.
std::size_t square_index(const ModeSet& modes, std::size_t m);

/// The state of at most kernel.lanes flows with some of their drifters, in the order of the kernel:
/// lanes are flows where that fills them better, else the drifters of one flow after another.
class FlowBlock {
 public:
  /// psi_hat (all flows, mode). Drifters start at their release points.
  FlowBlock(const Kernel& kernel, const Law& law, std::span<const std::complex<double>> psi_hat,
            Range flows, Range drifters, bool lanes_are_flows);

  FlowBlock(FlowBlock&&) = default;
  FlowBlock(const FlowBlock&) = delete;

  /// Makes the tables of the clock's first time; needed once, before the first advance.
  void start(const KernelClock& clock) { kernel_.start(task_, clock); }
  void advance(const KernelClock& clock) { kernel_.advance(task_, clock); }

  /// Copies the positions to time j of x, y (all flows, drifter, time).
  void observe(const Law& law, std::size_t j, std::span<double> x, std::span<double> y) const;

 private:
  std::size_t offset(std::size_t flow, std::size_t drifter) const {
    return flow * flow_stride_ + drifter * drifter_stride_;
  }

  void load_psi(const ModeSet& modes, std::span<const std::complex<double>> psi_hat);
  void release(const Law& law);

  const Kernel& kernel_;
  Range flows_;
  Range drifters_;
  std::size_t flow_stride_ = 0;
  std::size_t drifter_stride_ = 0;
  AlignedDoubles psi_;
  AlignedDoubles tables_;
  AlignedDoubles x_;
  AlignedDoubles y_;
  KernelTask task_;
};

}  // namespace lagoon::flow
