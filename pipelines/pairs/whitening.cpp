#include "pipelines/pairs/whitening.hpp"

#include <algorithm>
#include <string>

#include <Eigen/Eigenvalues>

#include "flow/error.hpp"

namespace lagoon::pipelines {
namespace {

constexpr double kLeastVariance = 1e-10;  // of the largest

/// Rows that a covariance is taken from: enough for the components that are kept.
constexpr Eigen::Index kMostRows = 16384;

}  // namespace

Whitening Whitening::fit(const FeatureRows& rows, Eigen::Index components) {
  require(rows.rows() >= 2,
          std::to_string(rows.rows()) + " rows do not tell what varies: take more flows");
  const Eigen::Index n = std::min(rows.rows(), kMostRows);
  const Eigen::MatrixXd some = rows.topRows(n).cast<double>();
  const Eigen::RowVectorXd mean = some.colwise().mean();
  const Eigen::MatrixXd departures = some.rowwise() - mean;
  const Eigen::MatrixXd covariance =
      departures.transpose() * departures / static_cast<double>(n - 1);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(covariance);
  const auto& variances = solver.eigenvalues();  // ascending
  const double largest = variances(variances.size() - 1);
  require(largest > 0, "an instrument sees the same of every flow: nothing can be learned of it");
  Eigen::Index kept = 0;
  while (kept < std::min(components, variances.size()) &&
         variances(variances.size() - 1 - kept) > kLeastVariance * largest) {
    ++kept;
  }
  Whitening result;
  result.mean_ = mean.cast<float>();
  const Eigen::VectorXd scales = variances.tail(kept).reverse().cwiseSqrt().cwiseInverse();
  result.projection_ =
      (solver.eigenvectors().rightCols(kept).rowwise().reverse() * scales.asDiagonal())
          .cast<float>();
  return result;
}

FeatureRows Whitening::apply(const FeatureRows& rows) const {
  return (rows.rowwise() - mean_) * projection_;
}

}  // namespace lagoon::pipelines
