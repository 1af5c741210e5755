#pragma once

#include <Eigen/Core>

#include "contrastive/theory/tilt.hpp"

namespace lagoon::contrastive {

/// g_u(u) = G u + g and g_v(v) = H v + h, [BST] (38) and footnote 4: G (E, n_u), H (E, n_v). g and
/// h may be left empty: 0.
struct LinearEncoders {
  Eigen::MatrixXd G, H;
  Eigen::VectorXd g, h;
};

/// The tilt of <g_u(u), g_v(v)> / temperature about the means of the pair, up to a constant, which
/// no loss sees. Throws Error for shapes that do not fit or a temperature that is not above 0.
Tilt inner_product_tilt(const LinearEncoders& encoders, const GaussianPair& pair,
                        double temperature = 1);

/// The tilt of -|g_u(u) - g_v(v)|^2 / (2 temperature), [BST] (46).
Tilt quadratic_tilt(const LinearEncoders& encoders, const GaussianPair& pair,
                    double temperature = 1);

}  // namespace lagoon::contrastive
