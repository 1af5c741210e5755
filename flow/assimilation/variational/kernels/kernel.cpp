// Compiled once per instruction set with LAGOON_ISA = base, avx2 or avx512 (flow/CMakeLists.txt).
// No std container, no function that another object file shares: see flow/kernels/pack.hpp.
#include "flow/assimilation/variational/kernels/kernel.hpp"

#include "flow/kernels/pack.hpp"

namespace lagoon::flow::variational::LAGOON_ISA {
namespace {

using Numbers = flow::LAGOON_ISA::Pack<double>;
using flow::LAGOON_ISA::load;

constexpr int kLanes = flow::LAGOON_ISA::kLanes<double>;
constexpr int kParts = kPartialSums / kLanes;
static_assert(kParts * kLanes == kPartialSums);

[[gnu::always_inline]] inline double without_whole_turns(double position) {
  const double magic = Turn<double>::magic;
  return position - ((position + magic) - magic);
}

/// What of the waves is summed over the modes.
enum Sum { kVelocityX, kVelocityY, kGradientXX, kGradientXY, kGradientYX, kSums };

/// Of each sum its kPartialSums parts.
struct Sums {
  Numbers parts[kSums][kParts];

  [[gnu::always_inline]] Sums() {
    for (auto& sum : parts) {
      for (Numbers& part : sum) part = Numbers(0.0);
    }
  }

