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

constexpr double kMostSteps = 1 << 22;  ///< to the last time, in the search for a step

struct Trajectories {
  std::vector<double> x, y;
};

/// The probe: flows of the prior whose errors stand for those of a dataset.
class Probe {
 public:
  Probe(const Law& law, int n_flows, int threads)
      : law_(law), n_flows_(static_cast<std::size_t>(n_flows)), threads_(threads) {
    psi_hat_.resize(n_flows_ * law.n_modes());
    for (std::size_t i = 0; i < n_flows_; ++i) {
      draw_psi_hat(law, 0, Purpose::step_probe, i,
                   std::span(psi_hat_).subspan(i * law.n_modes(), law.n_modes()));
    }
  }

  StepChoice measure(int steps_per_interval) const {
    const Trajectories whole = integrate(steps_per_interval);
    const Trajectories half = integrate(2 * steps_per_interval);
    std::vector<double> errors = errors_of_flows(whole, half);
    std::ranges::sort(errors);
    const auto rank = static_cast<std::size_t>(std::ceil(0.999 * static_cast<double>(n_flows_)));
    return {steps_per_interval, longest_interval() / steps_per_interval, errors.back(),
            errors[rank - 1], static_cast<int>(n_flows_)};
  }

 private:
  Trajectories integrate(int steps_per_interval) const {
    const std::size_t size = n_flows_ * law_.n_drifters() * law_.n_times();
    Trajectories result = {std::vector<double>(size), std::vector<double>(size)};
    integrate_fixed(law_, psi_hat_, steps_per_interval, threads_, result.x, result.y);
    return result;
  }

  std::vector<double> errors_of_flows(const Trajectories& a, const Trajectories& b) const {
    std::vector<double> errors(n_flows_);
    const std::size_t positions_per_flow = a.x.size() / n_flows_;
    for (std::size_t i = 0; i < a.x.size(); ++i) {
      double& error = errors[i / positions_per_flow];
      error = std::max({error, std::abs(a.x[i] - b.x[i]), std::abs(a.y[i] - b.y[i])});
    }
    return errors;
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
  require(n_probe >= 1, "n_probe is " + std::to_string(n_probe) + ": give at least one flow");
}

[[noreturn]] void refuse(double tolerance, const StepChoice& best) {
  std::ostringstream message;
  message << "tolerance is " << tolerance << ": " << best.steps_per_interval
          << " steps an interval still leave an error of " << best.max_error << ", which has to be "
          << kProbeSafety
          << " times smaller than the tolerance: give a larger tolerance or a slower flow";
  throw Error(message.str());
}

/// The step count at which the fourth-order law, from a measurement, meets the target.
int extrapolate(const StepChoice& measured, double target, int limit) {
  const double factor = std::pow(measured.max_error / target, 0.25);
  const double steps = std::ceil(measured.steps_per_interval * factor);
  return steps < limit ? static_cast<int>(steps) : limit;
}

/// The first passing step that the fourth-order law leads to; `failed` becomes the largest step
/// count known to fail.
StepChoice find_passing(const Probe& probe, double tolerance, int limit, int& failed) {
  const double target = tolerance / kProbeSafety;
  StepChoice choice = probe.measure(1);
  while (!(choice.max_error < target)) {
    failed = choice.steps_per_interval;
    const double failed_error = choice.max_error;
    if (failed >= limit) refuse(tolerance, choice);
    choice = probe.measure(
        std::clamp(extrapolate(choice, target, limit), failed + 1, std::min(16 * failed, limit)));
    // Rounding has taken over when twice the steps no longer help.
    if (choice.steps_per_interval >= 2 * failed && choice.max_error > failed_error &&
        failed_error < 1e-9) {
      refuse(tolerance, choice);
    }
  }
  return choice;
}

}  // namespace

StepChoice measure_step(const Law& law, int steps_per_interval, int n_probe, int threads) {
  require_valid_probe(n_probe);
  return Probe(law, n_probe, threads).measure(steps_per_interval);
}

StepChoice choose_step(const Law& law, double tolerance, int threads, int n_probe) {
  require_valid_probe(n_probe);
  require(tolerance > 0, "tolerance is " + std::to_string(tolerance) + ": give a number above 0");
  const Probe probe(law, n_probe, threads);
  const double target = tolerance / kProbeSafety;
  const int limit = std::max(1, static_cast<int>(kMostSteps / static_cast<double>(law.n_times())));
  int failed = 0;
  StepChoice best = find_passing(probe, tolerance, limit, failed);
  while (best.steps_per_interval > failed + 1) {
    const int guess =
        std::clamp(extrapolate(best, target, limit), failed + 1, best.steps_per_interval - 1);
    const StepChoice choice = probe.measure(guess);
    if (choice.max_error < target) {
      best = choice;
    } else {
      failed = guess;
    }
  }
  return best;
}

}  // namespace lagoon::flow
