#include "pipelines/bridge/chain/chain_references.hpp"

#include <cmath>
#include <utility>

#include "flow/numerics/cholesky.hpp"
#include "flow/numerics/sample_moments.hpp"

namespace lagoon::pipelines {
namespace {

using contrastive::Critic;
using contrastive::Embeddings;
using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Rows to_rows(const Embeddings& e) {
  using FloatRows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  return Eigen::Map<const FloatRows>(e.values.data(), e.n, e.dim).cast<double>();
}

Embeddings to_embeddings(const Rows& rows) {
  Embeddings e{rows.rows(), rows.cols(), std::vector<float>(static_cast<std::size_t>(rows.size()))};
  for (Eigen::Index i = 0; i < rows.size(); ++i) {
    e.values[static_cast<std::size_t>(i)] = static_cast<float>(rows.data()[i]);
  }
  return e;
}

/// Rows L^-1 (x - mean), covariance = L L^T: log densities are -1/2 of their square lengths.
Rows whitened(const Rows& rows, const Eigen::VectorXd& mean, const Eigen::MatrixXd& covariance) {
  const Rows centred = rows.rowwise() - mean.transpose();
  return covariance.llt().matrixL().solve(centred.transpose()).transpose();
}

double log_determinant(const Eigen::MatrixXd& matrix) {
  return 2 * flow::half_log_determinant(matrix.llt());
}

std::vector<double> minus_half_squares(const Rows& rows) {
  const Eigen::VectorXd values = -0.5 * rows.rowwise().squaredNorm();
  return {values.begin(), values.end()};
}

Eigen::MatrixXd joint(const Eigen::MatrixXd& x, const Eigen::MatrixXd& xy,
                      const Eigen::MatrixXd& y) {
  Eigen::MatrixXd all(x.rows() + y.rows(), x.rows() + y.rows());
  all << x, xy, xy.transpose(), y;
  return all;
}

double information(const Eigen::MatrixXd& x, const Eigen::MatrixXd& xy, const Eigen::MatrixXd& y) {
  return (log_determinant(x) + log_determinant(y) - log_determinant(joint(x, xy, y))) / 2;
}

/// log p(c | a) - log p(c), all columns of a group, up to what depends on the row alone:
/// C given a is N(gain (a - mean) + mean, spread).
double bayes_recall(const ChainLaw& law, const Groups& groups, const Rows& a, const Rows& c,
                    const std::vector<double>& log_p_c) {
  const auto of_a = law.a(), of_c = law.c();
  const Eigen::MatrixXd gain = of_a.marginal_covariance.llt().solve(law.cov_ac()).transpose();
  const Eigen::MatrixXd spread = of_c.marginal_covariance - gain * law.cov_ac();
  const Rows means = (a.rowwise() - of_a.marginal_mean.transpose()) * gain.transpose();
  const Rows x = whitened(means, Eigen::VectorXd::Zero(means.cols()), spread);
  const Rows y = whitened(c, of_c.marginal_mean, spread);
  return grouped_recall(groups, [&](std::int64_t first) {
    contrastive::ScoreGrid grid{groups.size, groups.size, {}};
    for (std::int64_t i = first; i < first + groups.size; ++i) {
      for (std::int64_t j = first; j < first + groups.size; ++j) {
        grid.values.push_back(-0.5 * (x.row(i) - y.row(j)).squaredNorm() -
                              log_p_c[static_cast<std::size_t>(j)]);
      }
    }
    return grid;
  });
}

/// Rows x and pool y with log p(x | b) = -1/2 |x - y|^2 up to a constant: the critic l2 is exact.
void as_l2(const ChainLaw::Outer& outer, const Rows& x, const Rows& pool, Embeddings& rows,
           Embeddings& bridge) {
  const Rows means = pool * outer.map.transpose();
  rows = to_embeddings(whitened(x, outer.offset, outer.covariance));
  bridge = to_embeddings(whitened(means, Eigen::VectorXd::Zero(means.cols()), outer.covariance));
}

/// log p(a, c) of each pair, without the constants of 2 pi.
Eigen::VectorXd log_joint_densities(const ChainLaw& law, const Rows& a, const Rows& c) {
  const auto of_a = law.a(), of_c = law.c();
  const auto covariance = joint(of_a.marginal_covariance, law.cov_ac(), of_c.marginal_covariance);
  Rows pairs(a.rows(), a.cols() + c.cols());
  pairs << a, c;
  Eigen::VectorXd mean(pairs.cols());
  mean << of_a.marginal_mean, of_c.marginal_mean;
  const Rows white = whitened(pairs, mean, covariance);
  return -0.5 * (white.rowwise().squaredNorm().array() + log_determinant(covariance));
}

}  // namespace

ChainReference chain_reference(const ChainLaw& law, const Groups& groups, const Triplets& held_out,
                               const Embeddings& pool,
                               const std::vector<std::int64_t>& pool_sizes) {
  const auto of_a = law.a(), of_c = law.c();
  const Rows a = to_rows(held_out.a), c = to_rows(held_out.c), b = to_rows(pool);
  const auto log_p_c =
      minus_half_squares(whitened(c, of_c.marginal_mean, of_c.marginal_covariance));
  ChainReference reference;
  reference.bayes = bayes_recall(law, groups, a, c, log_p_c);
  BridgedRows rows;
  as_l2(of_a, a, b, rows.a, rows.b);
  as_l2(of_c, c, b, rows.c, rows.b_prime);
  rows.ab = rows.bc = {Critic::l2, 1};
  rows.less = log_p_c;
  const Eigen::VectorXd joint = log_joint_densities(law, a, c);
  const double spread = (log_determinant(of_a.covariance) + log_determinant(of_c.covariance)) / 2;
  std::map<std::int64_t, std::vector<double>> shortfalls;
  reference.exact = monte_carlo_recall(
      groups, rows, pool_sizes,
      [&](std::int64_t m, std::int64_t first, const contrastive::ScoreGrid& scores) {
        for (std::int64_t i = 0; i < scores.rows; ++i) {
          shortfalls[m].push_back(joint[first + i] - (scores(i, i) - spread));
        }
      });
  for (auto& [m, values] : shortfalls)
    reference.shortfall[m] = flow::sample_median(std::move(values));
  const auto cov_cb = of_c.map * law.cov_bb();
  reference.information_ab = information(of_a.marginal_covariance, law.cov_ab(), law.cov_bb());
  reference.information_bc = information(of_c.marginal_covariance, cov_cb, law.cov_bb());
  reference.information_ac =
      information(of_a.marginal_covariance, law.cov_ac(), of_c.marginal_covariance);
  return reference;
}

}  // namespace lagoon::pipelines
