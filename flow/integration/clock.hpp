#pragma once

#include <cstdint>
#include <vector>

#include <boost/align/aligned_allocator.hpp>

#include "flow/integration/time_line.hpp"
#include "flow/kernels/kernel.hpp"

namespace lagoon::flow {

/// Numbers that start at a cache line, as the packs of every instruction set like them.
template <class Number>
using Aligned = std::vector<Number, boost::alignment::aligned_allocator<Number, 64>>;

/// Position of mode m of `modes` in a kernel's full square of modes.
std::size_t square_index(const ModeSet& modes, std::size_t m);

/// The equal steps of an interval, each with its draws of Brownian motion.
struct Steps {
  int n = 0;
  int draws_per_step = 1;
  std::uint64_t first_draw = 0;
};

/// The clock that the flows of a block share: cos and sin of omega t of every mode at every half
/// step of a run of steps.
template <class Real>
class Clock {
 public:
  Clock(const Kernel<Real>& kernel, const Law& law);

  /// Steps first .. first + n, at most kStepsPerRun, of those of an interval.
  const KernelClock<Real>& run(const Interval& interval, const Steps& steps, int first, int n);

  static constexpr int kStepsPerRun = 16;

 private:
  const Kernel<Real>& kernel_;
  const Law& law_;
  Aligned<double> turns_;  ///< omega / (2 pi), padded to whole packs
  Aligned<Real> phases_;   ///< (half step, cos | sin, padded mode)
  std::vector<double> progress_;
  KernelClock<Real> clock_;
};

}  // namespace lagoon::flow
