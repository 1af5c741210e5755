#include "flow/scores/field_norms.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <complex>
#include <functional>
#include <set>

namespace lagoon::flow {
namespace {

using Entries = std::vector<Eigen::Triplet<double>>;
/// The factor of mode m of the law; 0 leaves it out.
using Factor = std::function<double(std::size_t m)>;

int shell_of(const ModeSet& modes, std::size_t m) {
  return static_cast<int>(std::lround(std::sqrt(k_squared(modes, m))));
}

/// 1/T times the integral of exp(i frequency t) over [0, T].
std::complex<double> mean_wave(double frequency, double end) {
  const double half = frequency * end / 2;
  const double sinc = half == 0 ? 1 : std::sin(half) / half;
  return std::polar(sinc, half);
}

void add_symmetric(Entries& entries, Eigen::Index row, Eigen::Index column, double value) {
  entries.emplace_back(row, column, value);
  entries.emplace_back(column, row, value);
}

/// factor Re(a b z) of a = scale (x_i + i x_i+1) and b likewise, as a symmetric form of x.
void add_mirrors(Entries& entries, Eigen::Index a, Eigen::Index b, std::complex<double> z,
                 double factor) {
  add_symmetric(entries, a, b, factor / 2 * z.real());
  add_symmetric(entries, a + 1, b + 1, -factor / 2 * z.real());
  add_symmetric(entries, a, b + 1, -factor / 2 * z.imag());
  add_symmetric(entries, a + 1, b, -factor / 2 * z.imag());
}

/// Place of mode (-k, -l) among the space's, if it comes after the i-th.
std::size_t later_mirror(const Law& law, const ControlSpace& space, std::size_t i) {
  const std::size_t m = space.modes()[i];
  const auto mirror = find_mode(law.modes, -law.modes.k[m], -law.modes.l[m]);
  if (!mirror) return space.modes().size();
  const auto from = space.modes().begin() + static_cast<std::ptrdiff_t>(i) + 1;
  return static_cast<std::size_t>(std::find(from, space.modes().end(), *mirror) -
                                  space.modes().begin());
}

/// The gram of sum over waves of factor |c_k|^2 / 2, and of mean_velocity |mean velocity|^2.
Gram make_gram(const Law& law, const ControlSpace& space, const Factor& factor,
               double mean_velocity) {
  Entries entries;
  for (std::size_t i = 0; i < space.modes().size(); ++i) {
    const std::size_t m = space.modes()[i];
    const double of_wave = factor(m);
    const auto at = 2 * static_cast<Eigen::Index>(i);
    const double square = of_wave / 2 * space.scale(i) * space.scale(i);
    entries.emplace_back(at, at, square);
    entries.emplace_back(at + 1, at + 1, square);
    const std::size_t mirror = later_mirror(law, space, i);
    if (mirror == space.modes().size()) continue;
    const double sum = law.omega[m] + law.omega[space.modes()[mirror]];
    add_mirrors(entries, at, 2 * static_cast<Eigen::Index>(mirror),
                mean_wave(sum, law.times.back()), of_wave * space.scale(i) * space.scale(mirror));
  }
  for (Eigen::Index at = space.n_coefficients(); at < space.size(); ++at) {
    entries.emplace_back(at, at, mean_velocity * std::pow(space.mean_velocity_std(), 2));
  }
  Gram gram(space.size(), space.size());
  gram.setFromTriplets(entries.begin(), entries.end());
  gram.prune(0.0);
  return gram;
}

double psi_factor(std::size_t) {
  return 1;
}

Factor velocity_factor(const Law& law) {
  return [&law](std::size_t m) { return wave_squared(law.modes, m); };
}

ShellGrams by_shell(const Law& law, const ControlSpace& space, const Factor& factor,
                    bool with_mean_velocity) {
  std::set<int> shells;
  for (const std::size_t m : space.modes()) shells.insert(shell_of(law.modes, m));
  if (with_mean_velocity) shells.insert(0);
  ShellGrams result;
  for (const int shell : shells) {
    const Factor of_shell = [&](std::size_t m) {
      return shell_of(law.modes, m) == shell ? factor(m) : 0;
    };
    result.shells.push_back(shell);
    result.grams.push_back(
        make_gram(law, space, of_shell, with_mean_velocity && shell == 0 ? 1 : 0));
  }
  return result;
}

}  // namespace

Gram psi_gram(const Law& law, const ControlSpace& space) {
  return make_gram(law, space, psi_factor, 0);
}

Gram velocity_gram(const Law& law, const ControlSpace& space) {
  return make_gram(law, space, velocity_factor(law), 1);
}

ShellGrams psi_shell_grams(const Law& law, const ControlSpace& space) {
  return by_shell(law, space, psi_factor, false);
}

ShellGrams velocity_shell_grams(const Law& law, const ControlSpace& space) {
  return by_shell(law, space, velocity_factor(law), space.has_mean_velocity());
}

double squared_norm(const Gram& gram, const Eigen::VectorXd& control) {
  assert(gram.cols() == control.size());
  return control.dot(gram * control);
}

double relative_error(const Gram& gram, const Eigen::VectorXd& estimate,
                      const Eigen::VectorXd& truth) {
  const double error = std::max(squared_norm(gram, estimate - truth), 0.0);
  return std::sqrt(error / squared_norm(gram, truth));
}

}  // namespace lagoon::flow
