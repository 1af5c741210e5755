#pragma once

#include <cstdint>
#include <vector>

#include "datasets/reader.hpp"

namespace lagoon::pipelines {

/// A mean over flows at one age (time since release).
struct DispersionPoint {
  double age = 0;
  double square_age = 0;  ///< mean of age^2: ages of a point differ with staggered releases
  double mean = 0;
  double standard_error = 0;  ///< by flows; 0 of a single flow
  std::int64_t n_flows = 0;
};

/// How drifters spread, and what the law says of it. Squared lengths of the domain.
struct Dispersion {
  std::vector<DispersionPoint> one;  ///< <|x(t) - x(0)|^2> over drifters
  std::vector<DispersionPoint> two;  ///< <|r(t) - r(0)|^2> over pairs of a flow; empty without
  std::int64_t n_flows = 0;
  std::size_t n_drifters = 0, n_pairs = 0;

  double speed_squared = 0;  ///< <|v|^2> at a point, with the mean velocity: one ~ speed^2 t^2
  double speed_difference_squared = 0;  ///< <|v(x + r(0)) - v(x)|^2> over the pairs: two ~ that t^2
  double diffusivity = 0;               ///< adds 4 diffusivity t to one, twice that to two
  double noise_variance = 0;            ///< of a component: 2 in `one`, 4 in `two`
};

/// Over at most 4,096 flows and 2^25 positions, evenly spread over the file, and at most 256 pairs
/// of drifters that are released together. Missing positions are left out; with staggered releases,
/// ages are gathered in as many equal parts of the observed time as there are times.
Dispersion measure_dispersion(const datasets::Reader& reader);

/// d ln mean / d ln age about each point but the ends, by centred differences.
std::vector<double> local_slopes(const std::vector<DispersionPoint>& points);

}  // namespace lagoon::pipelines
