#include "flow/assimilation/observed/interpolation.hpp"

#include <cmath>
#include <numbers>

#include "flow/error.hpp"
#include "flow/numerics/cholesky.hpp"
#include "flow/numerics/minimum.hpp"

namespace lagoon::flow {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;

constexpr int kLikelihoodBits = 7;  // of what is sought

/// Velocities (sample, x | y).
Eigen::MatrixX2d velocities(const VelocitySamples& seen) {
  require(seen.size() >= 2, "fewer than two samples of velocity: give more");
  Eigen::MatrixX2d result(static_cast<Index>(seen.size()), 2);
  for (std::size_t i = 0; i < seen.size(); ++i) {
    result.row(static_cast<Index>(i)) << seen.velocity_x[i], seen.velocity_y[i];
  }
  return result;
}

/// Squared distances (point, sample).
MatrixXd squared_distances(const VelocitySamples& seen, const std::vector<double>& x,
                           const std::vector<double>& y) {
  MatrixXd result(static_cast<Index>(x.size()), static_cast<Index>(seen.size()));
  for (std::size_t j = 0; j < seen.size(); ++j) {
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double dx = x[i] - seen.x[j];
      const double dy = y[i] - seen.y[j];
      result(static_cast<Index>(i), static_cast<Index>(j)) = dx * dx + dy * dy;
    }
  }
  return result;
}

MatrixXd correlations(const MatrixXd& squares, double length) {
  return (squares.array() / (-2 * length * length)).exp();
}

/// The likelihood of departures (sample, x | y) at a ratio of noise to signal variance, with the
/// signal's variance of largest likelihood.
struct Likelihood {
  double value = 0;
  double signal_variance = 0;

  Likelihood(const MatrixXd& correlation, const Eigen::MatrixX2d& departures, double ratio) {
    MatrixXd covariance = correlation;
    covariance.diagonal().array() += ratio;
    const Eigen::LLT<MatrixXd> factor(covariance);
    const auto n = static_cast<double>(2 * departures.rows());
    signal_variance = factor.matrixL().solve(departures).squaredNorm() / n;
    const double log_determinant = 2 * half_log_determinant(factor);
    value = -(n * (std::log(2 * std::numbers::pi * signal_variance) + 1)) / 2 - log_determinant;
  }
};

}  // namespace

VectorForecast climatology(const VelocitySamples& seen, Index n_points) {
  const Eigen::MatrixX2d v = velocities(seen);
  const Eigen::RowVector2d mean = v.colwise().mean();
  const Eigen::RowVector2d std =
      ((v.rowwise() - mean).colwise().squaredNorm() / static_cast<double>(v.rows() - 1))
          .cwiseSqrt();
  return {mean.replicate(n_points, 1), std.replicate(n_points, 1)};
}

VectorForecast nearest_sample(const VelocitySamples& seen, const std::vector<double>& x,
                              const std::vector<double>& y) {
  const Eigen::MatrixX2d v = velocities(seen);
  const MatrixXd squares = squared_distances(seen, x, y);
  VectorForecast result = no_forecast(squares.rows());
  for (Index i = 0; i < squares.rows(); ++i) {
    Index nearest = 0;
    squares.row(i).minCoeff(&nearest);
    result.mean.row(i) = v.row(nearest);
  }
  return result;
}

VectorForecast inverse_distance(const VelocitySamples& seen, const std::vector<double>& x,
                                const std::vector<double>& y) {
  constexpr double kTiny = 1e-18;  // a sample at the very point decides
  const MatrixXd weights = (squared_distances(seen, x, y).array() + kTiny).inverse();
  VectorForecast result = no_forecast(weights.rows());
  result.mean = weights.rowwise().sum().cwiseInverse().asDiagonal() * weights * velocities(seen);
  return result;
}

OptimalInterpolation OptimalInterpolation::fit(const VelocitySamples& seen, double shortest,
                                               double longest) {
  const Eigen::MatrixX2d v = velocities(seen);
  const Eigen::MatrixX2d departures = v.rowwise() - v.colwise().mean();
  const MatrixXd squares = squared_distances(seen, seen.x, seen.y);
  const auto best_ratio = [&](const MatrixXd& correlation) {
    return std::exp(
        minimum_of(
            [&](double at) { return -Likelihood(correlation, departures, std::exp(at)).value; }, -9,
            4, kLikelihoodBits)
            .at);
  };
  const auto misfit = [&](double at) {
    const MatrixXd correlation = correlations(squares, std::exp(at));
    return -Likelihood(correlation, departures, best_ratio(correlation)).value;
  };
  const double length =
      std::exp(minimum_of(misfit, std::log(shortest), std::log(longest), kLikelihoodBits).at);
  const MatrixXd correlation = correlations(squares, length);
  const double ratio = best_ratio(correlation);
  const Likelihood likelihood(correlation, departures, ratio);
  const double signal = std::sqrt(likelihood.signal_variance);
  return {length, signal, signal * std::sqrt(ratio), likelihood.value};
}

VectorForecast OptimalInterpolation::forecast(const VelocitySamples& seen,
                                              const std::vector<double>& x,
                                              const std::vector<double>& y) const {
  const Eigen::MatrixX2d v = velocities(seen);
  const Eigen::RowVector2d mean = v.colwise().mean();
  const double signal = signal_std * signal_std;
  const double noise = noise_std * noise_std;
  MatrixXd covariance = signal * correlations(squared_distances(seen, seen.x, seen.y), length);
  covariance.diagonal().array() += noise;
  const MatrixXd between = signal * correlations(squared_distances(seen, x, y), length);
  const Eigen::LLT<MatrixXd> factor(covariance);
  const MatrixXd reduced = factor.matrixL().solve(between.transpose());
  const Eigen::VectorXd variance =
      (signal + noise - reduced.colwise().squaredNorm().transpose().array()).matrix();
  return {(between * factor.solve(v.rowwise() - mean)).rowwise() + mean,
          variance.cwiseSqrt().replicate<1, 2>()};
}

}  // namespace lagoon::flow
