#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "flow/modes.hpp"

namespace lagoon::flow {

/// The law of a dataset: everything that is fixed while flows are drawn. The same psi_hat under
/// another law moves a drifter elsewhere, so encoders and libraries belong to one law, and files,
/// checkpoints and libraries of another are refused.
struct Law {
  ModeSet modes;
  std::vector<double> prior_std;     ///< (mode) E|psi_hat_m|^2 = prior_std_m^2
  std::vector<double> omega;         ///< (mode) angular frequencies, radians per unit time
  std::vector<double> release_x;     ///< (drifter) position at t = 0
  std::vector<double> release_y;     ///< (drifter)
  std::vector<double> times;         ///< (time) observation times, increasing, all > 0
  double observation_noise_std = 0;  ///< per component; 0: positions are observed exactly

  std::size_t n_modes() const { return modes.size(); }
  std::size_t n_drifters() const { return release_x.size(); }
  std::size_t n_times() const { return times.size(); }
};

/// How a law is drawn; the defaults are the `quick` preset's.
struct LawOptions {
  std::uint64_t law_seed = 0;
  std::string mode_set = "square";  ///< square | disk
  int max_wavenumber = 3;
  bool drop_mean_mode = false;
  std::string prior =
      "power";  ///< power: c |k|^-exponent | matern: c (4 pi^2 |k|^2 + tau^2)^-alpha
  double prior_exponent = 2;
  double matern_tau = 6;
  double matern_alpha = 1;
  double mean_mode_std = 0;  ///< of the mode k = l = 0, which moves nothing
  double rms_speed = 5.5;    ///< fixes c: rms_speed^2 = 1/2 sum (2 pi |k|)^2 prior_std^2
  double omega_std = 31.415926535897932;  ///< omega ~ N(0, omega_std^2); 0: a steady flow
  double final_time = 0.1;
  int n_times = 100;
  std::string release = "point";                      ///< point | list | grid | uniform
  std::vector<double> release_points = {0.75, 0.75};  ///< x1, y1, x2, y2, ... for point and list
  int n_drifters = 1;                                 ///< for grid (a square number) and uniform
  double noise_percent =
      0;  ///< sigma per component, in percent of the prior's mean net displacement
};

/// Draws a law. Throws Error naming the option for values that cannot be.
Law make_law(const LawOptions& options);

/// prior_std of the options' prior, scaled to rms_speed; the mean mode gets mean_mode_std.
std::vector<double> make_prior_std(const ModeSet& modes, const LawOptions& options);

/// sqrt(1/2 sum (2 pi |k|)^2 prior_std^2): the rms speed at a point under the law.
double rms_speed(const Law& law);

/// min over mirror pairs with prior_std > 0 of |omega_k + omega_-k| T: how well k and -k are told
/// apart in the observed time (0: not at all). Infinite when there is no such pair.
double smallest_mirror_separation(const Law& law);

/// 64-bit hash of every field, to the bit.
std::uint64_t hash(const Law& law);

/// The name of the first field in which two laws differ ("omega"), or "" if they are equal.
std::string first_difference(const Law& a, const Law& b);

/// Throws Error unless sizes agree, values are finite and times increase from above zero.
void require_valid(const Law& law);

}  // namespace lagoon::flow
