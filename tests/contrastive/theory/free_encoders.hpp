#pragma once

#include <cstdint>

#include <Eigen/Core>

#include "contrastive/theory/optimal_tilts.hpp"

namespace lagoon::contrastive {

/// The loss that an optimum minimises, as a function of free G and H (r rows each, one above the
/// other in a vector), with its gradient. Written with inverses of the covariances and on its own:
/// the oracle of population_loss and of the closed forms.
class FreeEncoders {
 public:
  FreeEncoders(Optimum optimum, const GaussianPair& pair, int rank);

  Eigen::Index size() const { return rank_ * (pair_.n_u() + pair_.n_v()); }

  /// Infinite where a normaliser is; the gradient is then 0.
  double value(const Eigen::VectorXd& weights, Eigen::VectorXd* gradient = nullptr) const;

  Eigen::VectorXd weights_of(const LinearEncoders& encoders) const;
  LinearEncoders encoders_of(const Eigen::VectorXd& weights) const;

  /// The least value that BFGS finds from a random start.
  double descend(std::uint64_t seed) const;

 private:
  struct Slopes {
    Eigen::MatrixXd A, B, C;
  };
  double conditional(const Tilt& tilt, double lambda_u, double lambda_v, Slopes& slopes) const;
  double joint(const Tilt& tilt, Slopes& slopes) const;

  Optimum optimum_;
  GaussianPair pair_;
  Eigen::Index rank_;
  Eigen::MatrixXd inverse_uu_, inverse_vv_;
};

}  // namespace lagoon::contrastive
