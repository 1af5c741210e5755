#pragma once

#include <array>
#include <functional>
#include <span>
#include <vector>

namespace lagoon::flow {

/// A position (x, y), or a velocity.
using Point = std::array<double, 2>;

/// Any velocity field: (x, y, t) -> (dx/dt, dy/dt), in the caller's units.
using VelocityFunction = std::function<Point(double x, double y, double t)>;

/// Euler (order 1), midpoint (2) and the classical Runge-Kutta scheme (4) take steps of fixed
/// length; Dormand-Prince (5) chooses its steps by a tolerance, with dense output between them.
enum class AdvectionScheme { euler, midpoint, runge_kutta4, dormand_prince };

/// How advect() takes its steps.
struct AdvectionOptions {
  AdvectionScheme scheme = AdvectionScheme::runge_kutta4;
  double step = 0;  ///< the longest fixed step: each interval is cut into equal ones not above it
  double tolerance = 1e-10;  ///< of Dormand-Prince, absolute and relative to the position; >= 1e-15
};

/// Positions at `times` of a drifter that is at `release` at times[0], by Boost.Odeint. Times run
/// one way, forward or backward. Throws Error for times that turn, a step not above 0, a
/// tolerance below rounding, or a velocity that is not finite.
std::vector<Point> advect(const VelocityFunction& velocity, Point release,
                          std::span<const double> times, const AdvectionOptions& options);

}  // namespace lagoon::flow
