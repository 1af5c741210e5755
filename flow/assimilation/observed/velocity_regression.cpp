#include "flow/assimilation/observed/velocity_regression.hpp"

#include <cmath>
#include <numbers>

#include <Eigen/Eigenvalues>

#include "flow/error.hpp"
#include "flow/law/law_options.hpp"
#include "flow/numerics/minimum.hpp"

namespace lagoon::flow {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr int kEvidenceBits = 10;  // of what is sought: the evidence is flat at its top

/// cos and sin of 2 pi (k x + l y), side by side for every mode, times `factors` (mode).
MatrixXd waves(const ModeSet& modes, const std::vector<int>& factors, double sign,
               const std::vector<double>& x, const std::vector<double>& y) {
  MatrixXd result(static_cast<Index>(x.size()), 2 * static_cast<Index>(modes.size()));
  for (std::size_t m = 0; m < modes.size(); ++m) {
    const auto at = 2 * static_cast<Index>(m);
    const double slope = sign * kTwoPi * factors[m];
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double angle = kTwoPi * (modes.k[m] * x[i] + modes.l[m] * y[i]);
      result(static_cast<Index>(i), at) = -slope * std::sin(angle);
      result(static_cast<Index>(i), at + 1) = -slope * std::cos(angle);
    }
  }
  return result;
}

/// With two columns more for the mean velocity.
MatrixXd with_mean(const MatrixXd& waves, int component) {
  MatrixXd result = MatrixXd::Zero(waves.rows(), waves.cols() + 2);
  result.leftCols(waves.cols()) = waves;
  result.col(waves.cols() + component).setOnes();
  return result;
}

std::vector<double> matern_std(const ModeSet& modes, double tau, double alpha, double rms_speed) {
  LawOptions options;
  options.prior = "matern";
  options.matern_tau = tau;
  options.matern_alpha = alpha;
  options.rms_speed = rms_speed;
  return make_prior_std(modes, options);
}

}  // namespace

ModeSet steady_modes(int max_wavenumber) {
  return half_plane_of(disk_modes(max_wavenumber));
}

Law steady_law(const ModeSet& modes, const VelocityPrior& prior) {
  Law law;
  law.modes = modes;
  law.prior_std = matern_std(modes, prior.matern_tau, prior.matern_alpha, prior.rms_speed);
  law.omega.assign(modes.size(), 0);
  law.damping.assign(modes.size(), 0);
  return law;
}

MatrixXd VelocityRegression::design_x(const std::vector<double>& x,
                                      const std::vector<double>& y) const {
  return with_mean(waves(modes_, modes_.l, -1, x, y), 0);
}

MatrixXd VelocityRegression::design_y(const std::vector<double>& x,
                                      const std::vector<double>& y) const {
  return with_mean(waves(modes_, modes_.k, 1, x, y), 1);
}

VelocityRegression::VelocityRegression(const ModeSet& modes, const VelocitySamples& seen)
    : modes_(modes), n_numbers_(2.0 * static_cast<double>(seen.size())) {
  require(seen.size() >= 3, std::to_string(seen.size()) +
                                " samples of velocity: give at least three to fit a prior to");
  const Eigen::Map<const VectorXd> vx(seen.velocity_x.data(), static_cast<Index>(seen.size()));
  const Eigen::Map<const VectorXd> vy(seen.velocity_y.data(), static_cast<Index>(seen.size()));
  const MatrixXd of_x = design_x(seen.x, seen.y);
  const MatrixXd of_y = design_y(seen.x, seen.y);
  sum_of_squares_ = vx.squaredNorm() + vy.squaredNorm();
  normal_ = of_x.transpose() * of_x + of_y.transpose() * of_y;
  projected_ = of_x.transpose() * vx + of_y.transpose() * vy;
}

VectorXd VelocityRegression::scales(double tau, double alpha) const {
  const std::vector<double> std = matern_std(modes_, tau, alpha, 1);
  VectorXd result(projected_.size());
  for (std::size_t m = 0; m < std.size(); ++m) {
    result.segment<2>(2 * static_cast<Index>(m)).setConstant(std[m] / std::numbers::sqrt2);
  }
  result.tail<2>().setConstant(kMeanShare);
  return result;
}

