// Compiled once per instruction set with LAGOON_ISA = base, avx2 or avx512 (flow/CMakeLists.txt).
// No std container, no function that another object file shares: see pack.hpp.
#include "flow/integration/kernel.hpp"

#include <boost/numeric/odeint/algebra/vector_space_algebra.hpp>
#include <boost/numeric/odeint/stepper/runge_kutta4_classic.hpp>

#include "flow/integration/separable.hpp"

namespace lagoon::flow::LAGOON_ISA {
namespace {

/// Positions of kLanes drifters: the state of Odeint's stepper.
struct Point {
  Pack x;
  Pack y;
};

[[gnu::always_inline]] inline Point operator+(const Point& a, const Point& b) {
  return {a.x + b.x, a.y + b.y};
}
[[gnu::always_inline]] inline Point operator*(double a, const Point& b) {
  return {a * b.x, a * b.y};
}

/// The right-hand side within one step: t is 0, h/2 or h, to the bit, and chooses the table.
template <int kN, class Table>
struct Velocity {
  Table tables[3];
  double step;
  int n;

  [[gnu::always_inline]] void operator()(const Point& at, Point& velocity, double t) const {
    const Table& table = tables[t == 0 ? 0 : (t == step ? 2 : 1)];
    const int size = 2 * (kN > 0 ? kN : n) + 1;
    const Basis<kN> in_x(at.x, n);
    const Basis<kN> in_y(at.y, n);
    velocity.x = -slope<kN>(table, n, in_y, 1, in_x, size);
    velocity.y = slope<kN>(table, n, in_x, size, in_y, 1);
  }
};

/// One step of n_rows packs of drifters; `tables` are moved to lane `flow`.
template <int kN, class Table>
void step_rows(const KernelTask& task, double step, int flow, double* x, double* y) {
  using Stepper =
      boost::numeric::odeint::runge_kutta4_classic<Point, double, Point, double,
                                                   boost::numeric::odeint::vector_space_algebra>;
  const Velocity<kN, Table> velocity = {
      {{task.tables[0] + flow}, {task.tables[1] + flow}, {task.tables[2] + flow}},
      step,
      task.max_wavenumber};
  for (int row = 0; row < task.n_rows; ++row, x += kLanes, y += kLanes) {
    Stepper stepper;
    Point point = {load(x), load(y)};
    stepper.do_step(velocity, point, 0.0, step);
    store(point.x, x);
    store(point.y, y);
  }
}

template <int kN>
void step_block(const KernelTask& task, double step) {
  if (task.lanes_are_flows) {
    step_rows<kN, TableOfLanes>(task, step, 0, task.x, task.y);
    return;
  }
  for (int flow = 0; flow < task.n_flows; ++flow) {
    const int first = flow * task.n_rows * kLanes;
    step_rows<kN, TableOfOneFlow>(task, step, flow, task.x + first, task.y + first);
  }
}

/// The coefficients of half step i of the clock.
Coefficients coefficients_at(const KernelTask& task, const KernelClock& clock, int i) {
  return {task.psi, clock.phases + static_cast<long>(2 * i) * clock.padded_modes,
          clock.padded_modes, task.max_wavenumber};
}

template <int kN>
void advance_block(KernelTask& task, const KernelClock& clock) {
  for (int i = 0; i < clock.n_steps; ++i) {
    fill_table<kN>(coefficients_at(task, clock, 2 * i + 1), task.tables[1]);
    fill_table<kN>(coefficients_at(task, clock, 2 * i + 2), task.tables[2]);
    step_block<kN>(task, clock.step);
    double* const last = task.tables[2];
    task.tables[2] = task.tables[0];
    task.tables[0] = last;
  }
}

constexpr int unrolled(int n) {
  return kUnrolls ? n : 0;
}

void advance(KernelTask& task, const KernelClock& clock) {
  switch (task.max_wavenumber) {
    case 1:
      return advance_block<unrolled(1)>(task, clock);
    case 2:
      return advance_block<unrolled(2)>(task, clock);
    case 3:
      return advance_block<unrolled(3)>(task, clock);
    case 4:
      return advance_block<unrolled(4)>(task, clock);
    default:
      return advance_block<0>(task, clock);
  }
}

void start(const KernelTask& task, const KernelClock& clock) {
  fill_table<0>(coefficients_at(task, clock, 0), task.tables[0]);
}

void fill_phases(const double* turns, int padded_modes, double t, double* phases) {
  for (int m = 0; m < padded_modes; m += kLanes) {
    Pack sine;
    Pack cosine;
    sine_cosine(t * load(turns + m), sine, cosine);
    store(cosine, phases + m);
    store(sine, phases + padded_modes + m);
  }
}

}  // namespace

#define LAGOON_TEXT(name) #name
#define LAGOON_NAME(name) LAGOON_TEXT(name)

constinit const Kernel kKernel = {LAGOON_NAME(LAGOON_ISA), kLanes, fill_phases, start, advance};

}  // namespace lagoon::flow::LAGOON_ISA
