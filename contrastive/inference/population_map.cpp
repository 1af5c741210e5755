#include "contrastive/inference/population_map.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include "contrastive/theory/positive_definite.hpp"
#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

using Eigen::VectorXd;

// Searches agree whose log densities differ by less, in nats or relatively.
constexpr double kSameDensity = 1e-8;

/// Minus the log of the posterior density.
class Potential {
 public:
  Potential(const LogDensity& log_rho, const LogDensity& log_prior)
      : log_rho_(log_rho), log_prior_(log_prior) {}

  double operator()(const VectorXd& u, VectorXd& gradient) const {
    VectorXd likelihood_gradient(u.size());
    const double prior = log_prior_(u, gradient);
    const double likelihood = log_rho_(u, likelihood_gradient);
    gradient = -(gradient + likelihood_gradient);
    return -(prior + likelihood);
  }

 private:
  const LogDensity& log_rho_;
  const LogDensity& log_prior_;
};

bool same_density(double a, double b) {
  return std::abs(a - b) <= kSameDensity * std::max(1.0, std::abs(a));
}

}  // namespace

LogDensity gaussian_log_density(const Gaussian& law) {
  const auto factor = cholesky(law.covariance, "the covariance of a density");
  require(factor.rows() == law.mean.size(),
          "a covariance of " + std::to_string(factor.rows()) + " rows for a mean of " +
              std::to_string(law.mean.size()) + " components: give as many");
  const double log_volume = (log_determinant(factor) + static_cast<double>(law.mean.size()) *
                                                           std::log(2 * std::numbers::pi)) /
                            2;
  return [mean = law.mean, factor, log_volume](const VectorXd& u, VectorXd& gradient) {
    const VectorXd departure = u - mean;
    gradient = -factor.solve(departure);
    return departure.dot(gradient) / 2 - log_volume;
  };
}

PosteriorMode posterior_mode(const LogDensity& log_rho, const LogDensity& log_prior,
                             const Eigen::MatrixXd& starts, const MinimizeOptions& options) {
  const Potential potential(log_rho, log_prior);
  std::vector<Minimum> found;
  for (Eigen::Index i = 0; i < starts.rows(); ++i) {
    const VectorXd start = starts.row(i).transpose();
    VectorXd gradient(start.size());
    if (std::isfinite(potential(start, gradient)))
      found.push_back(minimize(potential, start, options));
  }
  require(!found.empty(), "none of the " + std::to_string(starts.rows()) +
                              " starts has a finite density: start inside the prior's support");
  const auto best = std::min_element(
      found.begin(), found.end(), [](const auto& a, const auto& b) { return a.value < b.value; });
  PosteriorMode mode{best->x, -best->value, best->gradient_norm, 0, 0, best->converged};
  for (const Minimum& minimum : found) {
    mode.n_converged += minimum.converged ? 1 : 0;
    mode.n_agree += same_density(minimum.value, best->value) ? 1 : 0;
  }
  return mode;
}

}  // namespace lagoon::contrastive
