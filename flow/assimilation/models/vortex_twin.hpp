#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace lagoon::flow {

/// The twin experiment of Kuznetsov, Ide & Jones (2003, MWR 131, 2247): the corotating pair, whose
/// vortices are known through the positions of one tracer. All positions get Brownian motion, dX =
/// velocity dt + noise dW; the tracer is seen every `interval` with errors of the same size. The
/// members' vortices begin with errors of initial_std each, and one of the same size that all
/// members have in common.
struct VortexTwinOptions {
  std::array<double, 2> launch = {0, 0.3};  ///< of the tracer; (0, 0) is a saddle of the rotating
                                            ///< frame, (0, sqrt 3) a centre
  double noise = 0.02;
  double interval = 0.5;
  int n_runs = 40;
  std::uint64_t seed = 0;
  double initial_std = 0.1;
  double final_time = 40;
  int n_members = 100;    ///< of the ensemble Kalman filter and the free run
  int n_particles = 500;  ///< of the particle filter
  int threads = 1;
};

/// Of the runs of one method. An error is the root mean square distance of the vortices from where
/// the members' mean has them; a run's is the mean over observation times.
struct VortexScore {
  double median_error = 0;
  /// 95%, of the order statistics, whatever the errors' law (Conover 1999, 3.2); of less than 6
  /// runs all.
  std::array<double, 2> median_interval = {};
  int n_failed = 0;  ///< runs whose error at the end is above 1
};

/// The methods of a twin experiment, on the same runs.
struct VortexTwinScores {
  VortexScore free;             ///< members that see nothing
  VortexScore ensemble_filter;  ///< augmented, perturbed observations, without inflation
  VortexScore particle_filter;  ///< bootstrap, without jitter
};

/// The place, from 0, of the order statistic of n that bounds the 95% interval of the median from
/// below: the median lies below it with a chance of at most 2.5%, by the binomial of n and 1/2; 0
/// where no order statistic does.
std::size_t lower_rank_of_median(std::size_t n);

/// Throws Error for an interval that is not a positive number of 0.05-long steps up to final_time,
/// or noise that is not above 0.
VortexTwinScores run_vortex_twin(const VortexTwinOptions& options);

}  // namespace lagoon::flow
