#pragma once

#include <array>
#include <cmath>
#include <numbers>

#include "flow/advection/advect.hpp"

// Velocity fields in closed form, with their exact paths or invariants where they have any. Lengths
// in metres and times in seconds unless said.
namespace lagoon::tests {

using flow::Point;

inline constexpr double kDay = 86400;

/// Spatially uniform flows that turn with the Coriolis frequency: an inertial oscillation, drifting
/// and decaying (Parcels' eddies; Doos et al. 2013). Without drift and decay the first one.
struct TurningFlow {
  double speed = 0.3;  ///< u0
  double drift = 0;    ///< ug
  double decay = 0;    ///< gamma, of the turning part
  double drift_decay = 0;
  double f = 1e-4;

  Point operator()(double, double, double t) const {
    const double turning = (speed - drift) * std::exp(-decay * t);
    return {drift * std::exp(-drift_decay * t) + turning * std::cos(f * t),
            -turning * std::sin(f * t)};
  }

  Point path(Point start, double t) const {
    const double amplitude = (speed - drift) * f / (f * f + decay * decay),
                 fade = std::exp(-decay * t);
    const double drifted = drift_decay > 0 ? -std::expm1(-drift_decay * t) / drift_decay : t;
    const double g = decay / f, c = std::cos(f * t), s = std::sin(f * t);
    return {start[0] + drift * drifted + amplitude * (g + fade * (s - g * c)),
            start[1] - amplitude * (1 - fade * (c + g * s))};
  }
};

inline TurningFlow stationary_eddy() {
  return {};
}
inline TurningFlow moving_eddy() {
  return {.drift = 0.04};
}
inline TurningFlow decaying_moving_eddy() {
  return {.drift = 0.04, .decay = 1 / (2.89 * kDay), .drift_decay = 1 / (28.9 * kDay)};
}

/// Clockwise about (30, 30), once a day.
struct SolidRotation {
  static constexpr double kRate = 2 * std::numbers::pi / kDay;

  Point operator()(double x, double y, double) const {
    return {kRate * (y - 30), -kRate * (x - 30)};
  }
  Point path(Point start, double t) const {
    const double c = std::cos(kRate * t), s = std::sin(kRate * t);
    const double x = start[0] - 30, y = start[1] - 30;
    return {30 + c * x + s * y, 30 - s * x + c * y};
  }
};

/// A stream of 1 m/s past a half disc of radius R on the southern wall (ICES CRR 295). Parcels'
/// sign: psi falls to the north, so velocity = (-d psi/dy, d psi/dx).
struct Peninsula {
  static constexpr double kSpeed = 1, kCentre = 50e3, kRadius = 16e3;

  double psi(double x, double y) const {
    const double dx = x - kCentre;
    return kSpeed * kRadius * kRadius * y / (dx * dx + y * y) - kSpeed * y;
  }
  Point operator()(double x, double y, double) const {
    const double dx = x - kCentre, r2 = dx * dx + y * y,
                 scale = kSpeed * kRadius * kRadius / (r2 * r2);
    return {kSpeed - scale * (dx * dx - y * y), -2 * scale * dx * y};
  }
};

/// Stommel's western-intensified gyre in a square of 10,000 km.
struct StommelGyre {
  static constexpr double kSide = 1e7, kScale = 0.05, kBeta = 2e-11, kFriction = 1 / (11.6 * kDay);
  static constexpr double kLayer = kFriction / (kBeta * kSide);  ///< width of the western current

  double psi(double x, double y) const {
    const double X = x / kSide, Y = y / kSide;
    return (1 - std::exp(-X / kLayer) - X) * std::numbers::pi * std::sin(std::numbers::pi * Y) *
           kScale;
  }
  /// -d psi/dY and d psi/dX: the square's side is one in the derivatives, as in the source.
  Point operator()(double x, double y, double) const {
    using std::numbers::pi;
    const double X = x / kSide, Y = y / kSide, fade = std::exp(-X / kLayer);
    return {-(1 - fade - X) * pi * pi * std::cos(pi * Y) * kScale,
            (fade / kLayer - 1) * pi * std::sin(pi * Y) * kScale};
  }
};

/// The time-periodic double gyre on [0, 2] x [0, 1] (Shadden, Lekien & Marsden 2005).
struct DoubleGyre {
  double amplitude = 0.1, epsilon = 0.25, omega = 0.628;

