#pragma once

#include <functional>
#include <vector>

#include <Eigen/Core>

#include "contrastive/theory/gaussian_pair.hpp"
#include "contrastive/theory/sign_encoders.hpp"
#include "contrastive/theory/tilt.hpp"

namespace lagoon::pipelines {

/// The numbers of a centred law nu of two real modalities beside the data's law mu.
struct PlanarMoments {
  /// The mean given 1 and the variance given 1; of a Gaussian the mean given x is coefficient x.
  struct Conditional {
    double coefficient = 0;
    double variance = 0;
  };
  Conditional u_given_v, v_given_u;
  double marginal_u = 0, marginal_v = 0, covariance = 0;  ///< variances and covariance of nu
  double kl_joint = 0;                                    ///< KL(mu || nu)
  double j_cond = 0;                                      ///< with weights (1, 1)
};

/// A centred law on the plane as pictures want it.
struct PlanarLaw {
  /// Densities at each of some points.
  using Densities = std::function<Eigen::VectorXd(const Eigen::VectorXd& at)>;

  PlanarMoments moments;
  Densities u_given_one, v_given_one;  ///< densities given v = 1 and u = 1
  Densities marginal_u, marginal_v;
  std::function<double(double u, double v)> density;
};

/// The reference tilted by `tilt`, compared with the data's law, whose marginals it tilts.
PlanarLaw tilted_law(const contrastive::GaussianPair& data, const contrastive::Tilt& tilt);

/// The data's own law: the truth.
PlanarLaw data_law(const contrastive::GaussianPair& data);

/// What normalised encoders make of the reference.
PlanarLaw sign_law(const contrastive::GaussianPair& data,
                   const contrastive::SignEncoders& encoders);

/// A point of the plane.
struct PlanePoint {
  double u = 0;
  double v = 0;
};

/// The closed line about the origin on which the density is `level`, or where it jumps past it.
/// For laws that fall along each ray from the origin as a Gaussian does. Empty if the density
/// nowhere reaches the level.
std::vector<PlanePoint> level_line(const PlanarLaw& law, double level);

}  // namespace lagoon::pipelines