/// The regression in unknowns of unit variance, turned so that its normal matrix is diagonal: then
/// every ratio of signal to noise costs n operations.
class VelocityRegression::Spectrum {
 public:
  Spectrum(const VelocityRegression& regression, double tau, double alpha)
      : regression_(regression), scales_(regression.scales(tau, alpha)) {
    const Eigen::SelfAdjointEigenSolver<MatrixXd> solver(scales_.asDiagonal() * regression.normal_ *
                                                         scales_.asDiagonal());
    values_ = solver.eigenvalues().cwiseMax(0);
    vectors_ = solver.eigenvectors();
    projected_ = vectors_.transpose() * scales_.cwiseProduct(regression.projected_);
  }

  /// sigma^2 of largest evidence at a ratio (rms speed / sigma)^2.
  double noise_variance(double ratio) const {
    const double explained =
        (ratio * projected_.array().square() / (1 + ratio * values_.array())).sum();
    return (regression_.sum_of_squares_ - explained) / regression_.n_numbers_;
  }

  double log_evidence(double ratio) const {
    return -(regression_.n_numbers_ * (std::log(kTwoPi * noise_variance(ratio)) + 1) +
             (ratio * values_.array()).log1p().sum()) /
           2;
  }

  VelocityPrior best() const {
    const double log_ratio = minimum_of([this](double at) { return -log_evidence(std::exp(at)); },
                                        -12, 16, kEvidenceBits)
                                 .at;
    const double ratio = std::exp(log_ratio);
    const double std = std::sqrt(noise_variance(ratio));
    return {0, 0, std * std::sqrt(ratio), std, log_evidence(ratio)};
  }

  /// Mean and standard deviation of design * unknowns and one error.
  void forecast(const VelocityPrior& prior, const MatrixXd& design, int component,
                VectorForecast& to) const {
    const double noise = prior.noise_std * prior.noise_std;
    const double ratio = prior.rms_speed * prior.rms_speed / noise;
    const Eigen::ArrayXd shrink = ratio / (1 + ratio * values_.array());
    const MatrixXd turned = design * scales_.asDiagonal() * vectors_;
    to.mean.col(component) = turned * (shrink * projected_.array()).matrix();
    to.std.col(component) =
        (noise * (1 + (turned.array().square().matrix() * shrink.matrix()).array())).sqrt();
  }

 private:
  const VelocityRegression& regression_;
  VectorXd scales_;
  VectorXd values_;
  MatrixXd vectors_;
  VectorXd projected_;
};

VelocityPrior VelocityRegression::fit(double tau, double alpha) const {
  VelocityPrior prior = Spectrum(*this, tau, alpha).best();
  prior.matern_tau = tau;
  prior.matern_alpha = alpha;
  return prior;
}

VelocityPrior VelocityRegression::fit() const {
  constexpr int kTurns = 2;
  double log_tau = std::log(30);
  double alpha = 2;
  for (int turn = 0; turn < kTurns; ++turn) {
    alpha = minimum_of([&](double at) { return -fit(std::exp(log_tau), at).log_evidence; }, 1, 6,
                       kEvidenceBits)
                .at;
    log_tau = minimum_of([&](double at) { return -fit(std::exp(at), alpha).log_evidence; }, 0,
                         std::log(1000), kEvidenceBits)
                  .at;
  }
  return fit(std::exp(log_tau), alpha);
}

MatrixXd VelocityRegression::map(const VelocityPrior& prior, const std::vector<double>& x,
                                 const std::vector<double>& y) const {
  MatrixXd result(2 * static_cast<Index>(x.size()), projected_.size());
  result << design_x(x, y), design_y(x, y);
  return prior.rms_speed * result * scales(prior.matern_tau, prior.matern_alpha).asDiagonal();
}

VectorForecast VelocityRegression::forecast(const VelocityPrior& prior,
                                            const std::vector<double>& x,
                                            const std::vector<double>& y) const {
  const Spectrum spectrum(*this, prior.matern_tau, prior.matern_alpha);
  VectorForecast result = no_forecast(static_cast<Index>(x.size()));
  spectrum.forecast(prior, design_x(x, y), 0, result);
  spectrum.forecast(prior, design_y(x, y), 1, result);
  return result;
}

}  // namespace lagoon::flow
