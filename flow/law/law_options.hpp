#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "flow/law/law.hpp"

namespace lagoon::flow {

/// Modes with their prior, given one by one: from a file, or fitted to real fields.
struct ModeTable {
  ModeSet modes;
  std::vector<double> prior_std;  ///< (mode)
  std::vector<double> omega;      ///< (mode), or empty: drawn by omega_std
  std::vector<double> damping;    ///< (mode), or empty: by the options
};

/// How a law is drawn; the defaults are the `quick` preset's.
struct LawOptions {
  std::uint64_t law_seed = 0;
  std::string mode_set = "square";  ///< square | disk | list
  std::vector<int> mode_list;       ///< k1, l1, k2, l2, ... for list
  int max_wavenumber = 3;           ///< of square and disk
  bool drop_mean_mode = false;
  std::string prior = "power";  ///< power: |k|^-exponent | matern: (4 pi^2 |k|^2 + tau^2)^-alpha |
                                ///< flat: 1 | table: modes, prior and rates of mode_table
  double prior_exponent = 2;
  double matern_tau = 6;
  double matern_alpha = 1;
  ModeTable mode_table;
  double mean_mode_std = 0;     ///< of the mode k = l = 0, which moves nothing
  std::string scale = "speed";  ///< what fixes the prior's factor: speed | psi | none
  double rms_speed = 5.5;       ///< rms_speed^2 = 1/2 sum (2 pi |k|)^2 prior_std^2
  double rms_psi = 0.6;         ///< rms_psi^2 = 1/2 sum prior_std^2, without the mean mode
  double omega_std = 31.415926535897932;  ///< omega ~ N(0, omega_std^2); 0: a steady flow
  double damping = 0;                     ///< Ornstein-Uhlenbeck rate; 0: constant amplitudes
  double damping_exponent = 0;            ///< the rate of mode m is damping |k_m|^exponent
  double mean_velocity_x = 0, mean_velocity_y = 0;
  double diffusivity = 0;
  double final_time = 0.1;
  int n_times = 100;
  std::string spacing = "even";  ///< even: t_j = j T / J | random: J - 1 uniform times and T | list
  std::vector<double> time_list;                      ///< for list: replaces n_times and final_time
  std::string release = "point";                      ///< point | list | grid | uniform
  std::vector<double> release_points = {0.75, 0.75};  ///< x1, y1, x2, y2, ... for point and list
  int n_drifters = 1;                                 ///< for grid (a square number) and uniform
  double release_interval = 0;  ///< drifter p is released at time p * release_interval
  double noise_percent =
      0;  ///< sigma per component, in percent of the prior's mean net displacement
  double missing_percent = 0;  ///< of the observations, lost independently
};

/// Throws Error naming the option, and the flag of lagoon generate, for values that cannot be.
void require_valid(const LawOptions& options);

/// Draws a law. Throws Error naming the option for values that cannot be.
Law make_law(const LawOptions& options);

/// The options' modes and the prior_std of their prior over them, scaled; the mean mode gets
/// mean_mode_std.
ModeSet make_modes(const LawOptions& options);
std::vector<double> make_prior_std(const ModeSet& modes, const LawOptions& options);

/// The release points of the options' drifters, as x1, y1, x2, y2, ...
std::vector<double> make_release_points(const LawOptions& options);

/// The options' observation times.
std::vector<double> make_times(const LawOptions& options);

}  // namespace lagoon::flow
