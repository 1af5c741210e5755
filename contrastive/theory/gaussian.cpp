#include "contrastive/theory/gaussian.hpp"

#include <cmath>
#include <numbers>
#include <vector>

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
  std::vector<double> normals(static_cast<std::size_t>(size));
  // One row at a time: a product of all rows may add in another order for another n.
  for (Eigen::Index i = 0; i < n; ++i) {
    const auto row = static_cast<std::uint64_t>(i);
    flow::fill_normals(normals, {key.seed, key.purpose, key.sample + row});
    rows.row(i) = law.mean + root * Eigen::Map<const Eigen::VectorXd>(normals.data(), size);
  }
  return rows;
}

}  // namespace lagoon::contrastive
