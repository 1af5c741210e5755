#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <span>

#include "flow/scores/bootstrap.hpp"
#include "flow/scores/calibration.hpp"
#include "flow/scores/field_norms.hpp"

namespace lagoon::flow {

/// What one posterior is worth beside the truth.
struct QueryScores {
  double relative_error = 0;  ///< of its mean, psi over the torus and [0, T]
  double velocity_error = 0;  ///< the same of velocity
  std::map<int, double> psi_by_wavenumber, velocity_by_wavenumber;  ///< the same by shell
  double crps = 0;                                                  ///< mean over the components
  double energy_score = 0;
  double variance = 0;       ///< mean over the components
  double squared_error = 0;  ///< of its mean, mean over the components
  Coverage coverage = {};
  double effective_sample_size = 0;  ///< NaN of a normal law
};

/// Draws that stand for a normal law, or for more members, in an energy score.
inline constexpr int kEnergyDraws = 512;

/// Scores posteriors of one law's control vector.
class Scorer {
 public:
  /// Makes the norms of fields that errors are measured in.
  Scorer(const Law& law, const ControlSpace& space);

  /// A function of all three; sizes must be those of the control space (Error).
  QueryScores score(const Posterior& posterior, const Eigen::VectorXd& truth,
                    const DrawKey& key) const;

 private:
  Gram psi_;
  Gram velocity_;
  ShellGrams psi_shells_, velocity_shells_;
};

/// The figures of one method over its queries: means, and spread_skill = sqrt(mean variance / mean
/// squared error), with bootstrap intervals. What no query has (NaN) is NaN.
struct MethodScores {
  Estimate relative_error, velocity_error, crps, energy_score, spread_skill;
  std::array<Estimate, kCoverageLevels.size()> coverage;  ///< (kCoverageLevels)
  Estimate effective_sample_size;
  std::map<int, Estimate> psi_by_wavenumber, velocity_by_wavenumber;  ///< relative errors by shell
};

/// Throws Error without queries.
MethodScores gather_scores(std::span<const QueryScores> queries, std::uint64_t seed);

}  // namespace lagoon::flow
