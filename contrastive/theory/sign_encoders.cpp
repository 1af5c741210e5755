#include "contrastive/theory/sign_encoders.hpp"

#include <cmath>
#include <numbers>
#include <string>

#include "contrastive/theory/canonical.hpp"
#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

constexpr double kTwoOverPi = 2 / std::numbers::pi;

double correlation_of(const GaussianPair& data) {
  return data.cov_uv(0, 0) / std::sqrt(data.cov_uu(0, 0) * data.cov_vv(0, 0));
}

// E_mu sign(u) sign(v), by the angle that the two half planes leave each other.
double mean_agreement(const GaussianPair& data) {
  return kTwoOverPi * std::asin(correlation_of(data));
}

void require_line(const GaussianPair& data) {
  require_valid(data);
  require(data.n_u() == 1 && data.n_v() == 1,
          "normalised encoders are signs for u and v of one component each: u has " +
              std::to_string(data.n_u()) + ", v " + std::to_string(data.n_v()));
  canonical(data);
}

double sign(double x) {
  return x < 0 ? -1 : 1;
}

Gaussian half_normal_mixture(double mean, double variance, double bias) {
  // x = mean + |half normal| with the two signs of weights (1 +- bias) / 2.
  const double shift = bias * std::sqrt(kTwoOverPi * variance);
  return {Eigen::VectorXd::Constant(1, mean + shift),
          Eigen::MatrixXd::Constant(1, 1, variance - shift * shift)};
}

}  // namespace

SignEncoders::SignEncoders(const GaussianPair& data, double temperature, bool opposite)
    : data_(data), inverse_temperature_((opposite ? -1 : 1) / temperature) {
  require_line(data);
  require(temperature > 0,
          "the temperature is " + std::to_string(temperature) + ": it must be above 0");
}

double SignEncoders::log_rho(double u, double v) const {
  return inverse_temperature_ * sign(u - data_.mean_u(0)) * sign(v - data_.mean_v(0));
}

Eigen::VectorXd SignEncoders::u_given_v(const Eigen::VectorXd& u, double v) const {
  const double log_normalizer = std::log(std::cosh(inverse_temperature_));
  Eigen::VectorXd result = densities(marginal_u(data_), u);
  for (Eigen::Index i = 0; i < u.size(); ++i)
    result(i) *= std::exp(log_rho(u(i), v) - log_normalizer);
  return result;
}

Eigen::VectorXd SignEncoders::v_given_u(const Eigen::VectorXd& v, double u) const {
  SignEncoders other = *this;
  other.data_ = exchanged(data_);
  return other.u_given_v(v, u);
}

double SignEncoders::joint_density(double u, double v) const {
  return u_given_v(Eigen::VectorXd::Constant(1, u), v)(0) *
         densities(marginal_v(data_), Eigen::VectorXd::Constant(1, v))(0);
}

Gaussian SignEncoders::u_given_v_moments(double v) const {
  return half_normal_mixture(data_.mean_u(0), data_.cov_uu(0, 0),
                             std::tanh(inverse_temperature_) * sign(v - data_.mean_v(0)));
}

Gaussian SignEncoders::v_given_u_moments(double u) const {
  return half_normal_mixture(data_.mean_v(0), data_.cov_vv(0, 0),
                             std::tanh(inverse_temperature_) * sign(u - data_.mean_u(0)));
}

GaussianPair SignEncoders::moments() const {
  GaussianPair nu = data_;
  nu.cov_uv(0, 0) = std::tanh(inverse_temperature_) * kTwoOverPi *
                    std::sqrt(data_.cov_uu(0, 0) * data_.cov_vv(0, 0));
  return nu;
}

double SignEncoders::kl() const {
  return mutual_information(data_) - inverse_temperature_ * mean_agreement(data_) +
         std::log(std::cosh(inverse_temperature_));
}

double SignEncoders::best_temperature(const GaussianPair& data) {
  require_line(data);
  return 1 / std::atanh(std::abs(mean_agreement(data)));
}

}  // namespace lagoon::contrastive
