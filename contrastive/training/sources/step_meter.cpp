#include "contrastive/training/sources/step_meter.hpp"

#include <algorithm>

#include "flow/numerics/sample_moments.hpp"

namespace lagoon::contrastive {
namespace {

constexpr std::int64_t kWarmUp = 5;  // steps that find caches and memory cold
constexpr std::int64_t kBetweenRests = 16;
constexpr std::size_t kKept = 64;  // steps a median is of

void keep(std::vector<double>& values, double value) {
  if (values.size() == kKept) values.erase(values.begin());
  values.push_back(value);
}

}  // namespace

void StepMeter::end_step() {
  if (!has_begun_) return;
  has_begun_ = false;
  if (++n_steps_ <= kWarmUp) return;
  const double seconds = std::chrono::duration<double>(Clock::now() - began_).count();
  keep(alone_ ? alone_seconds_ : beside_seconds_, seconds);
}

void StepMeter::begin_step(bool alone) {
  began_ = Clock::now();
  has_begun_ = true;
  alone_ = alone;
}

void StepMeter::add_wait(double seconds) {
  if (n_steps_ > kWarmUp) waited_ += seconds;
}

bool StepMeter::wants_rest() const {
  return n_steps_ > kWarmUp && n_steps_ % kBetweenRests == 0 && alone_seconds_.size() < kKept;
}

SourceCost StepMeter::cost() const {
  if (beside_seconds_.empty()) return {};
  constexpr std::size_t kEnough = 8;  // steps alone, for a median to be believed
  // Validation and checkpoints fall between some steps: medians do not see them.
  const double beside = flow::sample_median(beside_seconds_);
  SourceCost cost;
  cost.steps = n_steps_ - kWarmUp;
  cost.waiting = waited_ / (static_cast<double>(cost.steps) * beside);
  if (alone_seconds_.size() >= kEnough) {
    cost.slower_steps = std::max(0.0, beside / flow::sample_median(alone_seconds_) - 1);
  }
  return cost;
}

}  // namespace lagoon::contrastive
