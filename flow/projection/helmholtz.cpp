#include "flow/projection/helmholtz.hpp"

#include <algorithm>
#include <complex>
#include <numbers>
#include <string>

#include "flow/error.hpp"
#include "flow/numerics/sample_moments.hpp"

namespace lagoon::flow {
namespace {

using Complex = std::complex<double>;

// What lies across an odd axis: mirrored with the other sign, 0 on the edges where it jumps.
enum class Parity { even, odd };

double mirrored_at(std::span<const double> values, int n, int i, int j, Parity in_x, Parity in_y,
                   double centre) {
  const auto sign = [n](int index, Parity parity) {
    if (parity == Parity::even) return 1.0;
    return index % n == 0 ? 0.0 : index < n ? 1.0 : -1.0;
  };
  const auto folded = [n](int index) { return std::min(index, 2 * n - index); };
  const double value = values[static_cast<std::size_t>(folded(i)) * (n + 1) + folded(j)];
  return sign(i, in_x) * sign(j, in_y) * (value - centre);
}

std::vector<double> mirrored(std::span<const double> values, int n, Parity in_x, Parity in_y,
                             double centre) {
  std::vector<double> result;
  for (int i = 0; i < 2 * n; ++i) {
    for (int j = 0; j < 2 * n; ++j) {
      result.push_back(mirrored_at(values, n, i, j, in_x, in_y, centre));
    }
  }
  return result;
}

// Sum of squares over the inner points of the box, of a field on the mirrored torus.
double inner_squares(std::span<const double> torus, int n) {
  double sum = 0;
  for (int i = 1; i < n; ++i) {
    for (int j = 1; j < n; ++j) {
      const double value = torus[static_cast<std::size_t>(i) * 2 * n + j];
      sum += value * value;
    }
  }
  return sum;
}

double unexplained_inside(const SpectralField& psi, std::span<const double> x,
                          std::span<const double> y, int n) {
  std::vector<double> rest_x = grid_values(derivative_y(psi), 2 * n);
  std::vector<double> rest_y = grid_values(derivative_x(psi), 2 * n);
  for (std::size_t p = 0; p < rest_x.size(); ++p) {
    rest_x[p] += x[p];
    rest_y[p] -= y[p];
  }
  const double all = inner_squares(x, n) + inner_squares(y, n);
  return all == 0 ? 0 : (inner_squares(rest_x, n) + inner_squares(rest_y, n)) / all;
}

}  // namespace

PeriodicRotation rotational_part(std::span<const double> velocity_x,
                                 std::span<const double> velocity_y, int n) {
  const SpectralField along_x = SpectralField::from_grid(velocity_x, n);
  const SpectralField along_y = SpectralField::from_grid(velocity_y, n);
  PeriodicRotation result{along_x, sample_mean(velocity_x), sample_mean(velocity_y), 0};
  result.psi.for_each([&](int k, int l, Complex& c) {
    const int square = k * k + l * l;
    const Complex across = double(l) * c - double(k) * along_y.coefficient(k, l);
    c = square == 0 ? Complex(0) : Complex(0, 1) * across / (2 * std::numbers::pi * square);
  });
  const double all = sample_moments(velocity_x).variance() + sample_moments(velocity_y).variance();
  result.unexplained = all == 0 ? 0 : 1 - velocity_variance(result.psi) / all;
  return result;
}

BoxRotation rotational_part_of_box(std::span<const double> velocity_x,
                                   std::span<const double> velocity_y, int n) {
  const auto n_points = static_cast<std::size_t>(n + 1) * (n + 1);
  require(velocity_x.size() == n_points && velocity_y.size() == n_points,
          "velocities of a box must be at " + std::to_string(n_points) + " points");
  BoxRotation result;
  result.mean_x = sample_mean(velocity_x);
  result.mean_y = sample_mean(velocity_y);
  const auto x = mirrored(velocity_x, n, Parity::even, Parity::odd, result.mean_x);
  const auto y = mirrored(velocity_y, n, Parity::odd, Parity::even, result.mean_y);
  const SpectralField psi = rotational_part(x, y, 2 * n).psi;
  result.unexplained = unexplained_inside(psi, x, y, n);
  const std::vector<double> torus = grid_values(psi, 2 * n);
  for (int i = 0; i <= n; ++i) {
    for (int j = 0; j <= n; ++j) {
      const double plane = (result.mean_y * i - result.mean_x * j) / n;
      // The torus is two sides long, the box one.
      result.psi.push_back(2 * torus[static_cast<std::size_t>(i) * 2 * n + j] + plane);
    }
  }
  return result;
}

}  // namespace lagoon::flow
