#pragma once

#include <cstdint>

#include <Eigen/Core>

#include "contrastive/embeddings.hpp"
#include "flow/random.hpp"

namespace lagoon::pipelines {

/// Rows of A, B and C that belong together.
struct Triplets {
  contrastive::Embeddings a, b, c;
};

/// The Gaussian chain of [CE], corrected: B ~ N(mu, Sigma) of 16 components, and
///   A = sqrt(1 - rho) M_A B + sqrt(rho) N_A U + kNoise normals,  C likewise, of 32 components,
/// U of a law like B's and unseen. Sigma = R^T R; R, M, N, mu uniform on (-1, 1), of each seed its
/// own. A and C are independent given B only if the bypass rho is 0.
class ChainLaw {
 public:
  static constexpr int kBridgeDim = 16, kOuterDim = 32;
  static constexpr double kNoise = 2;

  /// Maps drawn by the seed; rho couples the two outer modalities.
  ChainLaw(std::uint64_t seed, double rho, double noise = kNoise);

  /// Samples first .. first + n - 1 of a purpose: a function of seed, purpose and place.
  Triplets draw(flow::Purpose purpose, std::int64_t first, std::int64_t n) const;
  /// The same of B alone.
  contrastive::Embeddings draw_bridge(flow::Purpose purpose, std::int64_t n) const;

  /// One outer modality given B: N(map b + offset, covariance), and its own law.
  struct Outer {
    Eigen::MatrixXd map, covariance, marginal_covariance;
    Eigen::VectorXd offset, marginal_mean;
  };
  Outer a() const { return outer(m_a_, n_a_); }
  Outer c() const { return outer(m_c_, n_c_); }
  /// Covariances of the modalities.
  Eigen::MatrixXd cov_ac() const;
  Eigen::MatrixXd cov_ab() const;
  const Eigen::MatrixXd& cov_bb() const { return cov_b_; }

 private:
  Outer outer(const Eigen::MatrixXd& m, const Eigen::MatrixXd& n) const;

  std::uint64_t seed_;
  double rho_, noise_;
  Eigen::MatrixXd root_b_, root_u_, m_a_, m_c_, n_a_, n_c_, cov_b_, cov_u_;
  Eigen::VectorXd mean_b_, mean_u_;
};

}  // namespace lagoon::pipelines
