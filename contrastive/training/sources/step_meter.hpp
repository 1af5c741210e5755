#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "contrastive/training/sources/source_cost.hpp"

namespace lagoon::contrastive {

/// Measures, in a run itself, what background work costs the steps: how long a step's pairs are
/// waited for, and how much faster steps are while that work rests. On a device that is fed without
/// waiting for it only the waiting says something.
class StepMeter {
 public:
  /// A step has ended: that which began at the last begin_step().
  void end_step();

  /// Runs the work of a step's pairs; its time is waiting.
  template <class Work>
  auto wait(Work&& work) {
    const auto start = Clock::now();
    auto result = work();
    add_wait(std::chrono::duration<double>(Clock::now() - start).count());
    return result;
  }

  /// A step begins; `alone`: nothing works beside it.
  void begin_step(bool alone);

  /// A queue that is full should now rest for some steps.
  bool wants_rest() const;

  SourceCost cost() const;

 private:
  using Clock = std::chrono::steady_clock;
  void add_wait(double seconds);

  Clock::time_point began_;
  bool has_begun_ = false, alone_ = false;
  std::int64_t n_steps_ = 0;
  double waited_ = 0;
  std::vector<double> alone_seconds_, beside_seconds_;  // of the latest steps
};

}  // namespace lagoon::contrastive
