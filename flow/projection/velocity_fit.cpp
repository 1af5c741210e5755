#include "flow/projection/velocity_fit.hpp"

#include <array>
#include <complex>
#include <string>

#include "flow/error.hpp"

namespace lagoon::flow {
namespace {

using Complex = std::complex<double>;

// exp(2 pi i k x) for k = 0..n.
std::vector<Complex> waves(double x, int n) {
  std::vector<Complex> wave(static_cast<std::size_t>(n) + 1);
  for (int k = 0; k <= n; ++k) wave[k] = std::polar(1.0, kTwoPi * k * x);
  return wave;
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

}  // namespace lagoon::flow
