#pragma once

#include <complex>
#include <span>
#include <string>
#include <vector>

#include "flow/modes.hpp"

namespace lagoon::pipelines {

/// A prior of independent complex normal modes fitted to one flow, and how it takes that flow.
struct RandomModePrior {
  std::vector<double> std;             ///< (mode)
  double exponent = 0;                 ///< p of c |k|^-p; 0 for shells
  double log_likelihood = 0;           ///< ln density of psi_hat under the prior
  double expected_log_likelihood = 0;  ///< its mean over flows of the prior
  double largest_departure = 0;  ///< max |psi_hat_m|^2 / std_m^2: exponential with mean 1 if the
                                 ///< flow were a draw
  double chance_of_largest = 0;  ///< that the largest of as many draws is at least that
};

/// power: c |k|^-p, c such that the prior's rms speed is the flow's, p of largest likelihood.
/// shells: one standard deviation for each |k|, the root mean square of its modes.
/// Throws Error for another form or a flow at rest.
RandomModePrior fit_random_mode_prior(const std::string& form, const flow::ModeSet& modes,
                                      std::span<const std::complex<double>> psi_hat);

}  // namespace lagoon::pipelines
