#include "flow/integration/accuracy.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <sstream>
#include <vector>

#include "flow/error.hpp"
#include "flow/integration/parallel.hpp"
#include "flow/integration/time_line.hpp"
#include "flow/integration/trajectories.hpp"
#include "flow/kernels/instruction_sets.hpp"
#include "flow/prior.hpp"

namespace lagoon::flow {
namespace {

constexpr int kMostSteps = 1 << 17;         ///< up to the last time, in the search for a step
constexpr double kFinestTolerance = 1e-12;  ///< below it rounding, not the step, makes the error
constexpr std::size_t kBytesAtOnce = std::size_t{1} << 26;  ///< of the flows compared at once

/// Samples of the probe's amplitudes and Brownian motions: beside those of its coefficients.
constexpr std::uint64_t kAmplitudeSamples = std::uint64_t{1} << 32;
constexpr std::uint64_t kDiffusionSamples = std::uint64_t{1} << 33;

/// Some flows of the probe.
struct Flows {
  std::vector<std::complex<double>> psi_hat;
  std::vector<std::complex<double>> amplitudes;
  std::vector<DrawKey> diffusion;
};

Flows draw_flows(const Law& law, std::size_t first, std::size_t n, int threads) {
  const std::size_t n_modes = law.n_modes();
  const std::size_t n_amplitudes = law.n_amplitudes();
  Flows flows = {std::vector<std::complex<double>>(n * n_modes),
                 std::vector<std::complex<double>>(n * n_amplitudes), std::vector<DrawKey>(n)};
  parallel_for(n, threads, [&](std::size_t i) {
    const std::uint64_t sample = first + i;
    const auto psi_hat = std::span(flows.psi_hat).subspan(i * n_modes, n_modes);
    draw_psi_hat(law, {0, Purpose::step_probe, sample}, psi_hat);
    flows.diffusion[i] = {0, Purpose::step_probe, kDiffusionSamples + sample};
    if (n_amplitudes == 0) return;
    draw_amplitudes(law, {0, Purpose::step_probe, kAmplitudeSamples + sample}, psi_hat,
                    std::span(flows.amplitudes).subspan(i * n_amplitudes, n_amplitudes));
  });
  return flows;
}

/// As many as keep within kBytesAtOnce, each followed twice, but 1 to 128.
std::size_t flows_at_once(const Law& law) {
  const std::size_t bytes = (4 * law.n_positions() + 2 * law.n_amplitudes()) * sizeof(double);
  return std::clamp<std::size_t>(kBytesAtOnce / bytes, 1, 128);
}

/// Positions (flow, drifter, time).
struct Trajectories {
  std::vector<double> x, y;
};

/// The probe: flows of the prior whose errors stand for those of a dataset.
class Probe {
 public:
  Probe(const Law& law, int n_flows, int threads)
      : law_(law), n_flows_(static_cast<std::size_t>(n_flows)), threads_(threads) {}

  StepChoice measure(const Scheme& scheme) const {
    std::vector<double> errors(n_flows_);
    const std::size_t at_once = flows_at_once(law_);
    for (std::size_t first = 0; first < n_flows_; first += at_once) {
      const std::size_t size = std::min(at_once, n_flows_ - first);
      compare_with_half(scheme, first, std::span(errors).subspan(first, size));
    }
    std::ranges::sort(errors);
    const auto rank = static_cast<std::size_t>(std::ceil(0.999 * static_cast<double>(n_flows_)));
    return {scheme.steps_per_interval, longest_interval() / scheme.steps_per_interval,
            errors.back(), errors[rank - 1], static_cast<int>(n_flows_)};
  }

  double longest_interval() const { return longest_of(intervals_of(law_)); }

 private:
  Trajectories integrate(const Scheme& scheme, const Refinement& refinement,
                         const Flows& flows) const {
    const std::size_t size = flows.diffusion.size() * law_.n_positions();
    Trajectories result = {std::vector<double>(size), std::vector<double>(size)};
    integrate_fixed(chosen_kernels(), law_, scheme, refinement,
                    {flows.psi_hat, flows.amplitudes, flows.diffusion}, threads_, result.x,
                    result.y);
    return result;
  }

  /// errors (flow): the largest difference between the step and its half, from flow `first` on.
  void compare_with_half(const Scheme& scheme, std::size_t first, std::span<double> errors) const {
    const Flows flows = draw_flows(law_, first, errors.size(), threads_);
    Scheme precise = scheme;
    precise.precision = Precision::float64;
    const Trajectories whole = integrate(scheme, {.pieces = 1, .draws = 2}, flows);
    const Trajectories half = integrate(precise, {.pieces = 2, .draws = 1}, flows);
    for (std::size_t i = 0; i < whole.x.size(); ++i) {
      double& error = errors[i / law_.n_positions()];
      error = std::max({error, std::abs(whole.x[i] - half.x[i]), std::abs(whole.y[i] - half.y[i])});
    }
  }

