#include "contrastive/theory/bridging/closed_forms.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "flow/error.hpp"

namespace lagoon::contrastive {

double log_mean_on_sphere(std::int64_t dim, double scale_ab, double scale_bc, double cosine) {
  require(dim >= 2, "dimension " + std::to_string(dim) + " of a sphere: give at least 2");
  require(std::abs(cosine) <= 1, "cosine " + std::to_string(cosine) + ": give one of -1 to 1");
  require(std::isfinite(scale_ab) && std::isfinite(scale_bc),
          "scales " + std::to_string(scale_ab) + " and " + std::to_string(scale_bc) +
              ": give finite ones");
  const double square =
      std::max(0.0, scale_ab * scale_ab + scale_bc * scale_bc + 2 * scale_ab * scale_bc * cosine);
  if (square == 0) return 0;
  // I_nu itself leaves the range of doubles; its series, without the power of k that the formula
  // divides by, has the ratio square / 4 / (j (d/2 + j - 1)) of its terms and none below 0.
  constexpr double kNegligible = 1e-18;
  const double half_dim = static_cast<double>(dim) / 2;
  double log_term = 0, log_sum = 0;
  for (double j = 1;; ++j) {
    const double ratio = square / 4 / (j * (half_dim + j - 1));
    log_term += std::log(ratio);
    const double largest = std::max(log_sum, log_term);
    log_sum = largest + std::log(std::exp(log_sum - largest) + std::exp(log_term - largest));
    if (ratio < 0.5 && log_term < log_sum + std::log(kNegligible)) return log_sum;
  }
}

double log_mean_of_gaussian(const Eigen::VectorXd& a, const Eigen::VectorXd& c, double variance,
                            double scale_ab, double scale_bc) {
  require(a.size() == c.size(), "vectors of " + std::to_string(a.size()) + " and of " +
                                    std::to_string(c.size()) + " components: give one size");
  const double spread = 1 + variance * (scale_ab + scale_bc);
  require(spread > 0, "the mean over the Gaussian is infinite: give scales above -1/variance");
  return -static_cast<double>(a.size()) / 2 * std::log(spread) +
         variance * (scale_ab * a + scale_bc * c).squaredNorm() / (2 * spread) -
         (scale_ab * a.squaredNorm() + scale_bc * c.squaredNorm()) / 2;
}

double samples_needed(double log_mean, double log_mean_square, double standard_error) {
  return std::expm1(log_mean_square - 2 * log_mean) / (standard_error * standard_error);
}

}  // namespace lagoon::contrastive
