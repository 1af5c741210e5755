#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "flow/modes.hpp"

namespace lagoon::flow {

/// The law of a dataset: everything that is fixed while flows are drawn. The same psi_hat under
/// another law moves a drifter elsewhere, so encoders and libraries belong to one law, and files,
/// checkpoints and libraries of another are refused.
///
/// Coefficients follow psi_hat_m(t) = a_m(t) exp(i omega_m t): a_m is constant where damping_m is
/// 0, else a stationary complex Ornstein-Uhlenbeck process of rate damping_m and variance
/// prior_std_m^2, drawn by its exact transition at the observation times and linear between them.
/// Drifters follow dX = (velocity(X, t) + mean_velocity) dt + sqrt(2 diffusivity) dW.
struct Law {
  ModeSet modes;
  std::vector<double> prior_std;             ///< (mode) E|psi_hat_m|^2 = prior_std_m^2
  std::vector<double> omega;                 ///< (mode) angular frequencies, radians per unit time
  std::vector<double> damping;               ///< (mode) per unit time; 0: a constant amplitude
  std::array<double, 2> mean_velocity = {};  ///< of all flows alike: no mode on the torus holds it
  double diffusivity = 0;                    ///< of the drifters, squared lengths per unit time
  std::vector<double> release_x;             ///< (drifter) position at its release
  std::vector<double> release_y;             ///< (drifter)
  std::vector<double> release_time;          ///< (drifter) in [0, last time); not observed before
  std::vector<double> times;                 ///< (time) observation times, increasing, all > 0
  double observation_noise_std = 0;          ///< per component; 0: positions are observed exactly
  double missing_fraction = 0;               ///< chance of each observation to be lost, in [0, 1)

  std::size_t n_modes() const { return modes.size(); }
  std::size_t n_drifters() const { return release_x.size(); }
  std::size_t n_times() const { return times.size(); }
  /// Of one flow's drifters at all observation times.
  std::size_t n_positions() const { return n_drifters() * n_times(); }
  /// Of one flow at all observation times; 0 where they do not vary.
  std::size_t n_amplitudes() const { return has_varying_amplitudes() ? n_times() * n_modes() : 0; }

  /// Amplitudes vary in time, so that a flow is its psi_hat at 0 and at every observation time.
  bool has_varying_amplitudes() const;

  /// Some positions may be unobserved: they are NaN.
  bool has_gaps() const;
};

/// Calls visit(name, member) for every field in turn, vectors of numbers and numbers: the one list
/// that hashes, comparisons and checkpoints follow.
template <class AnyLaw, class Visitor>
void visit_fields(AnyLaw& law, Visitor&& visit) {
  visit("k", law.modes.k);
  visit("l", law.modes.l);
  visit("prior_std", law.prior_std);
  visit("omega", law.omega);
  visit("damping", law.damping);
  visit("mean_velocity_x", law.mean_velocity[0]);
  visit("mean_velocity_y", law.mean_velocity[1]);
  visit("diffusivity", law.diffusivity);
  visit("release_x", law.release_x);
  visit("release_y", law.release_y);
  visit("release_time", law.release_time);
  visit("times", law.times);
  visit("observation_noise_std", law.observation_noise_std);
  visit("missing_fraction", law.missing_fraction);
}

/// Times nearer to each other than this are one node of the clock: sums in another order, not other
/// times.
double node_width(const Law& law);

/// sqrt(1/2 sum (2 pi |k|)^2 prior_std^2): the rms speed at a point under the law, mean velocity
/// apart.
double rms_speed(const Law& law);

/// sqrt(1/2 sum prior_std^2): the rms streamfunction at a point under the law.
double rms_psi(const Law& law);

/// min over mirror pairs with prior_std > 0 of |omega_k + omega_-k| T: how well k and -k are told
/// apart in the observed time (0: not at all). Infinite when there is no such pair.
double smallest_mirror_separation(const Law& law);

/// 64-bit hash of every field, to the bit.
std::uint64_t hash(const Law& law);

/// The name of the first field in which two laws differ ("omega"), or "" if they are equal.
std::string first_difference(const Law& a, const Law& b);

/// Throws Error unless sizes agree, values are finite, and times increase from above zero by more
/// than rounding.
void require_valid(const Law& law);

}  // namespace lagoon::flow
