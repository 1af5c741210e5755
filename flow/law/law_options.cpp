#include "flow/law/law_options.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "flow/law/requirement.hpp"

namespace lagoon::flow {
namespace {

bool is_one_of(const std::string& value, std::initializer_list<const char*> choices) {
  return std::ranges::any_of(choices, [&](const char* choice) { return value == choice; });
}

void require_finite(const char* name, double value) {
  require_option(std::isfinite(value), name, value, "give a finite number");
}

void require_non_negative_option(const char* name, double value) {
  require_option(is_non_negative(value), name, value, "give a number of at least 0");
}

void require_valid_modes(const LawOptions& options) {
  require_option(is_one_of(options.mode_set, {"square", "disk", "list"}), "mode_set (--modes)",
                 options.mode_set, "give square, disk or a list \"k,l;k,l;...\"");
  const std::string wavenumber_rule = "give 1 to " + std::to_string(kLargestWavenumber);
  require_option(options.max_wavenumber >= 1 && options.max_wavenumber <= kLargestWavenumber,
                 "max_wavenumber (--max-wavenumber)", options.max_wavenumber,
                 wavenumber_rule.c_str());
  const std::size_t n = options.mode_list.size();
  require_option(options.mode_set != "list" || (n > 0 && n % 2 == 0), "mode_list (--modes)",
                 std::to_string(n) + " numbers", "give pairs k1, l1, k2, l2, ...");
}

void require_valid_prior(const LawOptions& options) {
  require_option(is_one_of(options.prior, {"power", "matern", "flat", "table"}), "prior (--prior)",
                 options.prior, "give power, matern, flat or a file");
  require_finite("prior_exponent (--prior-exponent)", options.prior_exponent);
  require_non_negative_option("matern_tau (--matern-tau)", options.matern_tau);
  require_finite("matern_alpha (--matern-alpha)", options.matern_alpha);
  require_non_negative_option("mean_mode_std (--mean-mode-std)", options.mean_mode_std);
  require_option(is_one_of(options.scale, {"speed", "psi", "none"}), "scale (--scale)",
                 options.scale, "give speed, psi or none");
  require_option(is_positive(options.rms_speed), "rms_speed (--rms-speed)", options.rms_speed,
                 "give a speed above 0");
  require_option(is_positive(options.rms_psi), "rms_psi (--rms-psi)", options.rms_psi,
                 "give an amplitude above 0");
}

void require_valid_motion(const LawOptions& options) {
  require_option(is_non_negative(options.omega_std), "omega_std (--omega-std)", options.omega_std,
                 "give a frequency of at least 0 (0: a steady flow)");
  require_non_negative_option("damping (--damping)", options.damping);
  require_finite("damping_exponent (--damping-exponent)", options.damping_exponent);
  require_finite("mean_velocity_x (--mean-velocity)", options.mean_velocity_x);
  require_finite("mean_velocity_y (--mean-velocity)", options.mean_velocity_y);
  require_non_negative_option("diffusivity (--diffusivity)", options.diffusivity);
}

void require_valid_times(const LawOptions& options) {
  require_option(is_positive(options.final_time), "final_time (--final-time)", options.final_time,
                 "give a time above 0");
  require_option(options.n_times >= 1, "n_times (--times)", options.n_times, "give at least 1");
  require_option(is_one_of(options.spacing, {"even", "random", "list"}), "spacing (--spacing)",
                 options.spacing, "give even, random or a list of times");
  require_option(options.spacing != "list" || !options.time_list.empty(), "time_list (--spacing)",
                 "empty", "give at least one time");
}

void require_valid_points(const LawOptions& options) {
  const std::size_t n = options.release_points.size();
  require_option(options.release != "point" || n == 2, "release_points (--release)",
                 std::to_string(n) + " numbers",
                 "release = point takes one pair x, y (release = list takes more)");
  require_option(options.release != "list" || (n > 0 && n % 2 == 0), "release_points (--release)",
                 std::to_string(n) + " numbers", "give pairs x1, y1, x2, y2, ...");
  for (const double coordinate : options.release_points) {
    require_option(std::isfinite(coordinate), "release_points (--release)", coordinate,
                   "give finite numbers");
  }
}

void require_valid_release(const LawOptions& options) {
  require_option(is_one_of(options.release, {"point", "list", "grid", "uniform"}),
                 "release (--release)", options.release, "give point, list, grid or uniform");
  require_valid_points(options);
  require_option(options.n_drifters > 0, "n_drifters (--drifters)", options.n_drifters,
                 "give at least 1");
  const auto side = static_cast<int>(std::lround(std::sqrt(options.n_drifters)));
  require_option(options.release != "grid" || side * side == options.n_drifters,
                 "n_drifters (--drifters)", options.n_drifters,
                 "release = grid takes a square number (1, 4, 9, 16, ...)");
  require_non_negative_option("release_interval (--release-interval)", options.release_interval);
}

}  // namespace

void require_valid(const LawOptions& options) {
  require_valid_modes(options);
  require_valid_prior(options);
  require_valid_motion(options);
  require_valid_times(options);
  require_valid_release(options);
  require_option(is_non_negative(options.noise_percent), "noise_percent (--noise)",
                 options.noise_percent, "give a percentage of at least 0");
  require_option(is_non_negative(options.missing_percent) && options.missing_percent < 100,
                 "missing_percent (--missing)", options.missing_percent,
                 "give a percentage of at least 0 and below 100");
}

}  // namespace lagoon::flow