  Point operator()(double x, double y, double t) const {
    using std::numbers::pi;
    const double a = epsilon * std::sin(omega * t), b = 1 - 2 * a;
    const double F = a * x * x + b * x, F_x = 2 * a * x + b;
    return {-pi * amplitude * std::sin(pi * F) * std::cos(pi * y),
            pi * amplitude * std::cos(pi * F) * std::sin(pi * y) * F_x};
  }
};

/// The transient rotating double gyre on the unit square (Mosovsky & Meiss 2011). `sign`: +1 for
/// our velocity = (-d psi/dy, d psi/dx), -1 for the opposite convention.
struct RotatingDoubleGyre {
  double sign = 1;

  Point operator()(double x, double y, double t) const {
    using std::numbers::pi;
    const double s = t * t * (3 - 2 * t);
    const double psi_x = (1 - s) * 2 * pi * std::cos(2 * pi * x) * std::sin(pi * y) +
                         s * pi * std::cos(pi * x) * std::sin(2 * pi * y);
    const double psi_y = (1 - s) * pi * std::sin(2 * pi * x) * std::cos(pi * y) +
                         s * 2 * pi * std::sin(pi * x) * std::cos(2 * pi * y);
    return {-sign * psi_y, sign * psi_x};
  }
};

/// The Bickley jet with three Rossby waves (Rypina et al. 2007). Megametres and seconds.
struct BickleyJet {
  static constexpr double kSpeed = 62.66e-6, kWidth = 1.77, kEarth = 6.371;

  Point operator()(double x, double y, double t) const {
    const double c3 = 0.461 * kSpeed, c2 = 0.205 * kSpeed;
    const std::array<double, 3> epsilon = {0.0075, 0.15, 0.3},
                                c = {c3 + (std::sqrt(5.0) - 1) * (c2 - c3), c2, c3};
    const double tanh = std::tanh(y / kWidth), sech2 = 1 - tanh * tanh;
    double wave = 0, wave_x = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      const double k = 2.0 * static_cast<double>(i + 1) / kEarth;
      wave += epsilon[i] * std::cos(k * (x - c[i] * t));
      wave_x -= epsilon[i] * k * std::sin(k * (x - c[i] * t));
    }
    return {kSpeed * sech2 * (1 + 2 * tanh * wave), kSpeed * kWidth * sech2 * wave_x};
  }
};

/// Two vortices of circulation 2 pi that circle each other at (+-1, 0), and the velocity they give.
struct VortexPair {
  static constexpr double kRate = 0.5;  ///< radians per unit of time, counter-clockwise

  Point vortex(double t) const { return {std::cos(kRate * t), std::sin(kRate * t)}; }

  /// Velocity = (-d psi/dy, d psi/dx) of psi = log(distance) summed over both.
  Point operator()(double x, double y, double t) const {
    const Point at = vortex(t);
    Point velocity{};
    for (double side : {1.0, -1.0}) {
      const double dx = x - side * at[0], dy = y - side * at[1], r2 = dx * dx + dy * dy;
      velocity[0] -= dy / r2;
      velocity[1] += dx / r2;
    }
    return velocity;
  }

  /// psi - rate r^2 / 2 about the turning pair: constant along a drifter's path.
  double invariant(Point x, double t) const {
    const Point at = vortex(t);
    double psi = 0;
    for (double side : {1.0, -1.0})
      psi += std::log(std::hypot(x[0] - side * at[0], x[1] - side * at[1]));
    return psi - kRate * (x[0] * x[0] + x[1] * x[1]) / 2;
  }
};

}  // namespace lagoon::tests
