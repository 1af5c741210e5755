#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include <Eigen/Core>
#include <nlohmann/json.hpp>

#include "pipelines/gaussian/process/process_study.hpp"

namespace lagoon::pipelines {

/// One trained pair of encoders.
struct ProcessFit {
  FitSetting setting;
  std::uint64_t seed = 0;
  MeanErrors trained;
  MeanErrors plug_in;  ///< of the closed form of the same pairs' covariances, same rank
  double loss = 0;     ///< of the last batch
  Eigen::MatrixXd A;   ///< (n_u, n_v): log_rho = u^T A v
};

/// Under the names that pages and files give them.
nlohmann::json to_json(const MeanErrors& errors);

/// Finished fits as lines of a file: a sweep that was stopped goes on from them.
class FitStore {
 public:
  /// `how` says all that a fit depends on beside its setting and seed, `n_u` and `n_v` among it.
  /// Fits of other training are left in the file and not found. Throws Error for a line of this
  /// training that cannot be.
  FitStore(std::filesystem::path file, nlohmann::json how);

  /// Null if it is not there.
  const ProcessFit* find(const FitSetting& setting, std::uint64_t seed) const;

  /// Appends it to the file. Not for several threads at once.
  void add(const ProcessFit& fit);

 private:
  std::filesystem::path file_;
  nlohmann::json how_;
  std::vector<ProcessFit> fits_;
};

}  // namespace lagoon::pipelines
