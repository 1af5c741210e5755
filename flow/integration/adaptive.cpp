#include <algorithm>
#include <cassert>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include <boost/numeric/odeint/integrate/integrate_times.hpp>
#include <boost/numeric/odeint/stepper/dense_output_runge_kutta.hpp>
#include <boost/numeric/odeint/stepper/generation.hpp>
#include <boost/numeric/odeint/stepper/runge_kutta_dopri5.hpp>

#include "flow/error.hpp"
#include "flow/integration/requirements.hpp"
#include "flow/integration/time_line.hpp"
#include "flow/integration/trajectories.hpp"
#include "flow/streamfunction.hpp"

namespace lagoon::flow {
namespace {

namespace odeint = boost::numeric::odeint;

/// x and y of every drifter in turn. One state a flow: a step chosen for several flows together
/// would make a trajectory depend on its neighbours.
using Positions = std::vector<double>;

/// psi_hat of a flow at a time, without its oscillation: amplitudes are linear in between.
class Amplitudes {
 public:
  Amplitudes(const Law& law, const FlowBatch& flow)
      : law_(law), flow_(flow), now_(flow.psi_hat.begin(), flow.psi_hat.end()) {}

  std::span<const std::complex<double>> at(const Interval& interval, double t) const {
    if (!law_.has_varying_amplitudes()) return now_;
    const double progress = progress_at(law_, interval, t);
    const std::size_t j = interval.observation;
    const auto before = j == 0 ? flow_.psi_hat : at_observation(j - 1);
    const auto after = at_observation(j);
    for (std::size_t m = 0; m < now_.size(); ++m) {
      now_[m] = before[m] + progress * (after[m] - before[m]);
    }
    return now_;
  }

 private:
  std::span<const std::complex<double>> at_observation(std::size_t j) const {
    return flow_.amplitudes.subspan(j * law_.n_modes(), law_.n_modes());
  }

  const Law& law_;
  FlowBatch flow_;
  mutable std::vector<std::complex<double>> now_;
};

/// The right-hand side by the slow, obvious sum: this path checks the fast one.
struct VelocityOfAll {
  const Law& law;
  const Amplitudes& amplitudes;
  const Interval& interval;

  void operator()(const Positions& at, Positions& velocity, double t) const {
    const Flow flow = {law.modes, amplitudes.at(interval, t), law.omega};
    for (std::size_t i = 0; i < at.size(); i += 2) {
      const auto [vx, vy] = velocity_at(flow, at[i], at[i + 1], t);
      // Step control would never end on values that are not numbers.
      require(std::isfinite(vx) && std::isfinite(vy),
              "flow: a velocity is not finite: give finite, smaller coefficients");
      velocity[i] = vx + law.mean_velocity[0];
      velocity[i + 1] = vy + law.mean_velocity[1];
    }
  }
};

/// Those that are not on their way at that time.
void put_at_release_points(const Law& law, double time, Positions& positions) {
  for (std::size_t drifter = 0; drifter < law.n_drifters(); ++drifter) {
    if (is_released_before(law, drifter, time)) continue;
    positions[2 * drifter] = law.release_x[drifter];
    positions[2 * drifter + 1] = law.release_y[drifter];
  }
}

bool anyone_is_released_at(const Law& law, double time) {
  for (std::size_t drifter = 0; drifter < law.n_drifters(); ++drifter) {
    if (is_released_at(law, drifter, time)) return true;
  }
  return false;
}

/// Neighbouring intervals through which the right-hand side is smooth and nobody is released.
std::vector<std::vector<Interval>> smooth_runs(const Law& law) {
  std::vector<std::vector<Interval>> runs;
  for (const Interval& interval : intervals_of(law)) {
    const bool is_break =
        law.has_varying_amplitudes() || anyone_is_released_at(law, interval.begin);
    if (runs.empty() || is_break) runs.emplace_back();
    runs.back().push_back(interval);
  }
  return runs;
}

void observe(const Law& law, const Positions& positions, std::size_t j, std::span<double> x,
             std::span<double> y) {
  for (std::size_t drifter = 0; drifter < law.n_drifters(); ++drifter) {
    const bool is_released = is_released_before(law, drifter, law.times[j]);
    x[drifter * law.n_times() + j] = is_released ? positions[2 * drifter] : law.release_x[drifter];
    y[drifter * law.n_times() + j] =
        is_released ? positions[2 * drifter + 1] : law.release_y[drifter];
  }
}

/// From the beginning of a run to its end, where `positions` are left.
void integrate_run(const Law& law, const Amplitudes& amplitudes, std::span<const Interval> run,
                   double tolerance, Positions& positions, std::span<double> x,
                   std::span<double> y) {
  const VelocityOfAll velocity = {law, amplitudes, run.front()};
  std::vector<double> times = {run.front().begin};  // Odeint observes the start too
  for (const Interval& interval : run) times.push_back(interval.end);
  std::size_t observed = 0;
  const auto observe_run = [&](const Positions& at, double) {
    if (observed++ == 0) return;
    const Interval& interval = run[observed - 2];
    if (interval.ends_observed) observe(law, at, interval.observation, x, y);
  };
  const double first_step = (times.back() - times.front()) / 100;
  // Odeint copies what it is given: the observer counts, so it goes by reference.
  odeint::integrate_times(
      odeint::make_dense_output(tolerance, tolerance, odeint::runge_kutta_dopri5<Positions>()),
      std::cref(velocity), positions, times.begin(), times.end(), first_step,
      std::ref(observe_run));
}

/// Faster flows would take the slow sum hours.
void require_slow_enough(const Law& law) {
  constexpr double kMostRadians = 1e5;
  double fastest = 0;
  for (const double omega : law.omega) fastest = std::max(fastest, std::abs(omega));
  const double radians = fastest * law.times.back();
  require(radians <= kMostRadians,
          "law: omega turns by " + std::to_string(radians) +
              " radians up to the last time, too many for Dormand-Prince: give slower modes");
}

}  // namespace

void integrate_adaptive(const Law& law, const FlowBatch& flow, double tolerance,
                        std::span<double> x, std::span<double> y) {
  assert(flow.psi_hat.size() == law.n_modes());
  assert(x.size() == law.n_positions() && y.size() == x.size());
  require(tolerance > 0, "tolerance is " + std::to_string(tolerance) + ": give a number above 0");
  require_valid(law);
  require(law.diffusivity == 0,
          "law: diffusivity is " + std::to_string(law.diffusivity) +
              ": Dormand-Prince knows no Brownian motion: give a law without it");
  require_valid(law, flow);
  require_slow_enough(law);
  const Amplitudes amplitudes(law, flow);
  Positions positions(2 * law.n_drifters());
  for (const std::vector<Interval>& run : smooth_runs(law)) {
    put_at_release_points(law, run.front().begin, positions);
    integrate_run(law, amplitudes, run, tolerance, positions, x, y);
  }
}

void integrate_adaptive(const Law& law, std::span<const std::complex<double>> psi_hat,
                        double tolerance, std::span<double> x, std::span<double> y) {
  integrate_adaptive(law, FlowBatch{psi_hat, {}, {}}, tolerance, x, y);
}

}  // namespace lagoon::flow
