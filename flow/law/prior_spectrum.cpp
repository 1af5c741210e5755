#include <cmath>

#include "flow/law/law_options.hpp"
#include "flow/law/requirement.hpp"

namespace lagoon::flow {
namespace {

double shape_of_prior(const LawOptions& options, double squared_wavenumber) {
  if (options.prior == "flat") return 1;
  if (options.prior == "power") return std::pow(squared_wavenumber, -options.prior_exponent / 2);
  const double tau = options.matern_tau;
  return std::pow(kTwoPi * kTwoPi * squared_wavenumber + tau * tau, -options.matern_alpha);
}

/// The prior's shape, 0 for the mean mode.
std::vector<double> make_shape(const ModeSet& modes, const LawOptions& options) {
  std::vector<double> shape(modes.size());
  for (std::size_t m = 0; m < modes.size(); ++m) {
    const int squared = k_squared(modes, m);
    if (squared == 0) continue;
    shape[m] = options.prior == "table" ? options.mode_table.prior_std[m]
                                        : shape_of_prior(options, squared);
  }
  return shape;
}

Law prior_alone(const ModeSet& modes, const std::vector<double>& prior_std) {
  Law law;
  law.modes = modes;
  law.prior_std = prior_std;
  return law;
}

/// The factor that brings the shape to the rms that is asked for.
double factor_of(const ModeSet& modes, const std::vector<double>& shape,
                 const LawOptions& options) {
  const Law law = prior_alone(modes, shape);
  const double speed = rms_speed(law);
  require_option(
      is_positive(speed), "rms_speed (--rms-speed)", options.rms_speed,
      "no mode of the prior moves a drifter: give modes with |k| > 0 and a finite prior");
  if (options.scale == "speed") return options.rms_speed / speed;
  return options.scale == "psi" ? options.rms_psi / rms_psi(law) : 1;
}

}  // namespace

ModeSet make_modes(const LawOptions& options) {
  if (options.prior == "table") return options.mode_table.modes;
  const bool keep_mean = !options.drop_mean_mode;
  if (options.mode_set == "square") return square_modes(options.max_wavenumber, keep_mean);
  if (options.mode_set == "disk") return disk_modes(options.max_wavenumber, keep_mean);
  ModeSet modes;
  for (std::size_t i = 0; i + 1 < options.mode_list.size(); i += 2) {
    modes.k.push_back(options.mode_list[i]);
    modes.l.push_back(options.mode_list[i + 1]);
  }
  return modes;
}

std::vector<double> make_prior_std(const ModeSet& modes, const LawOptions& options) {
  require_valid(options);
  const bool has_table = options.prior == "table";
  require(!has_table || options.mode_table.prior_std.size() == modes.size(),
          "prior (--prior): the table has " + std::to_string(options.mode_table.prior_std.size()) +
              " values for " + std::to_string(modes.size()) + " modes: give one each");
  std::vector<double> prior_std = make_shape(modes, options);
  const double factor = factor_of(modes, prior_std, options);
  for (std::size_t m = 0; m < modes.size(); ++m) {
    prior_std[m] = k_squared(modes, m) == 0 ? options.mean_mode_std : prior_std[m] * factor;
  }
  return prior_std;
}

}  // namespace lagoon::flow
