#pragma once

#include <complex>
#include <span>
#include <vector>

#include "flow/law/law.hpp"
#include "pipelines/retrieval/fields.hpp"

namespace lagoon::pipelines {

/// How well a flow stands for the true one, and for what was observed.
struct FlowScores {
  double psi_correlation = 0;     ///< over the torus at t = 0
  double velocity_r_squared = 0;  ///< 1 - mean |v - v_true|^2 / mean |v_true|^2 there; 0: no better
                                  ///< than no flow at all, negative: worse
  double track_r_squared = 0;     ///< 1 - sum |x_observed - x|^2 / sum |x_observed - x(0)|^2 over
                                  ///< drifters and times, x the flow's own tracks
};

/// psi_hat and true_psi_hat (mode), `observed` the query's tracks from the release points on.
FlowScores score_flow(const flow::Law& law, std::span<const std::complex<double>> psi_hat,
                      std::span<const std::complex<double>> true_psi_hat,
                      const std::vector<Path>& observed);

}  // namespace lagoon::pipelines
