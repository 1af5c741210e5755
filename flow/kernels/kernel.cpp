// Compiled once per instruction set with LAGOON_ISA = base, avx2 or avx512 (flow/CMakeLists.txt).
// No std container, no function that another object file shares: see pack.hpp.
#include "flow/kernels/kernel.hpp"

#include "flow/kernels/steps.hpp"
#include "flow/kernels/table.hpp"

namespace lagoon::flow::LAGOON_ISA {
namespace {

template <class Real>
[[gnu::always_inline]] inline Doubles<Real> load_doubles(const double* from) {
  Doubles<Real> result;
  for (Pack<double>& part : result.parts) {
    part = load(from);
    from += kLanes<double>;
  }
  return result;
}

/// Where a step begins, as the velocity sees it: in single precision without whole turns.
template <class Real>
[[gnu::always_inline]] inline Pack<Real> origin_of(Doubles<Real> position) {
  if constexpr (sizeof(Real) == sizeof(float)) {
    const Pack<double> magic = Pack<double>(Turn<double>::magic);
    for (Pack<double>& part : position.parts) part = part - ((part + magic) - magic);
  }
  return narrow<Real>(position);
}

/// Adds a shift to positions, in double precision.
template <class Real>
[[gnu::always_inline]] inline Doubles<Real> moved(const Doubles<Real>& from,
                                                  const Pack<Real>& shift) {
  Doubles<Real> to = widen(shift);
  for (int i = 0; i < kLanes<Real> / kLanes<double>; ++i) to.parts[i] = from.parts[i] + to.parts[i];
  return to;
}

template <class Real>
[[gnu::always_inline]] inline void store_doubles(const Doubles<Real>& from, double* to) {
  for (const Pack<double>& part : from.parts) {
    store(part, to);
    to += kLanes<double>;
  }
}

/// Brownian increments of both components.
template <class Real>
struct Noise {
  Doubles<Real> x;
  Doubles<Real> y;
};

/// Those of a row of drifters in step i: sums of the step's draws.
template <class Real>
[[gnu::always_inline]] inline Noise<Real> draw_noise(const std::uint64_t* words,
                                                     const KernelClock<Real>& clock, int i) {
  Noise<Real> noise;
  const auto n_draws = static_cast<std::uint32_t>(clock.draws_per_step);
  const std::uint32_t first = clock.first_draw + static_cast<std::uint32_t>(i) * n_draws;
  for (int part = 0; part < kLanes<Real> / kLanes<double>; ++part) {
    Pack<double> x = Pack<double>(0.0);
    Pack<double> y = Pack<double>(0.0);
    for (std::uint32_t draw = first; draw != first + n_draws; ++draw) {
      Pack<double> a;
      Pack<double> b;
      draw_normals(words + part * kLanes<double>, kLanes<Real>, draw, a, b);
      x = x + a;
      y = y + b;
    }
    noise.x.parts[part] = Pack<double>(clock.draw_std) * x;
    noise.y.parts[part] = Pack<double>(clock.draw_std) * y;
  }
  return noise;
}

/// Adds the noise to positions.
template <class Real>
[[gnu::always_inline]] inline void add(const Doubles<Real>& noise, Doubles<Real>& position) {
  for (int i = 0; i < kLanes<Real> / kLanes<double>; ++i) {
    position.parts[i] = position.parts[i] + noise.parts[i];
  }
}

/// Step i of the clock for n_rows packs of drifters, from row `first` on; `tables` are moved to
/// lane `flow`.
template <class Real, class Method, int kN, class Table>
void step_rows(const KernelTask<Real>& task, const KernelClock<Real>& clock, int i, int first,
               int flow) {
  const Shift<Real> mean = {Pack<Real>(task.mean_velocity[0]), Pack<Real>(task.mean_velocity[1])};
  for (int row = first; row < first + task.n_rows; ++row) {
    double* const x = task.x + row * kLanes<Real>;
    double* const y = task.y + row * kLanes<Real>;
    const Doubles<Real> from_x = load_doubles<Real>(x);
    const Doubles<Real> from_y = load_doubles<Real>(y);
    const Velocity<Real, kN, Table> velocity = {
        {{task.tables[0] + flow}, {task.tables[1] + flow}, {task.tables[2] + flow}},
        clock.step,
        task.max_wavenumber,
        mean,
        {origin_of(from_x), origin_of(from_y)}};
    Shift<Real> noise_seen = {Pack<Real>(0.0), Pack<Real>(0.0)};
    Noise<Real> noise;
    const bool is_random = Method::kTakesNoise && task.draw_words != nullptr;
    if (is_random) {
      noise = draw_noise(task.draw_words + row * kDrawWords * kLanes<Real>, clock, i);
      noise_seen = {narrow<Real>(noise.x), narrow<Real>(noise.y)};
    }
    const Shift<Real> shift = Method::template shift<Real>(velocity, clock.step, noise_seen);
    Doubles<Real> to_x = moved(from_x, shift.x);
    Doubles<Real> to_y = moved(from_y, shift.y);
    if (is_random) {
      add(noise.x, to_x);
      add(noise.y, to_y);
    }
    store_doubles<Real>(to_x, x);
    store_doubles<Real>(to_y, y);
  }
}

template <class Real, class Method, int kN>
void step_block(const KernelTask<Real>& task, const KernelClock<Real>& clock, int i) {
  if (task.lanes_are_flows) {
    step_rows<Real, Method, kN, TableOfLanes<Real>>(task, clock, i, 0, 0);
    return;
  }
  for (int flow = 0; flow < task.n_flows; ++flow) {
    step_rows<Real, Method, kN, TableOfOneFlow<Real>>(task, clock, i, flow * task.n_rows, flow);
  }
}

/// Fills the tables that step i reads beside those that the step before left.
template <class Real, class Method, int kN>
void prepare_step(const KernelTask<Real>& task, const KernelClock<Real>& clock, int i) {
  if (Method::kNeedsHalfStep && task.psi_change == nullptr) {
    fill_task_tables<Real, kN, 2>(task, clock, 2 * i + 1, 1);
    return;
  }
  if (Method::kNeedsHalfStep) fill_task_tables<Real, kN, 1>(task, clock, 2 * i + 1, 1);
  fill_task_tables<Real, kN, 1>(task, clock, 2 * i + 2, 2);
}

template <class Real, class Method, int kN>
void advance_block(KernelTask<Real>& task, const KernelClock<Real>& clock) {
  for (int i = 0; i < clock.n_steps; ++i) {
    prepare_step<Real, Method, kN>(task, clock, i);
    step_block<Real, Method, kN>(task, clock, i);
    Real* const last = task.tables[2];
    task.tables[2] = task.tables[0];
    task.tables[0] = last;
  }
}

constexpr int unrolled(int n) {
  return kUnrolls ? n : 0;
}

template <class Real, class Method>
void advance(KernelTask<Real>& task, const KernelClock<Real>& clock) {
  switch (task.max_wavenumber) {
    case 1:
      return advance_block<Real, Method, unrolled(1)>(task, clock);
    case 2:
      return advance_block<Real, Method, unrolled(2)>(task, clock);
    case 3:
      return advance_block<Real, Method, unrolled(3)>(task, clock);
    case 4:
      return advance_block<Real, Method, unrolled(4)>(task, clock);
    default:
      return advance_block<Real, Method, 0>(task, clock);
  }
}

template <class Real>
void start(KernelTask<Real>& task, const KernelClock<Real>& clock) {
  fill_task_tables<Real, 0, 1>(task, clock, 0, 0);
}

/// In double precision: omega t may be many turns.
template <class Real>
void fill_phases(const double* turns, int padded_modes, double t, Real* phases) {
  for (int m = 0; m < padded_modes; m += kLanes<Real>) {
    Doubles<Real> sine;
    Doubles<Real> cosine;
    const Doubles<Real> at = load_doubles<Real>(turns + m);
    for (int i = 0; i < kLanes<Real> / kLanes<double>; ++i) {
      sine_cosine<double>(Pack<double>(t) * at.parts[i], sine.parts[i], cosine.parts[i]);
    }
    store(narrow<Real>(cosine), phases + m);
    store(narrow<Real>(sine), phases + padded_modes + m);
  }
}

template <class Real>
constexpr Kernel<Real> make_kernel() {
  return {kLanes<Real>,
          fill_phases<Real>,
          start<Real>,
          {
#define LAGOON_METHOD(method, name, step, order, takes_noise) advance<Real, step>,
#include "flow/integration/scheme.def"
#undef LAGOON_METHOD
          }};
}

}  // namespace

constinit const KernelSet kKernels = {kSetName, make_kernel<double>(), make_kernel<float>()};

}  // namespace lagoon::flow::LAGOON_ISA
