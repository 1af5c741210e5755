#include "flow/streamfunction.hpp"

#include <cmath>

namespace lagoon::flow {
namespace {

/// Term m of the sum before its real part is taken.
std::complex<double> term(const Flow& flow, std::size_t m, double x, double y, double t) {
  const double angle = flow.omega[m] * t + kTwoPi * (flow.modes.k[m] * x + flow.modes.l[m] * y);
  return flow.psi_hat[m] * std::complex<double>(std::cos(angle), std::sin(angle));
}

}  // namespace

double psi_at(const Flow& flow, double x, double y, double t) {
  double psi = 0;
  for (std::size_t m = 0; m < flow.modes.size(); ++m) psi += term(flow, m, x, y, t).real();
  return psi;
}

std::array<double, 2> velocity_at(const Flow& flow, double x, double y, double t) {
  double psi_x = 0;
  double psi_y = 0;
  for (std::size_t m = 0; m < flow.modes.size(); ++m) {
    const double slope = -kTwoPi * term(flow, m, x, y, t).imag();  // of Re(term) along its phase
    psi_x += flow.modes.k[m] * slope;
    psi_y += flow.modes.l[m] * slope;
  }
  return {-psi_y, psi_x};
}

std::array<double, 4> velocity_gradient_at(const Flow& flow, double x, double y, double t) {
  std::array<double, 4> gradient{};
  for (std::size_t m = 0; m < flow.modes.size(); ++m) {
    const double k = kTwoPi * flow.modes.k[m];
    const double l = kTwoPi * flow.modes.l[m];
    const double value = term(flow, m, x, y, t).real();
    gradient[0] += l * k * value;
    gradient[1] += l * l * value;
    gradient[2] -= k * k * value;
    gradient[3] -= k * l * value;
  }
  return gradient;
}

double vorticity_at(const Flow& flow, double x, double y, double t) {
  double vorticity = 0;
  for (std::size_t m = 0; m < flow.modes.size(); ++m) {
    vorticity -= kTwoPi * kTwoPi * k_squared(flow.modes, m) * term(flow, m, x, y, t).real();
  }
  return vorticity;
}

std::complex<double> multiplier(FieldKind kind, int k, int l) {
  switch (kind) {
    case FieldKind::psi:
      return 1;
    case FieldKind::velocity_x:
      return {0, -kTwoPi * l};
    case FieldKind::velocity_y:
      return {0, kTwoPi * k};
    case FieldKind::vorticity:
      return -kTwoPi * kTwoPi * (k * k + l * l);
  }
  return 0;
}

}  // namespace lagoon::flow
