#pragma once

#include <complex>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "flow/grid_fields.hpp"
#include "flow/law/law.hpp"
#include "flow/modes.hpp"

namespace lagoon::pipelines {

/// Weighted mean and spread (standard deviation) of psi at t = 0 over a library.
struct FieldMoments {
  std::vector<double> mean;                        ///< (n, n) as in flow::GridFields
  std::vector<double> spread;                      ///< (n, n)
  std::vector<std::complex<double>> mean_psi_hat;  ///< (mode)
  double effective_sample_size = 0;
};

/// One drifter, unwrapped, from its release point on.
struct Path {
  std::vector<double> x, y;
};

/// Fields of psi on a grid that shows the law's shortest wave. The mean mode is left out:
/// it moves nothing and cannot be seen.
class PotentialFields {
 public:
  /// The law must outlive it.
  explicit PotentialFields(const flow::Law& law);

  int n() const { return grid_.n(); }

  /// (n, n), value (i, j) of x = i / n, y = j / n at [i * n + j], of the amplitudes at that time.
  std::vector<double> psi(std::span<const std::complex<double>> psi_hat, double time = 0);

  /// Over psi_hat (library, mode) with weights (library) that sum to one.
  FieldMoments moments(std::span<const double> weights,
                       std::span<const std::complex<double>> psi_hat);

 private:
  flow::Law law_;
  std::optional<std::size_t> mean_mode_;
  flow::GridFields grid_;
};

/// Where the law's drifters go in a flow, without observation noise, by flow::integrate_adaptive.
/// Where psi_hat at t = 0 does not settle it, in the expected flow: amplitudes decay by the law's
/// damping, and drifters do not diffuse.
std::vector<Path> integrate_paths(const flow::Law& law,
                                  std::span<const std::complex<double>> psi_hat);

/// Observed positions x, y (drifter, time) behind the release points; NaN where nobody observed.
std::vector<Path> observed_paths(const flow::Law& law, std::span<const double> x,
                                 std::span<const double> y);

}  // namespace lagoon::pipelines
