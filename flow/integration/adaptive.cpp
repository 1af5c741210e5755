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
#include "flow/integration/trajectories.hpp"
#include "flow/streamfunction.hpp"

namespace lagoon::flow {
namespace {

/// x and y of every drifter in turn. One state a flow: a step chosen for several flows together
/// would make a trajectory depend on its neighbours.
using Positions = std::vector<double>;

/// The right-hand side by the slow, obvious sum: this path checks the fast one.
struct VelocityOfAll {
  Flow flow;

  void operator()(const Positions& at, Positions& velocity, double t) const {
    for (std::size_t i = 0; i < at.size(); i += 2) {
      const auto [vx, vy] = velocity_at(flow, at[i], at[i + 1], t);
      // Step control would never end on values that are not numbers.
      require(std::isfinite(vx) && std::isfinite(vy),
              "flow: a velocity is not finite: give finite, smaller coefficients");
      velocity[i] = vx;
      velocity[i + 1] = vy;
    }
  }
};

Positions release_positions(const Law& law) {
  Positions positions;
  for (std::size_t drifter = 0; drifter < law.n_drifters(); ++drifter) {
    positions.push_back(law.release_x[drifter]);
    positions.push_back(law.release_y[drifter]);
  }
  return positions;
}

}  // namespace

void integrate_adaptive(const Law& law, std::span<const std::complex<double>> psi_hat,
                        double tolerance, std::span<double> x, std::span<double> y) {
  namespace odeint = boost::numeric::odeint;
  assert(psi_hat.size() == law.n_modes());
  assert(x.size() == law.n_drifters() * law.n_times() && y.size() == x.size());
  require(tolerance > 0, "tolerance is " + std::to_string(tolerance) + ": give a number above 0");
  require_valid(law);

  const VelocityOfAll velocity = {{law.modes, psi_hat, law.omega}};
  std::vector<double> times = {0.0};  // Odeint observes the start too
  times.insert(times.end(), law.times.begin(), law.times.end());
  std::size_t observed = 0;
  const auto observe = [&](const Positions& positions, double) {
    if (observed++ == 0) return;
    for (std::size_t drifter = 0; drifter < law.n_drifters(); ++drifter) {
      x[drifter * law.n_times() + observed - 2] = positions[2 * drifter];
      y[drifter * law.n_times() + observed - 2] = positions[2 * drifter + 1];
    }
  };
  Positions positions = release_positions(law);
  const double first_step = law.times.back() / 100;
  // Odeint copies what it is given: the observer counts, so it goes by reference.
  odeint::integrate_times(
      odeint::make_dense_output(tolerance, tolerance, odeint::runge_kutta_dopri5<Positions>()),
      std::cref(velocity), positions, times.begin(), times.end(), first_step, std::ref(observe));
}

void integrate_adaptive(const Law& law, const FlowBatch& flow, double tolerance,
                        std::span<double> x, std::span<double> y) {
  integrate_adaptive(law, flow.psi_hat, tolerance, x, y);
}

}  // namespace lagoon::flow
