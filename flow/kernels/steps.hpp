#pragma once

#include <boost/numeric/odeint/algebra/vector_space_algebra.hpp>
#include <boost/numeric/odeint/stepper/runge_kutta4_classic.hpp>

#include "flow/kernels/normals.hpp"
#include "flow/kernels/separable.hpp"

// One step of each method for a pack of drifters. The state is how far they have moved since the
// step began: single precision, too, then keeps all but 2^-24 of a step, not of a position.
namespace lagoon::flow::LAGOON_ISA {

template <class Real>
struct Shift {
  Pack<Real> x;
  Pack<Real> y;
};

/// factor * shift, so that sums of such products, which Odeint's steppers are made of, are fused.
template <class Real>
struct ScaledShift {
  Pack<Real> factor;
  const Shift<Real>& shift;
};

template <class Real>
[[gnu::always_inline]] inline ScaledShift<Real> operator*(double factor, const Shift<Real>& shift) {
  return {Pack<Real>(factor), shift};
}
template <class Real>
[[gnu::always_inline]] inline Shift<Real> operator+(const Shift<Real>& a,
                                                    const ScaledShift<Real>& b) {
  return {multiply_add(b.factor, b.shift.x, a.x), multiply_add(b.factor, b.shift.y, a.y)};
}
template <class Real>
[[gnu::always_inline]] inline Shift<Real> operator+(const ScaledShift<Real>& a,
                                                    const ScaledShift<Real>& b) {
  return Shift<Real>{a.factor * a.shift.x, a.factor * a.shift.y} + b;
}

/// The right-hand side within one step: t is 0, h/2 or h, to the bit, and chooses the table.
template <class Real, int kN, class Table>
struct Velocity {
  Table tables[3];
  double step;
  int n;
  Shift<Real> mean;
  Shift<Real> origin;  ///< where the step began

  [[gnu::always_inline]] void operator()(const Shift<Real>& shift, Shift<Real>& velocity,
                                         double t) const {
    const Table& table = tables[t == 0 ? 0 : (t == step ? 2 : 1)];
    const int size = 2 * (kN > 0 ? kN : n) + 1;
    const Basis<Real, kN> in_x(origin.x + shift.x, n);
    const Basis<Real, kN> in_y(origin.y + shift.y, n);
    velocity.x = mean.x - slope<Real, kN>(table, n, in_y, 1, in_x, size);
    velocity.y = mean.y + slope<Real, kN>(table, n, in_x, size, in_y, 1);
  }
};

/// Classical RK4, by Odeint.
struct RungeKutta4 {
  static constexpr bool kNeedsHalfStep = true;
  static constexpr bool kTakesNoise = false;

  template <class Real, class Velocity>
  [[gnu::always_inline]] static Shift<Real> shift(const Velocity& velocity, double step,
                                                  const Shift<Real>&) {
    boost::numeric::odeint::runge_kutta4_classic<Shift<Real>, double, Shift<Real>, double,
                                                 boost::numeric::odeint::vector_space_algebra>
        stepper;
    Shift<Real> shift = {Pack<Real>(0.0), Pack<Real>(0.0)};
    stepper.do_step(velocity, shift, 0.0, step);
    return shift;
  }
};

/// The drift's part of dX = f(X, t) dt + s dW by Euler-Maruyama (Kloeden & Platen (10.2.4)).
struct EulerMaruyama {
  static constexpr bool kNeedsHalfStep = false;
  static constexpr bool kTakesNoise = true;

  template <class Real, class Velocity>
  [[gnu::always_inline]] static Shift<Real> shift(const Velocity& velocity, double step,
                                                  const Shift<Real>&) {
    const Shift<Real> none = {Pack<Real>(0.0), Pack<Real>(0.0)};
    Shift<Real> slope;
    velocity(none, slope, 0.0);
    return none + step * slope;
  }
};

/// The same by Heun's scheme: the mean of f here and where Euler-Maruyama leads.
struct Heun {
  static constexpr bool kNeedsHalfStep = false;
  static constexpr bool kTakesNoise = true;

  template <class Real, class Velocity>
  [[gnu::always_inline]] static Shift<Real> shift(const Velocity& velocity, double step,
                                                  const Shift<Real>& noise) {
    const Shift<Real> none = {Pack<Real>(0.0), Pack<Real>(0.0)};
    Shift<Real> first;
    Shift<Real> second;
    velocity(none, first, 0.0);
    velocity(noise + step * first, second, step);
    return (step / 2) * first + (step / 2) * second;
  }
};

}  // namespace lagoon::flow::LAGOON_ISA
