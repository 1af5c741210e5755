#pragma once

#include <Eigen/Core>

#include "contrastive/theory/gaussian_pair.hpp"

namespace lagoon::contrastive {

/// Normalised linear encoders of a pair with n_u = n_v = 1, [BST] Figure 6: on the sphere S^0 they
/// are signs (of the departures from the means), so log_rho = +1/temperature where the signs agree
/// and -1/temperature elsewhere. nu's conditionals are mixtures of two half normals, its marginals
/// exactly those of the data. Everything is closed form: E_mu sign(u) sign(v) = 2/pi
/// asin(correlation).
class SignEncoders {
 public:
  /// opposite: the two encoders start with opposite signs, which training cannot mend. Throws
  /// Error unless n_u = n_v = 1, the law is positive definite and the temperature above 0 (it may
  /// be infinite).
  SignEncoders(const GaussianPair& data, double temperature, bool opposite = false);

  /// The tilting at (u, v), up to a constant.
  double log_rho(double u, double v) const;

  /// Densities of nu at each of u (v), given a v (u), and of the pair.
  Eigen::VectorXd u_given_v(const Eigen::VectorXd& u, double v) const;
  Eigen::VectorXd v_given_u(const Eigen::VectorXd& v, double u) const;
  double joint_density(double u, double v) const;

  /// Mean and variance of u | v and of v | u.
  Gaussian u_given_v_moments(double v) const;
  Gaussian v_given_u_moments(double u) const;

  /// Means and covariances of nu (which is not Gaussian).
  GaussianPair moments() const;

  /// KL(mu || nu), which is also J_cond with weights of sum 2, since nu has mu's marginals.
  double kl() const;

  /// The temperature that minimises kl(): tanh(1/temperature) = 2/pi asin(|correlation|), for the
  /// signs that fit the correlation's; infinite without correlation.
  static double best_temperature(const GaussianPair& data);

 private:
  GaussianPair data_;
  double inverse_temperature_;  // negative for opposite signs
};

}  // namespace lagoon::contrastive
