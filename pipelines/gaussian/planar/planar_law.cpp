#include "pipelines/gaussian/planar/planar_law.hpp"

#include <cmath>
#include <numbers>

#include "contrastive/theory/divergence.hpp"
#include "contrastive/theory/population_loss.hpp"

namespace lagoon::pipelines {
namespace {

using contrastive::Gaussian;
using contrastive::GaussianPair;

const Eigen::VectorXd kOne = Eigen::VectorXd::Ones(1);

PlanarLaw::Densities normal(const Gaussian& law) {
  return [law](const Eigen::VectorXd& at) { return contrastive::densities(law, at); };
}

PlanarMoments::Conditional given_one(const Gaussian& law) {
  return {law.mean(0), law.covariance(0, 0)};
}

void set_moments(PlanarMoments& moments, const GaussianPair& law, const Gaussian& u_given_one,
                 const Gaussian& v_given_one) {
  moments.u_given_v = given_one(u_given_one);
  moments.v_given_u = given_one(v_given_one);
  moments.marginal_u = law.cov_uu(0, 0);
  moments.marginal_v = law.cov_vv(0, 0);
  moments.covariance = law.cov_uv(0, 0);
}

// All but the divergences from the data.
PlanarLaw gaussian_law(const GaussianPair& law) {
  const Gaussian u = contrastive::u_given_v(law).at(kOne);
  const Gaussian v = contrastive::v_given_u(law).at(kOne);
  PlanarLaw result;
  set_moments(result.moments, law, u, v);
  result.u_given_one = normal(u);
  result.v_given_one = normal(v);
  result.marginal_u = normal(contrastive::marginal_u(law));
  result.marginal_v = normal(contrastive::marginal_v(law));
  result.density = [joint = contrastive::joint(law)](double at_u, double at_v) {
    return contrastive::density(joint, Eigen::Vector2d(at_u, at_v));
  };
  return result;
}

}  // namespace

PlanarLaw tilted_law(const GaussianPair& data, const contrastive::Tilt& tilt) {
  const GaussianPair nu = contrastive::tilted(data, tilt);
  PlanarLaw law = gaussian_law(nu);
  law.moments.kl_joint = contrastive::kl_joint(data, nu);
  law.moments.j_cond = contrastive::j_cond(data, tilt);
  return law;
}

PlanarLaw data_law(const GaussianPair& data) {
  return gaussian_law(data);
}

PlanarLaw sign_law(const GaussianPair& data, const contrastive::SignEncoders& encoders) {
  PlanarLaw law;
  set_moments(law.moments, encoders.moments(), encoders.u_given_v_moments(1),
              encoders.v_given_u_moments(1));
  law.moments.kl_joint = law.moments.j_cond = encoders.kl();
  law.u_given_one = [encoders](const Eigen::VectorXd& at) { return encoders.u_given_v(at, 1); };
  law.v_given_one = [encoders](const Eigen::VectorXd& at) { return encoders.v_given_u(at, 1); };
  law.marginal_u = normal(contrastive::marginal_u(data));
  law.marginal_v = normal(contrastive::marginal_v(data));
  law.density = [encoders](double u, double v) { return encoders.joint_density(u, v); };
  return law;
}

std::vector<PlanePoint> level_line(const PlanarLaw& law, double level) {
  constexpr int kQuarter = 45;      // rays in each quadrant, both its edges among them
  constexpr double kInside = 1e-9;  // off the axes, where densities may jump
  std::vector<PlanePoint> line;
  bool reached = false;
  for (int quadrant = 0; quadrant < 4; ++quadrant) {
    for (int ray = 0; ray <= kQuarter; ++ray) {
      const double share = kInside + (1 - 2 * kInside) * ray / kQuarter;
      const double angle = std::numbers::pi / 2 * (quadrant + share);
      const double u = std::cos(angle), v = std::sin(angle);
      const double peak = law.density(kInside * u, kInside * v);
      const double fall = std::log(peak / law.density(u, v));
      const double radius = peak > level ? std::sqrt(std::log(peak / level) / fall) : 0;
      reached = reached || radius > 0;
      line.push_back({radius * u, radius * v});
    }
  }
  if (!reached) return {};
  line.push_back(line.front());
  return line;
}

}  // namespace lagoon::pipelines