  const Law& law_;
  std::size_t n_flows_;
  int threads_;
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

[[noreturn]] void refuse_single_precision(double tolerance, const StepChoice& rounded) {
  std::ostringstream message;
  message << "tolerance (--tolerance) is " << tolerance << ": single precision meets "
          << kProbeSafety * rounded.max_error
          << " with these flows: give that, or compute in float64";
  throw Error(message.str());
}

/// By which power of the step errors fall: with additive noise the first.
int order_of(const Law& law, Method method) {
  return law.diffusivity > 0 ? 1 : order_of(method);
}

[[noreturn]] void refuse_mean_velocity(double fastest, int most_steps) {
  std::ostringstream message;
  message << "mean_velocity (--mean-velocity) is " << fastest << ": even " << most_steps
          << " steps an interval pass over whole waves of the flow: give a slower one";
  throw Error(message.str());
}

/// The search for the cheapest step whose error over the probe is below the target.
class Search {
 public:
  Search(const Law& law, const Scheme& scheme, double tolerance, int threads, int n_probe)
      : probe_(law, n_probe, threads),
        scheme_(scheme),
        tolerance_(tolerance),
        target_(tolerance / kProbeSafety),
        power_(1.0 / order_of(law, scheme.method)),
        is_random_(law.diffusivity > 0),
        limit_(std::max(
            1, static_cast<int>(kMostSteps * (probe_.longest_interval() / law.times.back())))),
        failed_(coarsest(law) - 1) {}

  StepChoice cheapest() {
    StepChoice best = measure(failed_ + 1, scheme_.precision);
    while (!passes(best)) best = measure(finer_than(best), scheme_.precision);
    // Of random errors, the next coarser step's says little.
    while (!is_random_ && best.steps_per_interval > failed_ + 1) {
      const int most = best.steps_per_interval - 1;
      const StepChoice coarser =
          measure(std::clamp(extrapolate(best), failed_ + 1, most), scheme_.precision);
      if (passes(coarser)) {
        best = coarser;
      } else {
        failed_ = coarser.steps_per_interval;
      }
    }
    return best;
  }

 private:
  /// Steps that carry drifters by the mean velocity over at most a quarter of the shortest wave:
  /// coarser ones, and their halves, may meet the same phase again and again, and look exact.
  int coarsest(const Law& law) const {
    const double fastest = std::max(std::abs(law.mean_velocity[0]), std::abs(law.mean_velocity[1]));
    const double steps = 4 * fastest * max_wavenumber(law.modes) * probe_.longest_interval();
    if (steps > limit_) refuse_mean_velocity(fastest, limit_);
    return std::max(1, static_cast<int>(std::ceil(steps)));
  }

  StepChoice measure(int steps_per_interval, Precision precision) const {
    return probe_.measure({scheme_.method, precision, steps_per_interval});
  }

  bool passes(const StepChoice& choice) const { return choice.max_error < target_; }

  /// The step count at which the law of the method's order, from a measurement, meets the target.
  int extrapolate(const StepChoice& measured) const {
    const double factor = std::pow(measured.max_error / target_, power_);
    return static_cast<int>(
        std::min<double>(std::ceil(measured.steps_per_interval * factor), limit_));
  }

  int finer_than(const StepChoice& choice) {
    failed_ = choice.steps_per_interval;
    if (scheme_.precision == Precision::float32 && passes(measure(failed_, Precision::float64)))
      refuse_single_precision(tolerance_, choice);
    if (failed_ >= limit_) refuse(tolerance_, choice);
    return std::max(failed_ + 1, extrapolate(choice));
  }

  Probe probe_;
  Scheme scheme_;
  double tolerance_;
  double target_;
  double power_;  ///< one over the order
  bool is_random_;
  int limit_;   ///< most steps in the longest interval
  int failed_;  ///< most steps known to miss the target, or too few to tell
};

}  // namespace

StepChoice measure_step(const Law& law, Scheme scheme, int n_probe, int threads) {
  require_valid_probe(n_probe);
  return Probe(law, n_probe, threads).measure(scheme);
}

StepChoice choose_step(const Law& law, Scheme scheme, double tolerance, int threads, int n_probe) {
  require_valid_probe(n_probe);
  require_valid_tolerance(tolerance);
  return Search(law, scheme, tolerance, threads, n_probe).cheapest();
}

StepChoice measure_step(const Law& law, int steps_per_interval, int n_probe, int threads) {
  return measure_step(law, Scheme{.steps_per_interval = steps_per_interval}, n_probe, threads);
}

StepChoice choose_step(const Law& law, double tolerance, int threads, int n_probe) {
  return choose_step(law, Scheme{}, tolerance, threads, n_probe);
}

}  // namespace lagoon::flow
