#include "flow/projection/potential_vorticity.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <string>

#include <boost/math/tools/minima.hpp>

#include "flow/error.hpp"

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
