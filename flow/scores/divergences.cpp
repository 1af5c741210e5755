#include "flow/scores/divergences.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "flow/error.hpp"
#include "flow/numerics/cholesky.hpp"
#include "flow/numerics/sample_moments.hpp"
#include "flow/scores/moments.hpp"
#include "flow/scores/pair_distances.hpp"

namespace lagoon::flow {
namespace {

using Cholesky = Eigen::LLT<Eigen::MatrixXd>;

Cholesky factor_of(const GaussianPosterior& law) {
  Cholesky factor(law.covariance);
  require(factor.info() == Eigen::Success,
          "a covariance of " + std::to_string(law.mean.size()) +
              " components is not positive definite: its law has no divergence (an ensemble needs "
              "more members than components)");
  return factor;
}

/// Median distance between columns of the pooled samples, each pair once.
double median_distance(const Eigen::MatrixXd& pooled) {
  const Eigen::MatrixXd squares = squared_pair_distances(pooled, pooled);
  std::vector<double> pairs;
  for (Eigen::Index j = 1; j < squares.cols(); ++j) {
    pairs.insert(pairs.end(), squares.col(j).data(), squares.col(j).data() + j);
  }
  const double middle = sample_median(std::move(pairs));
  return middle > 0 ? std::sqrt(middle) : 1;  // of equal columns any width will do
}

Eigen::MatrixXd kernel(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b, double width) {
  return (squared_pair_distances(a, b) / (-2 * width * width)).array().exp();
}

/// Mean of the kernel over pairs of different columns.
double mean_of_pairs(const Eigen::MatrixXd& a, double width) {
  const Eigen::MatrixXd values = kernel(a, a, width);
  const auto n = static_cast<double>(a.cols());
  return (values.sum() - values.trace()) / (n * (n - 1));
}

}  // namespace

double gaussian_divergence(const GaussianPosterior& p, const GaussianPosterior& q) {
  require(p.mean.size() == q.mean.size(),
          "laws of " + std::to_string(p.mean.size()) + " and " + std::to_string(q.mean.size()) +
              " components have no divergence: give laws of the same control space");
  const Cholesky of_p = factor_of(p), of_q = factor_of(q);
  const Eigen::MatrixXd root_p = of_p.matrixL();
  const Eigen::VectorXd apart = q.mean - p.mean;
  return 0.5 * (of_q.matrixL().solve(root_p).squaredNorm() - static_cast<double>(apart.size()) +
                2 * half_log_determinant(of_q) - 2 * half_log_determinant(of_p) +
                of_q.matrixL().solve(apart).squaredNorm());
}

double weights_divergence(const Eigen::VectorXd& p, const Eigen::VectorXd& q) {
  require(p.size() == q.size(), std::to_string(p.size()) + " and " + std::to_string(q.size()) +
                                    " weights have no divergence: weigh the same members");
  double sum = 0;
  for (Eigen::Index i = 0; i < p.size(); ++i) {
    if (p[i] == 0) continue;
    if (q[i] == 0) return std::numeric_limits<double>::infinity();
    sum += p[i] * std::log(p[i] / q[i]);
  }
  return sum;
}

double squared_mmd(const Eigen::MatrixXd& x, const Eigen::MatrixXd& y) {
  require(x.cols() >= 2 && y.cols() >= 2, "samples of " + std::to_string(x.cols()) + " and " +
                                              std::to_string(y.cols()) +
                                              " have no discrepancy: give at least 2 draws each");
  Eigen::MatrixXd pooled(x.rows(), x.cols() + y.cols());
  pooled << x, y;
  pooled.colwise() -= pooled.rowwise().mean().eval();
  const double width = median_distance(pooled);
  const Eigen::MatrixXd a = pooled.leftCols(x.cols()), b = pooled.rightCols(y.cols());
  return mean_of_pairs(a, width) + mean_of_pairs(b, width) - 2 * kernel(a, b, width).mean();
}

double squared_mmd(const Posterior& p, const Posterior& q, int draws, const DrawKey& key) {
  const DrawKey for_q = {key.seed, Purpose::rank_draw, key.sample};
  return squared_mmd(draw_samples(p, draws, key), draw_samples(q, draws, for_q));
}

}  // namespace lagoon::flow
