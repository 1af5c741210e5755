#include "contrastive/theory/divergence.hpp"

#include "contrastive/theory/positive_definite.hpp"
#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

void require_fitting(const GaussianConditional& p, const GaussianConditional& q,
                     const Gaussian& given) {
  require(p.coefficient.rows() == q.coefficient.rows() &&
              p.coefficient.cols() == q.coefficient.cols() &&
              p.coefficient.cols() == given.mean.size(),
          "two conditionals to be compared differ in size: give those of the same pair");
}

// The difference of the two means at the mean of what is given, and how it grows from there.
struct Difference {
  Eigen::VectorXd at_mean;
  Eigen::MatrixXd slope;
};

Difference difference(const GaussianConditional& p, const GaussianConditional& q,
                      const Gaussian& given) {
  require_fitting(p, q, given);
  const Eigen::MatrixXd slope = q.coefficient - p.coefficient;
  return {q.offset - p.offset + slope * given.mean, slope};
}

}  // namespace

double kl(const Gaussian& p, const Gaussian& q) {
  require(p.mean.size() == q.mean.size(),
          "laws on " + std::to_string(p.mean.size()) + " and " + std::to_string(q.mean.size()) +
              " components have no divergence: give laws of the same variables");
  const auto of_p = cholesky(p.covariance, "the covariance of the law on the left of a divergence");
  const auto of_q =
      cholesky(q.covariance, "the covariance of the law on the right of a divergence");
  const Eigen::MatrixXd root_p = of_p.matrixL();
  const double trace = of_q.matrixL().solve(root_p).squaredNorm();
  const double mean = of_q.matrixL().solve(q.mean - p.mean).squaredNorm();
  return 0.5 * (trace - static_cast<double>(p.mean.size()) + log_determinant(of_q) -
                log_determinant(of_p) + mean);
}

double kl_joint(const GaussianPair& mu, const GaussianPair& nu) {
  return kl(joint(mu), joint(nu));
}

double expected_kl(const GaussianConditional& p, const GaussianConditional& q,
                   const Gaussian& given) {
  const auto [at_mean, slope] = difference(p, q, given);
  const auto of_q = cholesky(q.covariance, "the covariance of a conditional");
  // The mean term's expectation is that at the mean, and a trace: a divergence and the rest.
  const double at =
      kl({Eigen::VectorXd::Zero(at_mean.size()), p.covariance}, {at_mean, q.covariance});
  return at + 0.5 * of_q.solve(slope * given.covariance * slope.transpose()).trace();
}

double expected_square_error(const GaussianConditional& p, const GaussianConditional& q,
                             const Gaussian& given) {
  const auto [at_mean, slope] = difference(p, q, given);
  return at_mean.squaredNorm() + (slope * given.covariance * slope.transpose()).trace();
}

}  // namespace lagoon::contrastive
