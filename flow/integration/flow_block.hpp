#pragma once

#include <array>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "flow/integration/clock.hpp"
#include "flow/integration/scheme.hpp"
#include "flow/kernels/kernel.hpp"
#include "flow/law/law.hpp"

namespace lagoon::flow {

/// A range of flows or drifters.
struct Range {
  std::size_t first = 0;
  std::size_t size = 0;
};

/// What a kernel's task points to: at most `lanes` flows with some drifters, in the kernel's order.
template <class Real>
class KernelBuffers {
 public:
  /// Sizes and mean velocity of the task are set, the numbers are 0.
  KernelBuffers(const Law& law, int n_lanes, std::size_t n_flows, std::size_t n_drifters,
                bool lanes_are_flows);

  KernelBuffers(KernelBuffers&&) noexcept = default;
  KernelBuffers(const KernelBuffers&) = delete;

  /// Of a drifter in x and y.
  std::size_t offset(std::size_t flow, std::size_t drifter) const {
    return flow * flow_stride_ + drifter * drifter_stride_;
  }

  /// 2 pi psi_hat of the mode at that position of the square; the imaginary part is `lanes` on.
  Real* coefficient(Aligned<Real>& of, std::size_t square_index, std::size_t lane) const {
    return &of[square_index * 2 * lanes + lane];
  }

  /// Gives the drifter there the Brownian motion of those stream_words().
  void set_stream(std::size_t offset, const std::array<std::uint64_t, kDrawWords>& words);

  std::size_t lanes;
  Aligned<Real> psi;
  Aligned<Real> tables;
  Aligned<double> x;
  Aligned<double> y;
  KernelTask<Real> task;

 private:
  std::size_t flow_stride_;
  std::size_t drifter_stride_;
  Aligned<std::uint64_t> draw_words_;  ///< none until a stream is set
};

/// The state of at most kernel.lanes flows with some of their drifters, in the order of the kernel:
/// lanes are flows where that fills them better, else the drifters of one flow after another.
template <class Real>
class FlowBlock {
 public:
  /// Drifters start at their release points.
  FlowBlock(const Kernel<Real>& kernel, const Law& law, const FlowBatch& batch, Range flows,
            Range drifters, bool lanes_are_flows);

  FlowBlock(FlowBlock&&) noexcept = default;
  FlowBlock(const FlowBlock&) = delete;

  /// Makes the tables of the clock's first time; needed once, before the first advance.
  void start(const KernelClock<Real>& clock) { kernel_.start(buffers_.task, clock); }
  /// Moves all drifters through the clock's steps.
  void advance(Method method, const KernelClock<Real>& clock);

  /// Puts the drifters that are released at that time at their release points.
  void release(double time);

  /// Where amplitudes vary: from now on, between the observation times j - 1 (or 0) and j.
  void vary_towards(std::size_t j);

  /// Copies the positions to time j of x, y (all flows, drifter, time).
  void observe(std::size_t j, std::span<double> x, std::span<double> y) const;

 private:
  /// Of a lane's flow, at t = 0 (j = 0) or at observation time j - 1.
  std::span<const std::complex<double>> psi_hat_at(std::size_t lane, std::size_t j) const;

  /// 2 pi psi_hat into one lane.
  void load(Aligned<Real>& psi, std::size_t lane,
            std::span<const std::complex<double>> psi_hat) const;

  void make_room_for_change();
  void set_streams();
  void put_at_release_point(std::size_t drifter);

  const Kernel<Real>& kernel_;
  const Law& law_;
  FlowBatch batch_;
  Range flows_;
  Range drifters_;
  std::vector<std::size_t> square_indices_;
  KernelBuffers<Real> buffers_;
  Aligned<Real> psi_change_;
  Aligned<Real> psi_now_;
};

}  // namespace lagoon::flow
