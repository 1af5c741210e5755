#pragma once

#include <complex>
#include <span>

#include <Eigen/Core>

#include "flow/assimilation/library/kernel.hpp"
#include "flow/assimilation/tracks.hpp"
#include "flow/integration/scheme.hpp"
#include "flow/law/law.hpp"

namespace lagoon::flow {

/// (query, member), a query's numbers side by side.
using LogLikelihoods = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// How a library's trajectories are followed. Single precision is off by 1e-6 or so, far below any
/// noise worth the name; squared distances are of float32 displacements, summed in double.
struct LibraryScheme {
  int steps_per_interval = 1;
  Precision precision = Precision::float32;
  int threads = 1;
};

/// Seconds of one thread that a library took, for whoever asks.
struct LibrarySeconds {
  double integration = 0;  ///< following its drifters, which serves any number of queries
  double comparison = 0;   ///< with the queries
};

/// The log-likelihood of every flow of a library for every query, without the constant that all
/// flows share:
///   -1 / (2 observation_noise_std^2) times the sum over what was observed of |query - flow|^2.
/// Flows are integrated by RK4, a block of kTileMembers at a time, so that neither their number nor
/// the times' needs more memory than the result, 16 bytes a query and observed position, and a
/// block a thread. Blocks depend on nothing, so results depend on neither threads nor instruction
/// set.
///   psi_hat (member, mode).
/// Throws Error for laws without noise, whose likelihood is degenerate, with diffusivity or varying
/// amplitudes, where psi_hat does not say where drifters go, and for tracks of other sizes.
LogLikelihoods library_log_likelihoods(const Law& law,
                                       std::span<const std::complex<double>> psi_hat,
                                       std::span<const Tracks> queries, const LibraryScheme& scheme,
                                       LibrarySeconds* seconds = nullptr);

/// The same on a given kernel.
LogLikelihoods library_log_likelihoods(const library::Kernel& kernel, const Law& law,
                                       std::span<const std::complex<double>> psi_hat,
                                       std::span<const Tracks> queries, const LibraryScheme& scheme,
                                       LibrarySeconds* seconds = nullptr);

}  // namespace lagoon::flow
