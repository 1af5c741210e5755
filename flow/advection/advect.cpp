#include "flow/advection/advect.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>

#include <boost/array.hpp>
#include <boost/fusion/container/generation/make_vector.hpp>
#include <boost/numeric/odeint/integrate/integrate_n_steps.hpp>
#include <boost/numeric/odeint/integrate/integrate_times.hpp>
#include <boost/numeric/odeint/stepper/dense_output_runge_kutta.hpp>
#include <boost/numeric/odeint/stepper/euler.hpp>
#include <boost/numeric/odeint/stepper/explicit_generic_rk.hpp>
#include <boost/numeric/odeint/stepper/generation.hpp>
#include <boost/numeric/odeint/stepper/runge_kutta4_classic.hpp>
#include <boost/numeric/odeint/stepper/runge_kutta_dopri5.hpp>

#include "flow/error.hpp"

namespace lagoon::flow {
namespace {

namespace odeint = boost::numeric::odeint;

std::string at_place(Point at, double t) {
  return "(" + std::to_string(at[0]) + ", " + std::to_string(at[1]) + ") at time " +
         std::to_string(t);
}

/// The right-hand side as Odeint wants it.
class RightHandSide {
 public:
  explicit RightHandSide(const VelocityFunction& velocity) : velocity_(velocity) {}

  void operator()(const Point& at, Point& rate, double t) const {
    rate = velocity_(at[0], at[1], t);
    // Step control would never end on values that are not numbers.
    if (!std::isfinite(rate[0]) || !std::isfinite(rate[1]))
      throw Error("advection: the velocity is not finite at " + at_place(at, t) +
                  ": give a field that is finite there, or a shorter step");
  }

 private:
  const VelocityFunction& velocity_;
};

/// Odeint ships no explicit midpoint scheme; these are its coefficients.
auto midpoint_stepper() {
  using Stepper = odeint::explicit_generic_rk<2, 2, Point>;
  const boost::array<double, 1> stage = {0.5};
  return Stepper(boost::fusion::make_vector(stage), boost::array<double, 2>{0.0, 1.0},
                 boost::array<double, 2>{0.0, 0.5});
}

template <class Stepper>
std::vector<Point> advect_fixed(Stepper stepper, const RightHandSide& rhs, Point at,
                                std::span<const double> times, double step) {
  std::vector<Point> path = {at};
  for (std::size_t i = 1; i < times.size(); ++i) {
    const double interval = times[i] - times[i - 1];
    // Rounding must not make one step too many of an interval that is a multiple of the step.
    const double steps = std::max(1.0, std::ceil(std::abs(interval) / step * (1 - 1e-12)));
    odeint::integrate_n_steps(stepper, rhs, at, times[i - 1], interval / steps,
                              static_cast<std::size_t>(steps));
    path.push_back(at);
  }
  return path;
}

std::vector<Point> advect_adaptive(const RightHandSide& rhs, Point at,
                                   std::span<const double> times, double tolerance) {
  std::vector<Point> path;
  const auto observe = [&](const Point& position, double) { path.push_back(position); };
  const double first_step = (times.back() - times.front()) / 1000;
  odeint::integrate_times(
      odeint::make_dense_output(tolerance, tolerance, odeint::runge_kutta_dopri5<Point>()), rhs, at,
      times.begin(), times.end(), first_step, observe);
  return path;
}

void require_one_way(std::span<const double> times) {
  for (std::size_t i = 1; i < times.size(); ++i) {
    const bool same_way = (times[i] - times[i - 1]) * (times[1] - times[0]) > 0;
    require(same_way && std::isfinite(times[i]),
            "advection: times[" + std::to_string(i) + "] is " + std::to_string(times[i]) +
                " after " + std::to_string(times[i - 1]) + ": let times run one way");
  }
}

}  // namespace

std::vector<Point> advect(const VelocityFunction& velocity, Point release,
                          std::span<const double> times, const AdvectionOptions& options) {
  require_one_way(times);
  if (times.empty()) return {};
  if (times.size() == 1) return {release};
  const RightHandSide rhs(velocity);
  if (options.scheme == AdvectionScheme::dormand_prince) {
    // Below rounding, steps shrink for ever.
    require(options.tolerance >= 1e-15,
            "advection: tolerance is below rounding: give at least 1e-15");
    return advect_adaptive(rhs, release, times, options.tolerance);
  }
  require(options.step > 0,
          "advection: step is " + std::to_string(options.step) + ": give a number above 0");
  switch (options.scheme) {
    case AdvectionScheme::euler:
      return advect_fixed(odeint::euler<Point>(), rhs, release, times, options.step);
    case AdvectionScheme::midpoint:
      return advect_fixed(midpoint_stepper(), rhs, release, times, options.step);
    default:
      return advect_fixed(odeint::runge_kutta4_classic<Point>(), rhs, release, times, options.step);
  }
}

}  // namespace lagoon::flow