  [[gnu::always_inline]] double total(Sum sum) const {
    double numbers[kPartialSums];
    for (int i = 0; i < kParts; ++i) store(parts[sum][i], numbers + i * kLanes);
    for (int width = kPartialSums / 2; width > 0; width /= 2) {
      for (int i = 0; i < width; ++i) numbers[i] += numbers[i + width];
    }
    return numbers[0];
  }
};

/// Adds the modes m ... m + kLanes to part `part` of the sums.
[[gnu::always_inline]] inline void add_modes(const WaveTable& table, const double (&position)[3],
                                             int m, int part, Sums& sums, double* waves) {
  const Numbers k = load(table.k + m);
  const Numbers l = load(table.l + m);
  const Numbers in_space = multiply_add(Numbers(position[1]), l, Numbers(position[0]) * k);
  const Numbers angle = multiply_add(Numbers(position[2]), load(table.turns + m), in_space);
  Numbers sine;
  Numbers cosine;
  sine_cosine<double>(angle, sine, cosine);
  store(sine, waves + m);
  store(cosine, waves + table.n_modes + m);
  const Numbers p = load(table.p + m);
  const Numbers q = load(table.q + m);
  const Numbers slope = multiply_add(p, sine, q * cosine);
  const Numbers bend = multiply_subtract(p, cosine, q * sine);
  const Numbers bend_k = bend * k;
  const auto add = [&](Sum sum, const Numbers& a, const Numbers& b) {
    sums.parts[sum][part] = multiply_add(a, b, sums.parts[sum][part]);
  };
  add(kVelocityX, slope, l);
  add(kVelocityY, slope, k);
  add(kGradientXX, bend_k, l);
  add(kGradientXY, bend * l, l);
  add(kGradientYX, bend_k, k);
}

void evaluate(const WaveTable& table, double x, double y, double t, FlowAtPoint& at) {
  constexpr double kTwoPi = 6.283185307179586;
  const double position[3] = {without_whole_turns(x), without_whole_turns(y), t};
  Sums sums;
  for (int m = 0; m < table.n_modes; m += kPartialSums) {
#pragma GCC unroll 4
    for (int part = 0; part < kParts; ++part) {
      add_modes(table, position, m + part * kLanes, part, sums, at.waves);
    }
  }
  at.velocity[0] = table.mean_velocity[0] + sums.total(kVelocityX);
  at.velocity[1] = table.mean_velocity[1] - sums.total(kVelocityY);
  at.gradient[0] = kTwoPi * sums.total(kGradientXX);
  at.gradient[1] = kTwoPi * sums.total(kGradientXY);
  at.gradient[2] = -kTwoPi * sums.total(kGradientYX);
}

/// Derivatives of a position by kLanes components of the control, or their rates.
struct Derivatives {
  Numbers x;
  Numbers y;
};

[[gnu::always_inline]] inline Derivatives plus(const Derivatives& a, double factor,
                                               const Derivatives& b) {
  return {multiply_add(Numbers(factor), b.x, a.x), multiply_add(Numbers(factor), b.y, a.y)};
}

/// gradient d + columns, of the components from `column` on.
[[gnu::always_inline]] inline Derivatives rates(const WaveTable& table, const FlowAtPoint& at,
                                                int column, const Derivatives& d) {
  const Numbers wave = load(at.waves + column);
  const Numbers xx = Numbers(at.gradient[0]);
  const Numbers of_x = multiply_add(xx, d.x, load(table.column_x + column) * wave);
  const Numbers of_y = subtract_product(load(table.column_y + column) * wave, xx, d.y);
  return {multiply_add(Numbers(at.gradient[1]), d.y, of_x),
          multiply_add(Numbers(at.gradient[2]), d.x, of_y)};
}

void advance_tangent(const WaveTable& table, const FlowAtPoint* at, double step, const double* from,
                     double* to) {
  const int n = table.n_columns;
  for (int i = 0; i < n; i += kLanes) {
    const Derivatives d = {load(from + i), load(from + n + i)};
    const Derivatives first = {load(from + 2 * n + i), load(from + 3 * n + i)};
    const Derivatives second = rates(table, at[0], i, plus(d, step / 2, first));
    const Derivatives third = rates(table, at[1], i, plus(d, step / 2, second));
    const Derivatives fourth = rates(table, at[2], i, plus(d, step, third));
    const Derivatives outer = plus(plus(d, step / 6, first), step / 6, fourth);
    const Derivatives end = plus(plus(outer, step / 3, second), step / 3, third);
    const Derivatives rate = rates(table, at[3], i, end);
    store(end.x, to + i);
    store(end.y, to + n + i);
    store(rate.x, to + 2 * n + i);
    store(rate.y, to + 3 * n + i);
  }
}

void combine(const double* const* vectors, const double* weights, int n_rows, int n_columns,
             double* rows) {
  for (int i = 0; i < n_columns; i += kLanes) {
    const Numbers a = load(vectors[0] + i);
    const Numbers b = load(vectors[1] + i);
    const Numbers c = load(vectors[2] + i);
    const Numbers d = load(vectors[3] + i);
    for (int row = 0; row < n_rows; ++row) {
      const double* const w = weights + 4 * row;
      const Numbers ab = multiply_add(Numbers(w[1]), b, Numbers(w[0]) * a);
      const Numbers abc = multiply_add(Numbers(w[2]), c, ab);
      store(multiply_add(Numbers(w[3]), d, abc), rows + row * n_columns + i);
    }
  }
}

/// Rows of the matrix that are summed side by side, to fill the registers of every set.
constexpr int kTileRows = 4;

[[gnu::always_inline]] inline void add_tile(const double* rows, int n_rows, int n, int i, int j,
                                            double* matrix) {
  Numbers tile[kTileRows];
#pragma GCC unroll 4
  for (int a = 0; a < kTileRows; ++a) tile[a] = load(matrix + (i + a) * n + j);
  for (int row = 0; row < n_rows; ++row) {
    const double* const at = rows + row * n;
    const Numbers right = load(at + j);
#pragma GCC unroll 4
    for (int a = 0; a < kTileRows; ++a) tile[a] = multiply_add(Numbers(at[i + a]), right, tile[a]);
  }
#pragma GCC unroll 4
  for (int a = 0; a < kTileRows; ++a) store(tile[a], matrix + (i + a) * n + j);
}

void add_products(const double* rows, int n_rows, int n_columns, double* matrix) {
  for (int i = 0; i < n_columns; i += kTileRows) {
    for (int j = 0; j < i + kTileRows; j += kLanes) {
      add_tile(rows, n_rows, n_columns, i, j, matrix);
    }
  }
}

}  // namespace

constinit const Kernel kKernel = {flow::LAGOON_ISA::kSetName, evaluate, advance_tangent, combine,
                                  add_products};

}  // namespace lagoon::flow::variational::LAGOON_ISA
