#pragma once

#include <cstdint>

#include <Eigen/Core>

namespace lagoon::flow {

/// What the ensemble methods for the control vector share.
struct EnsembleOptions {
  Eigen::Index n_members = 200;
  int every = 1;               ///< only every `every`-th observation time is used
  int steps_per_interval = 1;  ///< RK4 steps in the law's longest interval
  double error_std = 0;        ///< of the observations; 0: the law's
  std::uint64_t seed = 0;      ///< of the members and their errors, with
  std::uint64_t query = 0;     ///< the number of the query
  int threads = 1;
};

}  // namespace lagoon::flow
