#pragma once

#include <complex>
#include <span>
#include <string>
#include <vector>

#include "flow/modes.hpp"

namespace lagoon::flow {

/// A prior of independent complex normal modes fitted to one flow or more, and how it takes them.
struct RandomModePrior {
  std::vector<double> std;             ///< (mode)
  double exponent = 0;                 ///< p of c |k|^-p; 0 for the others
  double matern_tau = 0;               ///< of c (4 pi^2 |k|^2 + tau^2)^-alpha; 0 for the others
  double matern_alpha = 0;             ///< of the same
  bool at_bound = false;               ///< one of these ended at an end of its range
  double log_likelihood = 0;           ///< ln density of all psi_hat under the prior
  double expected_log_likelihood = 0;  ///< its mean over flows of the prior
  double largest_departure = 0;  ///< max |psi_hat_m|^2 / std_m^2: exponential with mean 1 if the
                                 ///< flows were draws
  double chance_of_largest = 0;  ///< that the largest of as many draws is at least that
};

/// The prior of largest likelihood for flows psi_hat (flow, mode) taken as independent draws;
/// snapshots of one evolving flow are fewer draws than that, which leaves the fit as it is but not
/// the chances. power: c |k|^-p, p in [-5, 10]. matern: c (4 pi^2 |k|^2 + tau^2)^-alpha, tau in
/// [0.1, 1000], alpha in [0, 20]. In both c is such that the prior's rms speed is that of the
/// flows. shells: one standard deviation for each |k|, the root mean square of its modes.
/// Throws Error for another form or a mode at rest in all flows.
RandomModePrior fit_random_mode_prior(const std::string& form, const ModeSet& modes,
                                      std::span<const std::complex<double>> psi_hat);

/// The root mean square of |psi_hat| over flows and the modes of each |k|: the spectrum as it is.
/// Throws Error unless psi_hat (flow, mode) holds whole flows, one at least.
struct ShellSpectrum {
  std::vector<double> wavenumber;  ///< |k|, ascending
  std::vector<double> std;
  std::vector<int> n_modes;
};
ShellSpectrum shell_spectrum(const ModeSet& modes, std::span<const std::complex<double>> psi_hat);

}  // namespace lagoon::flow
