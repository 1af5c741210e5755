#pragma once

#include <vector>

#include "flow/assimilation/ensemble/ensemble_options.hpp"
#include "flow/assimilation/ensemble/tracked_drifters.hpp"
#include "flow/assimilation/posterior.hpp"

namespace lagoon::flow {

/// n coefficients alpha_i, each `ratio` times smaller than the one before, sum 1 / alpha_i = 1.
std::vector<double> falling_coefficients(int n, double ratio);

/// The ensemble smoother with multiple data assimilation (Emerick & Reynolds 2013, Computers &
/// Geosciences 55, 3): the members see all observations once a coefficient, with error variances
/// times it. Exact for a linear model; of strongly nonlinear ones its members are too sure. Throws
/// Error if the inverses of the coefficients do not sum to 1.
///   members (n, member): a sample of the prior;  returns the analysed ones.
struct DataAssimilations {
  std::vector<double> coefficients = falling_coefficients(16, 1.5);
  Analysis analysis = Analysis::perturbed_observations;
};
EnsemblePosterior assimilate_repeatedly(const TrackedDrifters& drifters,
                                        const DataAssimilations& assimilations,
                                        const EnsembleOptions& options, Eigen::MatrixXd members);

/// The same from options.n_members members of the prior, with matched moments.
EnsemblePosterior assimilate_repeatedly(const Law& law, const ControlSpace& space,
                                        const Tracks& tracks,
                                        const DataAssimilations& assimilations,
                                        const EnsembleOptions& options);

}  // namespace lagoon::flow
