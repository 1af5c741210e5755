#include "flow/projection/potential_vorticity.hpp"

#include <cmath>
#include <complex>
#include <string>

#include "flow/error.hpp"
#include "flow/numerics/minimum.hpp"

namespace lagoon::flow {

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
  psi.for_each([F](int k, int l, std::complex<double>& c) {
    c = k == 0 && l == 0 ? std::complex<double>(0) : -c / (k * k + l * l + F);
  });
  return psi;
}

DeformationFit fit_deformation(const SpectralField& q_prime, const VelocitySamples& observed) {
  const auto fit = [&](double log_F) {
    const SpectralField psi = invert_potential_vorticity(q_prime, std::exp(log_F));
    return fit_velocity(velocity_at(psi, observed.x, observed.y), observed);
  };
  const auto unexplained = [&fit](double log_F) { return 1 - fit(log_F).r_squared; };
  constexpr int kScan = 13;
  const double log_F = minimum_by_scan(unexplained, std::log(0.1), std::log(1000), kScan).at;
  return {std::exp(log_F), fit(log_F)};
}

}  // namespace lagoon::flow
