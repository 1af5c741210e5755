#include "flow/assimilation/ensemble/members.hpp"

#include <cmath>

#include <Eigen/Cholesky>
#include <Eigen/QR>

namespace lagoon::flow {

Eigen::MatrixXd anomalies(const Eigen::MatrixXd& ensemble) {
  return ensemble.colwise() - ensemble.rowwise().mean();
}

Eigen::MatrixXd normals(Eigen::Index rows, Eigen::Index columns, const DrawKey& key) {
  Eigen::MatrixXd result(rows, columns);
  for (Eigen::Index j = 0; j < columns; ++j) {
    // Far apart for different samples, so that their columns never meet.
    const auto sample = key.sample * 0x9E3779B97F4A7C15U + static_cast<std::uint64_t>(j);
    for (Eigen::Index i = 0; i < rows; i += 2) {
      const auto pair = normal_pair(key.seed, key.purpose, sample, static_cast<std::uint32_t>(i));
      result(i, j) = pair[0];
      if (i + 1 < rows) result(i + 1, j) = pair[1];
    }
  }
  return result;
}

Eigen::MatrixXd draw_members(Eigen::Index n, Eigen::Index n_members, bool matched,
                             const DrawKey& key) {
  Eigen::MatrixXd members = normals(n, n_members, key);
  if (!matched) return members;
  members = anomalies(members);
  if (n_members <= n) return members;
  const Eigen::MatrixXd covariance =
      members * members.transpose() / static_cast<double>(n_members - 1);
  return covariance.llt().matrixL().solve(members);
}

void inflate(Eigen::MatrixXd& ensemble, double factor) {
  const Eigen::VectorXd mean = ensemble.rowwise().mean();
  ensemble = ((ensemble.colwise() - mean) * factor).colwise() + mean;
}

Eigen::MatrixXd mean_preserving_rotation(Eigen::Index n_members, const DrawKey& key) {
  const Eigen::Index n = n_members - 1;
  const Eigen::HouseholderQR<Eigen::MatrixXd> qr(normals(n, n, key));
  Eigen::MatrixXd rotation = Eigen::MatrixXd::Identity(n_members, n_members);
  Eigen::MatrixXd orthogonal = qr.householderQ();
  // Signs of R's diagonal make the law of Q uniform (Mezzadri 2007).
  for (Eigen::Index i = 0; i < n; ++i) {
    if (qr.matrixQR()(i, i) < 0) orthogonal.col(i) *= -1;
  }
  rotation.bottomRightCorner(n, n) = orthogonal;
  // The reflection H that takes the first axis to 1 / sqrt N makes H rotation H keep 1.
  Eigen::VectorXd axis =
      Eigen::VectorXd::Constant(n_members, -1 / std::sqrt(static_cast<double>(n_members)));
  axis[0] += 1;
  const double squared = axis.squaredNorm();
  rotation -= 2 / squared * axis * (axis.transpose() * rotation);
  rotation -= 2 / squared * (rotation * axis) * axis.transpose();
  return rotation;
}

void rotate(Eigen::MatrixXd& ensemble, const DrawKey& key) {
  const Eigen::VectorXd mean = ensemble.rowwise().mean();
  const Eigen::MatrixXd rotation = mean_preserving_rotation(ensemble.cols(), key);
  ensemble = ((ensemble.colwise() - mean) * rotation).colwise() + mean;
}

}  // namespace lagoon::flow
