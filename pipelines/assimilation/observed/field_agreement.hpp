#pragma once

#include <complex>
#include <vector>

#include <nlohmann/json.hpp>

#include "flow/modes.hpp"

namespace lagoon::pipelines {

/// A steady flow by one wave of each pair k, -k.
struct SteadyFlow {
  const flow::ModeSet& modes;
  const std::vector<std::complex<double>>& psi_hat;
};

/// How an estimate agrees with the truth over the whole torus, waves that either lacks being 0:
/// `psi_correlation`, and of velocity and vorticity the share of the truth's mean square that the
/// estimate explains, R^2 (1: the truth, 0: no better than no flow). Estimates but the last left a
/// fold out, so that each score has the interval of their jackknife.
nlohmann::json agreement_json(const SteadyFlow& truth, const flow::ModeSet& modes,
                              const std::vector<std::vector<std::complex<double>>>& estimates);

}  // namespace lagoon::pipelines
