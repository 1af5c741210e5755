#pragma once

#include <vector>

#include "datasets/reader.hpp"
#include "pipelines/figures/figure.hpp"

namespace lagoon::pipelines {

/// Mean kinetic energy (1/4) sum (2 pi |k|)^2 |psi_hat|^2 of a group of modes, the energy of the
/// mean velocity left out: what a mode adds to half the mean square speed.
struct EnergyGroup {
  double wavenumber = 0;                  ///< |k|, waves over the domain; of a shell its middle
  double prior = 0;                       ///< its expectation under the prior
  double measured = 0;                    ///< mean over flows
  double low = 0, high = 0;               ///< 95% interval of what `measured` estimates
  double flow_tenth = 0, flow_ninth = 0;  ///< 10% and 90% of the single flows
};

/// Kinetic energy of a dataset's flows, beside that of its law.
struct EnergySpectrum {
  std::int64_t n_flows = 0;
  std::vector<EnergyGroup> shells;   ///< |k| rounded to whole numbers, from 1
  std::vector<EnergyGroup> lengths;  ///< modes of the same |k|
  EnergyGroup total;
};

/// Over at most 65,536 flows, evenly spread. The interval is that of a chi-squared variable with as
/// many degrees of freedom as give the group's sum the variance that it has under the prior
/// (Satterthwaite 1946): exact where the modes of a group have one prior_std.
EnergySpectrum measure_energy_spectrum(const datasets::Reader& reader);

/// Energy by shells beside the prior's, and the ratio of both by |k|.
Figure draw_energy_spectrum(const FigureFolder& folder, const EnergySpectrum& spectrum);

}  // namespace lagoon::pipelines
