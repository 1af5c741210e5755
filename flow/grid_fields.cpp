#include "flow/grid_fields.hpp"

#include <algorithm>
#include <complex>
#include <mutex>
#include <string>

#include <fftw3.h>

#include "flow/error.hpp"

namespace lagoon::flow {
namespace {

using Complex = std::complex<double>;

/// FFTW plans and frees under one lock; only fftw_execute may run in several threads at once.
std::mutex& planner_mutex() {
  static std::mutex mutex;
  return mutex;
}

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
        field(static_cast<double*>(fftw_malloc(n_field() * sizeof(double)))) {
    const std::lock_guard lock(planner_mutex());
    // An estimated plan, unlike a measured one, is the same in every run: so are the bits.
    transform = fftw_plan_dft_c2r_2d(n, n, reinterpret_cast<fftw_complex*>(spectrum.get()),
                                     field.get(), FFTW_ESTIMATE);
  }

  ~Plan() {
    const std::lock_guard lock(planner_mutex());
    fftw_destroy_plan(transform);
  }

  std::size_t n_field() const { return static_cast<std::size_t>(n) * static_cast<std::size_t>(n); }
  std::size_t n_spectrum() const { return static_cast<std::size_t>(n) * half; }

  /// Adds a coefficient's share to the half spectrum that FFTW stores, l = 0..n/2.
  void add(int k, int l, Complex share) {
    if (l >= 0) spectrum[wrap(k, n) * half + static_cast<std::size_t>(l)] += share;
  }

  /// The field Re sum_m multiplier(k, l) psi_hat_m exp(i omega_m t) e_m. Its Hermitian spectrum
  /// holds half of each coefficient at (k, l) and half of the conjugate at (-k, -l).
  template <class Multiplier>
  std::vector<double> transformed(const Flow& flow, double t, Multiplier multiplier) {
    require(flow.modes == modes,
            "grid fields: the flow has other modes than the grid was made for: "
            "make a GridFields of the flow's modes");
    std::fill_n(spectrum.get(), n_spectrum(), Complex{});
    for (std::size_t m = 0; m < modes.size(); ++m) {
      const int k = modes.k[m];
      const int l = modes.l[m];
      const Complex coefficient =
          0.5 * multiplier(k, l) * flow.psi_hat[m] * std::polar(1.0, flow.omega[m] * t);
      add(k, l, coefficient);
      add(-k, -l, std::conj(coefficient));
    }
    fftw_execute(transform);
    return {field.get(), field.get() + n_field()};
  }

  ModeSet modes;
  int n;
  std::size_t half;
  std::unique_ptr<Complex[], FreeFftw> spectrum;  ///< (n, n/2 + 1)
  std::unique_ptr<double[], FreeFftw> field;      ///< (n, n)
  fftw_plan transform;
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
  return plan_->transformed(flow, t, [](int, int) { return Complex(1, 0); });
}

std::vector<double> GridFields::velocity_x(const Flow& flow, double t) {
  return plan_->transformed(flow, t, [](int, int l) { return Complex(0, -kTwoPi * l); });
}

std::vector<double> GridFields::velocity_y(const Flow& flow, double t) {
  return plan_->transformed(flow, t, [](int k, int) { return Complex(0, kTwoPi * k); });
}

std::vector<double> GridFields::vorticity(const Flow& flow, double t) {
  return plan_->transformed(
      flow, t, [](int k, int l) { return Complex(-kTwoPi * kTwoPi * (k * k + l * l), 0); });
}

}  // namespace lagoon::flow
