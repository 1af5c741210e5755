#include "flow/grid_fields.hpp"

#include <algorithm>
#include <complex>
#include <string>

#include <fftw3.h>

#include "flow/error.hpp"
#include "flow/numerics/fftw_plan.hpp"

namespace lagoon::flow {
namespace {

using Complex = std::complex<double>;

struct FreeFftw {
  void operator()(void* memory) const { fftw_free(memory); }
};

std::size_t wrap(int wavenumber, int n) {
  return static_cast<std::size_t>((wavenumber + n) % n);
}

}  // namespace

struct GridFields::Plan {
  Plan(ModeSet mode_set, int points)
      : modes(std::move(mode_set)),
        n(points),
        half(static_cast<std::size_t>(n / 2 + 1)),
        spectrum(static_cast<Complex*>(fftw_malloc(n_spectrum() * sizeof(Complex)))),
        field(static_cast<double*>(fftw_malloc(n_field() * sizeof(double)))),
        transform(FftwPlan::backward(n, spectrum.get(), field.get())) {}

  std::size_t n_field() const { return static_cast<std::size_t>(n) * static_cast<std::size_t>(n); }
  std::size_t n_spectrum() const { return static_cast<std::size_t>(n) * half; }

  /// Adds a coefficient's share to the half spectrum that FFTW stores, l = 0..n/2.
  void add(int k, int l, Complex share) {
    if (l >= 0) spectrum[wrap(k, n) * half + static_cast<std::size_t>(l)] += share;
  }

  /// The field Re sum_m multiplier(kind, k, l) psi_hat_m exp(i omega_m t) e_m. Its Hermitian
  /// spectrum holds half of each coefficient at (k, l) and half of the conjugate at (-k, -l).
  std::vector<double> transformed(const Flow& flow, double t, FieldKind kind) {
    require(flow.modes == modes,
            "grid fields: the flow has other modes than the grid was made for: "
            "make a GridFields of the flow's modes");
    std::fill_n(spectrum.get(), n_spectrum(), Complex{});
    for (std::size_t m = 0; m < modes.size(); ++m) {
      const int k = modes.k[m];
      const int l = modes.l[m];
      const Complex coefficient =
          0.5 * multiplier(kind, k, l) * flow.psi_hat[m] * std::polar(1.0, flow.omega[m] * t);
      add(k, l, coefficient);
      add(-k, -l, std::conj(coefficient));
    }
    transform.execute();
    return {field.get(), field.get() + n_field()};
  }

  ModeSet modes;
  int n;
  std::size_t half;
  std::unique_ptr<Complex[], FreeFftw> spectrum;  ///< (n, n/2 + 1)
  std::unique_ptr<double[], FreeFftw> field;      ///< (n, n)
  FftwPlan transform;
};

GridFields::GridFields(ModeSet modes, int n) {
  const int largest = max_wavenumber(modes);
  require(n > 2 * largest, "grid of " + std::to_string(n) + " points a side: wavenumber " +
                               std::to_string(largest) + " needs at least " +
                               std::to_string(2 * largest + 1));
  plan_ = std::make_unique<Plan>(std::move(modes), n);
}

GridFields::~GridFields() = default;
GridFields::GridFields(GridFields&&) noexcept = default;
GridFields& GridFields::operator=(GridFields&&) noexcept = default;

int GridFields::n() const {
  return plan_->n;
}

std::vector<double> GridFields::psi(const Flow& flow, double t) {
  return plan_->transformed(flow, t, FieldKind::psi);
}

std::vector<double> GridFields::velocity_x(const Flow& flow, double t) {
  return plan_->transformed(flow, t, FieldKind::velocity_x);
}

std::vector<double> GridFields::velocity_y(const Flow& flow, double t) {
  return plan_->transformed(flow, t, FieldKind::velocity_y);
}

std::vector<double> GridFields::vorticity(const Flow& flow, double t) {
  return plan_->transformed(flow, t, FieldKind::vorticity);
}

}  // namespace lagoon::flow
