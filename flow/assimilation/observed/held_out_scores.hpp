#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "flow/scores/bootstrap.hpp"
#include "flow/scores/calibration.hpp"

namespace lagoon::flow {

/// What a method says of vectors (point) that it was not shown: normal, its components independent.
struct VectorForecast {
  Eigen::MatrixX2d mean;  ///< (point, x | y)
  Eigen::MatrixX2d std;   ///< (point, x | y); NaN: the method says no spread
};

/// A forecast of `size` points of which nothing is said yet.
VectorForecast no_forecast(Eigen::Index size);

/// How far a method's forecasts of what was held out are from it, with 95% intervals of the
/// bootstrap over units (blocks of samples, drifters, windows), within which errors go together.
struct HeldOutScores {
  std::string method;
  Estimate rms_error;         ///< of vectors, root mean square, in the units of the data
  Estimate relative_error;    ///< of that by the root mean square of the vectors themselves
  Estimate against_baseline;  ///< of that by the baseline's, on the same resamples
  Estimate crps;              ///< a component; of a forecast without spread |error|
  std::array<Estimate, kCoverageLevels.size()> coverage;  ///< NaN without spread
  Estimate spread_skill;  ///< root mean variance over root mean square error; NaN without
};

/// Adds up forecasts of several methods of the same held-out vectors.
class HeldOutRecord {
 public:
  /// Of methods by these names; their places are what add() and scores() take.
  explicit HeldOutRecord(std::vector<std::string> methods) : methods_(std::move(methods)) {}

  /// The forecasts of one unit by a method. Points without a finite mean are not allowed. Every
  /// method is to be asked of the same units, and each unit's vectors are to be the same.
  void add(std::size_t method, std::size_t unit, const Eigen::MatrixX2d& truth,
           const VectorForecast& forecast);

  /// Units that hold a point.
  std::size_t n_units() const;
  /// Points of all units together, each counted once.
  double n_points() const;

  /// Scores of every method; the baseline is a method's place. Throws Error without units.
  std::vector<HeldOutScores> scores(std::size_t baseline, std::uint64_t seed) const;

 private:
  enum Column {
    kPoints,
    kSquare,
    kTruth,
    kCrps,
    kVariance,
    kInside,
    kColumns = kInside + kCoverageLevels.size()
  };
  Eigen::MatrixXd units_with_points() const;
  Eigen::Index column(std::size_t method, int which) const {
    return static_cast<Eigen::Index>(method) * kColumns + which;
  }

  std::vector<std::string> methods_;
  Eigen::MatrixXd rows_;  ///< (unit, method and column) sums
};

}  // namespace lagoon::flow
