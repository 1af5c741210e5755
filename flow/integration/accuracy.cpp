#include "flow/integration/accuracy.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <sstream>
#include <vector>

#include "flow/error.hpp"
#include "flow/integration/trajectories.hpp"
#include "flow/prior.hpp"

namespace lagoon::flow {
namespace {

constexpr int kMostSteps = 1 << 17;          ///< up to the last time, in the search for a step
constexpr double kFinestTolerance = 1e-12;   ///< below it rounding, not the step, makes the error
constexpr std::size_t kFlowsInMemory = 128;  ///< whose trajectories are compared at once

/// The probe: flows of the prior whose errors stand for those of a dataset.
class Probe {
 public:
  Probe(const Law& law, int n_flows, int threads)
      : law_(law), n_flows_(static_cast<std::size_t>(n_flows)), threads_(threads) {
    psi_hat_.resize(n_flows_ * law.n_modes());
    for (std::size_t i = 0; i < n_flows_; ++i) {
      draw_psi_hat(law, {0, Purpose::step_probe, i},
                   std::span(psi_hat_).subspan(i * law.n_modes(), law.n_modes()));
    }
  }

  StepChoice measure(int steps_per_interval) const {
    std::vector<double> errors(n_flows_);
    for (std::size_t first = 0; first < n_flows_; first += kFlowsInMemory) {
      const std::size_t size = std::min(kFlowsInMemory, n_flows_ - first);
      compare_with_half(steps_per_interval, first, std::span(errors).subspan(first, size));
    }
    std::ranges::sort(errors);
    const auto rank = static_cast<std::size_t>(std::ceil(0.999 * static_cast<double>(n_flows_)));
    return {steps_per_interval, longest_interval() / steps_per_interval, errors.back(),
            errors[rank - 1], static_cast<int>(n_flows_)};
  }

 private:
  struct Trajectories {
    std::vector<double> x, y;
  };

  Trajectories integrate(int steps_per_interval, std::size_t first, std::size_t n_flows) const {
    const std::size_t size = n_flows * law_.n_drifters() * law_.n_times();
    Trajectories result = {std::vector<double>(size), std::vector<double>(size)};
    const auto psi_hat =
        std::span(psi_hat_).subspan(first * law_.n_modes(), n_flows * law_.n_modes());
    integrate_fixed(law_, psi_hat, steps_per_interval, threads_, result.x, result.y);
    return result;
  }

  /// errors (flow): the largest difference between the step and its half, from flow `first` on.
  void compare_with_half(int steps_per_interval, std::size_t first,
                         std::span<double> errors) const {
    const Trajectories whole = integrate(steps_per_interval, first, errors.size());
    const Trajectories half = integrate(2 * steps_per_interval, first, errors.size());
    for (std::size_t i = 0; i < whole.x.size(); ++i) {
      double& error = errors[i / (law_.n_drifters() * law_.n_times())];
      error = std::max({error, std::abs(whole.x[i] - half.x[i]), std::abs(whole.y[i] - half.y[i])});
    }
  }

  double longest_interval() const {
    double longest = law_.times.front();
    for (std::size_t j = 1; j < law_.n_times(); ++j) {
      longest = std::max(longest, law_.times[j] - law_.times[j - 1]);
    }
    return longest;
  }

  const Law& law_;
  std::size_t n_flows_;
  int threads_;
  std::vector<std::complex<double>> psi_hat_;
};

void require_valid_probe(int n_probe) {
  require(n_probe >= 1,
          "n_probe (--step-probe) is " + std::to_string(n_probe) + ": give at least one flow");
}

void require_valid_tolerance(double tolerance) {
  if (tolerance >= kFinestTolerance) return;
  std::ostringstream message;
  message << "tolerance (--tolerance) is " << tolerance << ": rounding leaves no less than "
          << kFinestTolerance << ": give at least that";
  throw Error(message.str());
}

[[noreturn]] void refuse(double tolerance, const StepChoice& finest) {
  std::ostringstream message;
  message << "tolerance (--tolerance) is " << tolerance << ": " << finest.steps_per_interval
          << " steps an interval still leave an error of " << finest.max_error
          << " and the search ends there: give a larger tolerance, or a slower or shorter flow";
  throw Error(message.str());
}

/// The search for the cheapest step whose error over the probe is below the target.
class Search {
 public:
  Search(const Law& law, double tolerance, int threads, int n_probe)
      : probe_(law, n_probe, threads),
        tolerance_(tolerance),
        target_(tolerance / kProbeSafety),
        limit_(std::max(1, kMostSteps / static_cast<int>(law.n_times()))) {}

  StepChoice cheapest() {
    StepChoice best = probe_.measure(1);
    while (!passes(best)) best = probe_.measure(finer_than(best));
    while (best.steps_per_interval > failed_ + 1) {
      const int most = best.steps_per_interval - 1;
      const StepChoice coarser = probe_.measure(std::clamp(extrapolate(best), failed_ + 1, most));
      if (passes(coarser)) {
        best = coarser;
      } else {
        failed_ = coarser.steps_per_interval;
      }
    }
    return best;
  }

 private:
  bool passes(const StepChoice& choice) const { return choice.max_error < target_; }

  /// The step count at which the fourth-order law, from a measurement, meets the target.
  int extrapolate(const StepChoice& measured) const {
    const double factor = std::pow(measured.max_error / target_, 0.25);
    return static_cast<int>(
        std::min<double>(std::ceil(measured.steps_per_interval * factor), limit_));
  }

  int finer_than(const StepChoice& choice) {
    failed_ = choice.steps_per_interval;
    if (failed_ >= limit_) refuse(tolerance_, choice);
    return std::max(failed_ + 1, extrapolate(choice));
  }

  Probe probe_;
  double tolerance_;
  double target_;
  int limit_;       ///< most steps an interval
  int failed_ = 0;  ///< most steps an interval known to miss the target
};

}  // namespace

StepChoice measure_step(const Law& law, int steps_per_interval, int n_probe, int threads) {
  require_valid_probe(n_probe);
  return Probe(law, n_probe, threads).measure(steps_per_interval);
}

StepChoice choose_step(const Law& law, double tolerance, int threads, int n_probe) {
  require_valid_probe(n_probe);
  require_valid_tolerance(tolerance);
  return Search(law, tolerance, threads, n_probe).cheapest();
}

StepChoice measure_step(const Law& law, Scheme scheme, int n_probe, int threads) {
  return measure_step(law, scheme.steps_per_interval, n_probe, threads);
}

StepChoice choose_step(const Law& law, Scheme, double tolerance, int threads, int n_probe) {
  return choose_step(law, tolerance, threads, n_probe);
}

}  // namespace lagoon::flow
