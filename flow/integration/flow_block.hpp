#pragma once

#include <complex>
#include <cstddef>
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
  void start(const KernelClock<Real>& clock) { kernel_.start(task_, clock); }
  /// Moves all drifters through the clock's steps.
  void advance(Method method, const KernelClock<Real>& clock);

  /// Puts the drifters that are released at that time at their release points.
  void release(double time);

  /// Where amplitudes vary: from now on, between the observation times j - 1 (or 0) and j.
  void vary_towards(std::size_t j);

  /// Copies the positions to time j of x, y (all flows, drifter, time).
  void observe(std::size_t j, std::span<double> x, std::span<double> y) const;

 private:
  std::size_t offset(std::size_t flow, std::size_t drifter) const {
    return flow * flow_stride_ + drifter * drifter_stride_;
  }

  /// Of a lane's flow, at t = 0 (j = 0) or at observation time j - 1.
  std::span<const std::complex<double>> psi_hat_at(std::size_t lane, std::size_t j) const;

  /// 2 pi psi_hat into one lane.
  void load(Aligned<Real>& psi, std::size_t lane,
            std::span<const std::complex<double>> psi_hat) const;

  void make_room_for_change();
  void load_draw_words();
  void put_at_release_point(std::size_t drifter);

  const Kernel<Real>& kernel_;
  const Law& law_;
  FlowBatch batch_;
  Range flows_;
  Range drifters_;
  std::size_t lanes_;
  std::vector<std::size_t> square_indices_;
  std::size_t flow_stride_ = 0;
  std::size_t drifter_stride_ = 0;
  Aligned<Real> psi_;
  Aligned<Real> psi_change_;
  Aligned<Real> psi_now_;
  Aligned<Real> tables_;
  Aligned<double> x_;
  Aligned<double> y_;
  Aligned<std::uint64_t> draw_words_;
  KernelTask<Real> task_;
};

}  // namespace lagoon::flow
