#include <cmath>

#include "flow/error.hpp"
#include "flow/law/law_options.hpp"
#include "flow/observations.hpp"
#include "flow/random.hpp"

namespace lagoon::flow {
namespace {

/// One frequency a mode, keyed by its wavenumbers: a mode keeps it in every mode set.
std::vector<double> draw_omega(const ModeSet& modes, const LawOptions& options) {
  std::vector<double> omega(modes.size());
  for (std::size_t m = 0; m < modes.size(); ++m) {
    const auto k = static_cast<std::uint16_t>(modes.k[m]);
    const auto l = static_cast<std::uint16_t>(modes.l[m]);
    const std::uint32_t index = (std::uint32_t{k} << 16) | l;
    const auto normals = normal_pair(options.law_seed, Purpose::law_frequency, 0, index);
    omega[m] = options.omega_std * normals[0];
  }
  return omega;
}

std::vector<double> make_damping(const ModeSet& modes, const LawOptions& options) {
  std::vector<double> damping(modes.size());
  for (std::size_t m = 0; m < modes.size(); ++m) {
    const double squared = k_squared(modes, m);
    if (squared > 0) damping[m] = options.damping * std::pow(squared, options.damping_exponent / 2);
  }
  return damping;
}

void set_motion(Law& law, const LawOptions& options) {
  const ModeTable& table = options.mode_table;
  const bool has_table = options.prior == "table";
  const bool has_omega = has_table && !table.omega.empty();
  const bool has_damping = has_table && !table.damping.empty();
  law.omega = has_omega ? table.omega : draw_omega(law.modes, options);
  law.damping = has_damping ? table.damping : make_damping(law.modes, options);
  law.mean_velocity = {options.mean_velocity_x, options.mean_velocity_y};
  law.diffusivity = options.diffusivity;
}

void set_release(Law& law, const LawOptions& options) {
  const std::vector<double> points = make_release_points(options);
  for (std::size_t i = 0; i < points.size(); i += 2) {
    law.release_x.push_back(points[i]);
    law.release_y.push_back(points[i + 1]);
    const std::size_t drifter = i / 2;
    law.release_time.push_back(static_cast<double>(drifter) * options.release_interval);
  }
}

}  // namespace

Law make_law(const LawOptions& options) {
  require_valid(options);
  Law law;
  law.modes = make_modes(options);
  require_valid(law.modes);
  law.prior_std = make_prior_std(law.modes, options);
  law.times = make_times(options);
  set_motion(law, options);
  set_release(law, options);
  law.missing_fraction = options.missing_percent / 100;
  require_valid(law);
  if (options.noise_percent > 0) {
    law.observation_noise_std = options.noise_percent / 100 * mean_net_displacement(law);
  }
  return law;
}

}  // namespace lagoon::flow
