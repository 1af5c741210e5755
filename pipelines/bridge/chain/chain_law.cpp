#include "pipelines/bridge/chain/chain_law.hpp"

#include <cmath>

namespace lagoon::pipelines {
namespace {

using contrastive::Embeddings;

/// Numbers of one stream, one after the other.
class Draws {
 public:
  explicit Draws(flow::DrawKey key) : key_(key) {}

  Eigen::MatrixXd uniform(Eigen::Index rows, Eigen::Index cols) {
    return Eigen::MatrixXd::NullaryExpr(rows, cols,
                                        [this] { return 2 * flow::uniform(key_, index_++) - 1; });
  }

  Eigen::VectorXd normal(Eigen::Index n) {
    Eigen::VectorXd values(n);
    flow::fill_normals({values.data(), static_cast<std::size_t>(n)}, key_, index_);
    index_ += static_cast<std::uint32_t>((n + 1) / 2);
    return values;
  }

 private:
  flow::DrawKey key_;
  std::uint32_t index_ = 0;
};

Embeddings empty_rows(std::int64_t n, std::int64_t dim) {
  Embeddings rows{n, dim, {}};
  rows.values.reserve(static_cast<std::size_t>(n * dim));
  return rows;
}

void append(Embeddings& rows, const Eigen::VectorXd& row) {
  for (const double value : row) rows.values.push_back(static_cast<float>(value));
}

}  // namespace

ChainLaw::ChainLaw(std::uint64_t seed, double rho, double noise)
    : seed_(seed), rho_(rho), noise_(noise) {
  Draws draws({seed, flow::Purpose::conditional_draw, 0});
  root_b_ = draws.uniform(kBridgeDim, kBridgeDim);
  mean_b_ = draws.uniform(kBridgeDim, 1);
  m_a_ = draws.uniform(kOuterDim, kBridgeDim);
  m_c_ = draws.uniform(kOuterDim, kBridgeDim);
  root_u_ = draws.uniform(kBridgeDim, kBridgeDim);
  mean_u_ = draws.uniform(kBridgeDim, 1);
  n_a_ = draws.uniform(kOuterDim, kBridgeDim);
  n_c_ = draws.uniform(kOuterDim, kBridgeDim);
  cov_b_ = root_b_.transpose() * root_b_;
  cov_u_ = root_u_.transpose() * root_u_;
}

Triplets ChainLaw::draw(flow::Purpose purpose, std::int64_t first, std::int64_t n) const {
  Triplets rows{empty_rows(n, kOuterDim), empty_rows(n, kBridgeDim), empty_rows(n, kOuterDim)};
  const double seen = std::sqrt(1 - rho_), unseen = std::sqrt(rho_);
  for (std::int64_t i = first; i < first + n; ++i) {
    Draws draws({seed_, purpose, static_cast<std::uint64_t>(i)});
    const Eigen::VectorXd b = mean_b_ + root_b_.transpose() * draws.normal(kBridgeDim);
    const Eigen::VectorXd u = mean_u_ + root_u_.transpose() * draws.normal(kBridgeDim);
    append(rows.a, seen * m_a_ * b + unseen * n_a_ * u + noise_ * draws.normal(kOuterDim));
    append(rows.c, seen * m_c_ * b + unseen * n_c_ * u + noise_ * draws.normal(kOuterDim));
    append(rows.b, b);
  }
  return rows;
}

Embeddings ChainLaw::draw_bridge(flow::Purpose purpose, std::int64_t n) const {
  Embeddings rows = empty_rows(n, kBridgeDim);
  for (std::int64_t i = 0; i < n; ++i) {
    Draws draws({seed_, purpose, static_cast<std::uint64_t>(i)});
    append(rows, mean_b_ + root_b_.transpose() * draws.normal(kBridgeDim));
  }
  return rows;
}

ChainLaw::Outer ChainLaw::outer(const Eigen::MatrixXd& m, const Eigen::MatrixXd& n) const {
  Outer law;
  law.map = std::sqrt(1 - rho_) * m;
  law.offset = std::sqrt(rho_) * n * mean_u_;
  law.covariance = rho_ * n * cov_u_ * n.transpose();
  law.covariance.diagonal().array() += noise_ * noise_;
  law.marginal_mean = law.map * mean_b_ + law.offset;
  law.marginal_covariance = law.covariance + law.map * cov_b_ * law.map.transpose();
  return law;
}

Eigen::MatrixXd ChainLaw::cov_ac() const {
  return (1 - rho_) * m_a_ * cov_b_ * m_c_.transpose() + rho_ * n_a_ * cov_u_ * n_c_.transpose();
}

Eigen::MatrixXd ChainLaw::cov_ab() const {
  return std::sqrt(1 - rho_) * m_a_ * cov_b_;
}

}  // namespace lagoon::pipelines
