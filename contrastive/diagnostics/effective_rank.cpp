#include "contrastive/diagnostics/effective_rank.hpp"

#include <cmath>

#include <Eigen/Eigenvalues>

#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

/// Squares of the singular values of the centred rows, over n.
Eigen::ArrayXd variances(const Embeddings& embeddings) {
  Eigen::MatrixXd rows = as_matrix(embeddings).cast<double>();
  rows.rowwise() -= rows.colwise().mean().eval();
  const Eigen::MatrixXd covariance = rows.transpose() * rows / static_cast<double>(embeddings.n);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(covariance, Eigen::EigenvaluesOnly);
  return solver.eigenvalues().array().max(0.0);
}

double entropy_rank(const Embeddings& embeddings) {
  const Eigen::ArrayXd singular = variances(embeddings).sqrt();
  if (!(singular.sum() > 0)) return 0;
  double entropy = 0;
  for (const double share : singular / singular.sum()) {
    if (share > 0) entropy -= share * std::log(share);
  }
  return std::exp(entropy);
}

double participation(const Embeddings& embeddings) {
  const Eigen::ArrayXd variance = variances(embeddings);
  if (!(variance.sum() > 0)) return 0;
  return std::pow(variance.sum(), 2) / variance.square().sum();
}

}  // namespace

EffectiveRank effective_rank(const Embeddings& embeddings) {
  return {jackknife(embeddings, entropy_rank), jackknife(embeddings, participation)};
}

}  // namespace lagoon::contrastive
