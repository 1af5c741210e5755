#include "flow/potential_vorticity.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <numbers>
#include <string>

#include <boost/math/tools/minima.hpp>
#include <fftw3.h>

#include "flow/error.hpp"

namespace lagoon::flow {
namespace {

using Complex = std::complex<double>;
constexpr double kTwoPi = 2 * std::numbers::pi;

// Unnormalised forward transform, (n, n / 2 + 1).
std::vector<Complex> forward_transform(std::span<const double> values, int n) {
  std::vector<double> input(values.begin(), values.end());
  std::vector<Complex> output(static_cast<std::size_t>(n) * (n / 2 + 1));
  const std::unique_ptr<fftw_plan_s, decltype(&fftw_destroy_plan)> plan(
      fftw_plan_dft_r2c_2d(n, n, input.data(), reinterpret_cast<fftw_complex*>(output.data()),
                           FFTW_ESTIMATE),
      &fftw_destroy_plan);
  fftw_execute(plan.get());
  return output;
}

// exp(2 pi i k x) for k = 0..n.
std::vector<Complex> waves(double x, int n) {
  std::vector<Complex> wave(static_cast<std::size_t>(n) + 1);
  for (int k = 0; k <= n; ++k) wave[k] = std::polar(1.0, kTwoPi * k * x);
  return wave;
}

// A stored coefficient with l > 0 also stands for its mirror.
double multiplicity(int l) {
  return l == 0 ? 1 : 2;
}

std::array<double, 2> velocity_at_point(const SpectralField& psi, double x, double y) {
  const std::vector<Complex> wave_x = waves(x, psi.max_wavenumber());
  const std::vector<Complex> wave_y = waves(y, psi.max_wavenumber());
  std::array<double, 2> velocity = {0, 0};
  psi.for_each([&](int k, int l, Complex c) {
    const Complex along_x = k < 0 ? std::conj(wave_x[-k]) : wave_x[k];
    const double slope = -kTwoPi * multiplicity(l) * (c * along_x * wave_y[l]).imag();
    velocity[0] -= l * slope;
    velocity[1] += k * slope;
  });
  return velocity;
}

struct Means {
  double x = 0, y = 0;
};

Means mean_velocity(const VelocitySamples& samples) {
  Means mean;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    mean.x += samples.velocity_x[i] / samples.size();
    mean.y += samples.velocity_y[i] / samples.size();
  }
  return mean;
}

// Sum over points of (a - mean_a) . (b - mean_b).
double product(const VelocitySamples& a, Means mean_a, const VelocitySamples& b, Means mean_b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    sum += (a.velocity_x[i] - mean_a.x) * (b.velocity_x[i] - mean_b.x) +
           (a.velocity_y[i] - mean_a.y) * (b.velocity_y[i] - mean_b.y);
  }
  return sum;
}

void require_comparable(const VelocitySamples& model, const VelocitySamples& observed) {
  require(model.size() == observed.size() && model.size() >= 2,
          "a velocity fit needs the same two or more points on both sides, not " +
              std::to_string(model.size()) + " and " + std::to_string(observed.size()));
}

// Scores of observed ~ amplitude * model + mean, the mean already chosen.
VelocityFit scored(const VelocitySamples& model, const VelocitySamples& observed, double amplitude,
                   Means mean) {
  double residual = 0;
  for (std::size_t i = 0; i < model.size(); ++i) {
    const double rx = observed.velocity_x[i] - amplitude * model.velocity_x[i] - mean.x;
    const double ry = observed.velocity_y[i] - amplitude * model.velocity_y[i] - mean.y;
    residual += rx * rx + ry * ry;
  }
  const Means centre = mean_velocity(observed);
  return {amplitude, mean.x, mean.y, 1 - residual / product(observed, centre, observed, centre),
          1 - residual / product(observed, {}, observed, {})};
}

}  // namespace

SpectralField SpectralField::from_grid(std::span<const double> values, int n) {
  require(n >= 4 && n % 2 == 0 && values.size() == static_cast<std::size_t>(n) * n,
          "a gridded field must be n x n values with n even and at least 4, not " +
              std::to_string(values.size()) + " values with n = " + std::to_string(n));
  const std::vector<Complex> transform = forward_transform(values, n);
  SpectralField field;
  field.max_wavenumber_ = n / 2 - 1;
  field.coefficients_.resize(static_cast<std::size_t>(n - 1) * (n / 2));
  const double scale = 1.0 / (static_cast<double>(n) * n);
  field.for_each([&](int k, int l, Complex& c) {
    const std::size_t row = static_cast<std::size_t>(k < 0 ? k + n : k);
    c = scale * transform[row * (n / 2 + 1) + l];
  });
  return field;
}

Complex SpectralField::coefficient(int k, int l) const {
  if (std::abs(k) > max_wavenumber_ || std::abs(l) > max_wavenumber_) return 0;
  return l < 0 ? std::conj(coefficients_[position(-k, -l)]) : coefficients_[position(k, l)];
}

