#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <boost/align/aligned_allocator.hpp>

#include "flow/integration/time_line.hpp"
#include "flow/kernels/kernel.hpp"

namespace lagoon::flow {

/// Numbers that start at a cache line, as the packs of every instruction set like them.
template <class Number>
using Aligned = std::vector<Number, boost::alignment::aligned_allocator<Number, 64>>;

/// Positions of the modes in a kernel's full square of modes.
std::vector<std::size_t> square_indices(const ModeSet& modes);

/// omega / (2 pi) of every mode in its place in that square, with 0 up to whole packs of lanes.
Aligned<double> padded_turns(const Law& law, int lanes);

/// The equal steps of an interval, each with its draws of Brownian motion.
struct Steps {
  int n = 0;
  int draws_per_step = 1;
  std::uint64_t first_draw = 0;
};

/// Steps first .. first + n of an interval.
struct Piece {
  Interval interval;
  Steps steps;
  int first = 0;
  int n = 0;

  bool begins_interval() const { return first == 0; }
  bool ends_interval() const { return first + n == steps.n; }
  bool begins_at_zero() const { return first == 0 && interval.begin == 0; }
};

/// The clock that the flows of a block share: cos and sin of omega t of every mode at every half
/// step of some pieces.
template <class Real>
class Clock {
 public:
  /// Kernel and law must outlive it.
  Clock(const Kernel<Real>& kernel, const Law& law);

  /// One clock a piece, for pieces of at most kStepsAtOnce steps together; valid until the next
  /// call. The phases at the beginning of a piece are there only at t = 0: later, the tables are.
  std::span<const KernelClock<Real>> run(std::span<const Piece> pieces);

  static constexpr int kStepsAtOnce = 16;

 private:
  /// Into the buffers from half step `at` on.
  KernelClock<Real> clock_of(const Piece& piece, std::size_t at);

  const Kernel<Real>& kernel_;
  const Law& law_;
  Aligned<double> turns_;  ///< padded_turns()
  Aligned<Real> phases_;   ///< (half step, cos | sin, padded mode)
  std::vector<double> progress_;
  std::vector<KernelClock<Real>> clocks_;
};

}  // namespace lagoon::flow
