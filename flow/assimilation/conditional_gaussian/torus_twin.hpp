#pragma once

#include <cstdint>

#include "flow/law/law.hpp"

namespace lagoon::flow {

/// The length of the velocity of u_k exp(i k . x): both are in print.
///   unit         1: u_k is a velocity, as in incompressible flow
///   geostrophic  |k| / sqrt(|k|^2 + 1): u_k is the balanced mode of a rotating shallow layer
enum class TorusModes { unit, geostrophic };

/// The filter's published setting (Chen, Majda & Tong, Nonlinearity 27, 2133 (2014), and the
/// tutorial by Chen, Wiggins & Andreou): on [-pi, pi]^2 the velocity is
///   sum_k u_k (-i k_2, i k_1) exp(i k . x) / |k| (or / sqrt(|k|^2 + 1), see TorusModes)
/// over the 24 wavenumbers of {-2..2}^2 but 0, u_-k = conj u_k, each u_k of damping 0.5 and
/// E|u_k|^2 = 0.25; drifters are released uniformly and feel noise of 0.01 in unit time.
struct TorusTwin {
  int n_drifters = 10;
  double final_time = 15;
  double step = 0.001;
  std::uint64_t seed = 0;  ///< of release points, flow and noise
  TorusModes modes = TorusModes::unit;
};

/// It as a law on the unit torus: lengths over 2 pi, and of u_k and u_-k the one mode
/// psi_hat_k = 2 u_k / |k| / (2 pi)^2 (or over sqrt(|k|^2 + 1)).
Law torus_law(const TorusTwin& twin);

/// How the filter, started at the truth with variance 1e-4 of u_k, does after t = 1.
struct TorusScore {
  double velocity_error = 0;  ///< root of the mean square error of its mean over the truth's
  double dispersion = 0;      ///< mean of 1/2 (tr C - n - log|C|), C over the stationary one, nats
  double signal = 0;          ///< mean of 1/2 |mean|^2 in stationary deviations, nats
};

/// Draws a twin and filters it. Throws Error for a final time of 1 or less.
TorusScore run_torus_twin(const TorusTwin& twin);

}  // namespace lagoon::flow
