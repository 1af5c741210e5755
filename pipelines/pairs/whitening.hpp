#pragma once

#include <Eigen/Core>

namespace lagoon::pipelines {

/// A table of one number a feature, one row a sample.
using FeatureRows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Principal components of unit variance, by descending variance: what encoders are given of an
/// instrument. Fitted on training rows.
class Whitening {
 public:
  /// At most `components` of them, and none whose variance is below 1e-10 of the largest. Throws
  /// Error for fewer rows than two, or nothing that varies.
  static Whitening fit(const FeatureRows& rows, Eigen::Index components);

  /// (n, columns) -> (n, n_features()).
  FeatureRows apply(const FeatureRows& rows) const;
  /// Components that were kept.
  Eigen::Index n_features() const { return projection_.cols(); }

 private:
  Eigen::RowVectorXf mean_;
  Eigen::MatrixXf projection_;  ///< (columns, features)
};

}  // namespace lagoon::pipelines
