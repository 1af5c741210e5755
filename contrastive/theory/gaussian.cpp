#include "contrastive/theory/gaussian.hpp"

#include <cmath>
#include <numbers>

#include <Eigen/Eigenvalues>

#include "contrastive/theory/positive_definite.hpp"
#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

constexpr double kLogTwoPi = 1.8378770664093454836;

// A root of a covariance that may be singular: eigenvalues below 0 are roundings.
Eigen::MatrixXd root_of(const Eigen::MatrixXd& covariance) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(covariance);
  const Eigen::VectorXd roots = solver.eigenvalues().cwiseMax(0).cwiseSqrt();
  return solver.eigenvectors() * roots.asDiagonal() * solver.eigenvectors().transpose();
}

Eigen::VectorXd standard_normals(const flow::DrawKey& key, Eigen::Index size) {
  Eigen::VectorXd normals(size);
  for (Eigen::Index j = 0; j < size; j += 2) {
    const auto pair = flow::normal_pair(key, static_cast<std::uint32_t>(j / 2));
    normals(j) = pair[0];
    if (j + 1 < size) normals(j + 1) = pair[1];
  }
  return normals;
}

}  // namespace

double density(const Gaussian& law, const Eigen::VectorXd& x) {
  require(x.size() == law.mean.size(), "a point has " + std::to_string(x.size()) +
                                           " components, its law " +
                                           std::to_string(law.mean.size()) + ": give as many");
  const auto factor = cholesky(law.covariance, "the covariance of a density");
  const double square = factor.matrixL().solve(x - law.mean).squaredNorm();
  return std::exp(-0.5 *
                  (square + log_determinant(factor) + static_cast<double>(x.size()) * kLogTwoPi));
}

Eigen::VectorXd densities(const Gaussian& law, const Eigen::VectorXd& x) {
  require(law.mean.size() == 1, "densities on the line are of laws of one component");
  const double variance = law.covariance(0, 0);
  require(variance > 0,
          "the variance of a density is " + std::to_string(variance) + ": it must be above 0");
  const Eigen::ArrayXd departure = x.array() - law.mean(0);
  return (-0.5 * departure.square() / variance).exp() / std::sqrt(2 * std::numbers::pi * variance);
}

Eigen::MatrixXd draw(const Gaussian& law, const flow::DrawKey& key, Eigen::Index n) {
  const Eigen::Index size = law.mean.size();
  const Eigen::MatrixXd root = root_of(law.covariance);
  Eigen::MatrixXd rows(n, size);
  // One row at a time: a product of all rows may add in another order for another n.
  for (Eigen::Index i = 0; i < n; ++i) {
    const auto row = static_cast<std::uint64_t>(i);
    rows.row(i) =
        law.mean + root * standard_normals({key.seed, key.purpose, key.sample + row}, size);
  }
  return rows;
}

}  // namespace lagoon::contrastive
