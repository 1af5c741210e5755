#include "contrastive/theory/positive_definite.hpp"

#include <sstream>

#include <Eigen/Eigenvalues>

#include "flow/error.hpp"
#include "flow/numerics/cholesky.hpp"

namespace lagoon::contrastive {
namespace {

constexpr double kRounding = 1e-15;

void require_symmetric(const Eigen::MatrixXd& matrix, const std::string& name) {
  require(matrix.rows() == matrix.cols() && matrix.rows() > 0,
          name + " is not a square matrix: give one row and column a component");
  require(matrix.allFinite(), name + " holds values that are not finite: leave those samples out");
  const double asymmetry = (matrix - matrix.transpose()).cwiseAbs().maxCoeff();
  if (!(asymmetry <= kAsymmetry * matrix.cwiseAbs().maxCoeff()))
    throw Error(name + " is not symmetric: give a covariance");
}

void require_positive(const Eigen::VectorXd& eigenvalues, const std::string& name) {
  const double smallest = eigenvalues.minCoeff(), largest = eigenvalues.maxCoeff();
  if (smallest > kRounding * static_cast<double>(eigenvalues.size()) * largest) return;
  std::ostringstream message;
  message << name << " is not positive definite (eigenvalues from " << smallest << " to " << largest
          << "): leave out components that depend on others, or give more samples";
  throw Error(message.str());
}

}  // namespace

SymmetricRoots symmetric_roots(const Eigen::MatrixXd& matrix, const std::string& name) {
  require_symmetric(matrix, name);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(matrix);
  require_positive(solver.eigenvalues(), name);
  return {solver.operatorSqrt(), solver.operatorInverseSqrt()};
}

Eigen::LLT<Eigen::MatrixXd> cholesky(const Eigen::MatrixXd& matrix, const std::string& name) {
  require_symmetric(matrix, name);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(matrix, Eigen::EigenvaluesOnly);
  require_positive(solver.eigenvalues(), name);
  return Eigen::LLT<Eigen::MatrixXd>(matrix);
}

double log_determinant(const Eigen::LLT<Eigen::MatrixXd>& factor) {
  return 2 * flow::half_log_determinant(factor);
}

}  // namespace lagoon::contrastive
