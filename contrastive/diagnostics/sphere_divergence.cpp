#include "contrastive/diagnostics/sphere_divergence.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include <boost/math/special_functions/digamma.hpp>

#include "contrastive/diagnostics/sphere_law.hpp"
#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

/// Angle of two directions from the length of their difference: of near ones the cosine says
/// nothing.
double angle_between(const RowMatrix& rows, Eigen::Index i, Eigen::Index j) {
  const double chord = (rows.row(i) - rows.row(j)).cast<double>().norm();
  return 2 * std::asin(std::min(1.0, chord / 2));
}

/// The row that is k-th nearest to row i, itself not counted.
Eigen::Index kth_neighbour(const RowMatrix& rows, Eigen::Index i, int k) {
  const Eigen::VectorXf cosines = rows * rows.row(i).transpose();
  std::vector<Eigen::Index> order;
  for (Eigen::Index j = 0; j < rows.rows(); ++j) {
    if (j != i) order.push_back(j);
  }
  std::ranges::nth_element(order, order.begin() + (k - 1), std::greater<>(),
                           [&](Eigen::Index j) { return cosines[j]; });
  return order[static_cast<std::size_t>(k - 1)];
}

}  // namespace

Estimate divergence_from_uniform(const Embeddings& embeddings, int k) {
  require(k >= 1 && embeddings.n > k, std::to_string(embeddings.n) + " embeddings have no " +
                                          std::to_string(k) + "-th neighbour: give more");
  const RowMatrix rows = unit_rows(embeddings);
  Eigen::ArrayXd log_shares(embeddings.n);
  for (Eigen::Index i = 0; i < embeddings.n; ++i) {
    const double angle = angle_between(rows, i, kth_neighbour(rows, i, k));
    if (!(angle > 0)) {
      throw Error("embedding " + std::to_string(i) + " has " + std::to_string(k) +
                  " exact copies: they have no density (leave copies out)");
    }
    log_shares[i] = log_cap_share(embeddings.dim, angle);
  }
  const Estimate mean = mean_of(log_shares);
  const double expected = boost::math::digamma(static_cast<double>(k)) -
                          boost::math::digamma(static_cast<double>(embeddings.n));
  return {expected - mean.value, mean.standard_error};
}

}  // namespace lagoon::contrastive