double remove_planetary_part(std::span<double> q, int n) {
  double difference = 0, slope = 0;
  for (int i = 0; i < n; ++i) {
    const double* row = q.data() + static_cast<std::size_t>(i) * n;
    difference += (row[n - 1] - row[0]) / n;
    slope += 0.5 * ((row[1] - row[0]) + (row[n - 1] - row[n - 2])) / n;
  }
  const double jump = difference + slope;
  for (std::size_t at = 0; at < q.size(); ++at) {
    q[at] -= jump * static_cast<double>(at % n) / n;
  }
  return jump;
}

SpectralField invert_potential_vorticity(const SpectralField& q_prime, double F) {
  require(F >= 0, "F = " + std::to_string(F) + ": must not be negative");
  SpectralField psi = q_prime;
  psi.for_each([F](int k, int l, Complex& c) {
    c = k == 0 && l == 0 ? Complex(0) : -c / (k * k + l * l + F);
  });
  return psi;
}

SpectralField truncate(const SpectralField& field, int max_wavenumber) {
  SpectralField kept = field;
  kept.for_each([max_wavenumber](int k, int l, Complex& c) {
    if (std::abs(k) > max_wavenumber || l > max_wavenumber) c = 0;
  });
  return kept;
}

SpectralField scaled(const SpectralField& field, double factor) {
  SpectralField result = field;
  result.for_each([factor](int, int, Complex& c) { c *= factor; });
  return result;
}

double velocity_variance(const SpectralField& psi) {
  double sum = 0;
  psi.for_each([&sum](int k, int l, Complex c) {
    sum += multiplicity(l) * kTwoPi * kTwoPi * (k * k + l * l) * std::norm(c);
  });
  return sum;
}

ModeSet half_plane_modes(int max_wavenumber) {
  ModeSet modes;
  for (int k = 0; k <= max_wavenumber; ++k) {
    for (int l = k == 0 ? 1 : -max_wavenumber; l <= max_wavenumber; ++l) {
      modes.k.push_back(k);
      modes.l.push_back(l);
    }
  }
  return modes;
}

std::vector<Complex> project(const SpectralField& psi, const ModeSet& modes) {
  std::vector<Complex> psi_hat(modes.size());
  for (std::size_t m = 0; m < modes.size(); ++m) {
    const bool alone = !find_mode(modes, -modes.k[m], -modes.l[m]);
    psi_hat[m] = (alone ? 2.0 : 1.0) * psi.coefficient(modes.k[m], modes.l[m]);
  }
  return psi_hat;
}

VelocitySamples velocity_at(const SpectralField& psi, std::span<const double> x,
                            std::span<const double> y) {
  VelocitySamples samples{{x.begin(), x.end()}, {y.begin(), y.end()}, {}, {}};
  for (std::size_t i = 0; i < x.size(); ++i) {
    const std::array<double, 2> velocity = velocity_at_point(psi, x[i], y[i]);
    samples.velocity_x.push_back(velocity[0]);
    samples.velocity_y.push_back(velocity[1]);
  }
  return samples;
}

VelocityFit fit_velocity(const VelocitySamples& model, const VelocitySamples& observed,
                         bool with_mean_flow) {
  require_comparable(model, observed);
  const Means centre_model = with_mean_flow ? mean_velocity(model) : Means{};
  const Means centre_observed = with_mean_flow ? mean_velocity(observed) : Means{};
  const double square = product(model, centre_model, model, centre_model);
  require(square > 0, "the velocity fit's model is at rest: the field must vary in space");
  const double amplitude = product(model, centre_model, observed, centre_observed) / square;
  return with_mean_flow ? fit_mean_flow(model, observed, amplitude)
                        : scored(model, observed, amplitude, {});
}

VelocityFit fit_mean_flow(const VelocitySamples& model, const VelocitySamples& observed,
                          double amplitude) {
  require_comparable(model, observed);
  const Means of_model = mean_velocity(model), of_observed = mean_velocity(observed);
  return scored(model, observed, amplitude,
                {of_observed.x - amplitude * of_model.x, of_observed.y - amplitude * of_model.y});
}

DeformationFit fit_deformation(const SpectralField& q_prime, const VelocitySamples& observed) {
  const auto fit = [&](double log_F) {
    const SpectralField psi = invert_potential_vorticity(q_prime, std::exp(log_F));
    return fit_velocity(velocity_at(psi, observed.x, observed.y), observed);
  };
  const auto unexplained = [&fit](double log_F) { return 1 - fit(log_F).r_squared; };
  constexpr int kScan = 13;
  const double lowest = std::log(0.1), spacing = (std::log(1000) - lowest) / (kScan - 1);
  std::array<double, kScan> scan;
  for (int i = 0; i < kScan; ++i) scan[i] = unexplained(lowest + i * spacing);
  const double best =
      lowest + spacing * static_cast<double>(std::ranges::min_element(scan) - scan.begin());
  constexpr int kBits = 24;  // Brent reaches half the digits of a double at most
  const double log_F =
      boost::math::tools::brent_find_minima(unexplained, best - spacing, best + spacing, kBits)
          .first;
  return {std::exp(log_F), fit(log_F)};
}

}  // namespace lagoon::flow
