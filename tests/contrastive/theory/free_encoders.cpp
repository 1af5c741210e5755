#include "tests/contrastive/theory/free_encoders.hpp"

#include <cmath>
#include <limits>

#include <Eigen/Cholesky>
#include <Eigen/LU>

#include "tests/contrastive/theory/random_pair.hpp"

namespace lagoon::contrastive {
namespace {

constexpr double kNoLoss = std::numeric_limits<double>::infinity();

double trace_of(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) {
  return (a.transpose() * b).trace();
}

// log |M| of a symmetric matrix, not a number unless it is positive definite.
double log_determinant_of(const Eigen::MatrixXd& m) {
  const Eigen::LLT<Eigen::MatrixXd> factor(m);
  if (factor.info() != Eigen::Success) return std::nan("");
  return 2 * Eigen::MatrixXd(factor.matrixL()).diagonal().array().log().sum();
}

// E_v log E_u rho without the terms of C, and its slopes in A and B.
double mean_log_over_u(const Eigen::MatrixXd& inverse_uu, const Eigen::MatrixXd& vv,
                       const Eigen::MatrixXd& A, const Eigen::MatrixXd& B, Eigen::MatrixXd& slope_A,
                       Eigen::MatrixXd& slope_B) {
  const Eigen::MatrixXd precision = inverse_uu + B, covariance = precision.inverse();
  const Eigen::MatrixXd mean_square = covariance * A * vv * A.transpose() * covariance;
  slope_A = covariance * A * vv;
  slope_B = -0.5 * (covariance + mean_square);
  return 0.5 * (log_determinant_of(inverse_uu) - log_determinant_of(precision) +
                trace_of(A, covariance * A * vv));
}

struct Inverse {
  Eigen::MatrixXd value;
  void update(const Eigen::VectorXd& step, const Eigen::VectorXd& change) {
    const double curvature = step.dot(change);
    if (!(curvature > 1e-12 * step.norm() * change.norm())) return;
    const Eigen::VectorXd image = value * change;
    value += (1 + change.dot(image) / curvature) / curvature * step * step.transpose() -
             (image * step.transpose() + step * image.transpose()) / curvature;
  }
};

}  // namespace

FreeEncoders::FreeEncoders(Optimum optimum, const GaussianPair& pair, int rank)
    : optimum_(optimum),
      pair_(pair),
      rank_(rank),
      inverse_uu_(pair.cov_uu.inverse()),
      inverse_vv_(pair.cov_vv.inverse()) {}

double FreeEncoders::conditional(const Tilt& tilt, double lambda_u, double lambda_v,
                                 Slopes& slopes) const {
  Eigen::MatrixXd u_A, u_B, v_A, v_C;
  const double over_u = mean_log_over_u(inverse_uu_, pair_.cov_vv, tilt.A, tilt.B, u_A, u_B);
  const double over_v =
      mean_log_over_u(inverse_vv_, pair_.cov_uu, tilt.A.transpose(), tilt.C, v_A, v_C);
  const double both = 0.5 * (lambda_u + lambda_v);
  slopes.A = -both * pair_.cov_uv + 0.5 * lambda_u * u_A + 0.5 * lambda_v * v_A.transpose();
  slopes.B = 0.5 * lambda_u * (u_B + 0.5 * pair_.cov_uu);
  slopes.C = 0.5 * lambda_v * (v_C + 0.5 * pair_.cov_vv);
  return -both * trace_of(tilt.A, pair_.cov_uv) +
         0.5 * lambda_u * (over_u + 0.5 * trace_of(tilt.B, pair_.cov_uu)) +
         0.5 * lambda_v * (over_v + 0.5 * trace_of(tilt.C, pair_.cov_vv));
}

double FreeEncoders::joint(const Tilt& tilt, Slopes& slopes) const {
  const auto n_u = pair_.n_u(), n_v = pair_.n_v();
  Eigen::MatrixXd precision(n_u + n_v, n_u + n_v);
  precision << inverse_uu_ + tilt.B, -tilt.A, -tilt.A.transpose(), inverse_vv_ + tilt.C;
  const Eigen::MatrixXd covariance = precision.inverse();
  slopes.A = covariance.topRightCorner(n_u, n_v) - pair_.cov_uv;
  slopes.B = 0.5 * (pair_.cov_uu - covariance.topLeftCorner(n_u, n_u));
  slopes.C = 0.5 * (pair_.cov_vv - covariance.bottomRightCorner(n_v, n_v));
  return -trace_of(tilt.A, pair_.cov_uv) + 0.5 * trace_of(tilt.B, pair_.cov_uu) +
         0.5 * trace_of(tilt.C, pair_.cov_vv) +
         0.5 * (log_determinant_of(inverse_uu_) + log_determinant_of(inverse_vv_) -
                log_determinant_of(precision));
}

double FreeEncoders::value(const Eigen::VectorXd& weights, Eigen::VectorXd* gradient) const {
  const LinearEncoders encoders = encoders_of(weights);
  const auto& [G, H, g, h] = encoders;
  const double quadratic = is_quadratic(optimum_) ? 1 : 0;
  const Tilt tilt{
      G.transpose() * H, quadratic * G.transpose() * G, quadratic * H.transpose() * H, {}, {}};
  Slopes slopes;
  const bool is_joint = optimum_ == Optimum::cosine_joint || optimum_ == Optimum::quadratic_joint;
  const double lambda_v = optimum_ == Optimum::quadratic_one_sided ? 0 : 1;
  const double loss =
      is_joint ? joint(tilt, slopes) : conditional(tilt, 2 - lambda_v, lambda_v, slopes);
  if (gradient != nullptr) {
    if (!std::isfinite(loss)) {
      gradient->setZero(size());
    } else {
      const Eigen::MatrixXd of_G = H * slopes.A.transpose() + 2 * quadratic * G * slopes.B;
      const Eigen::MatrixXd of_H = G * slopes.A + 2 * quadratic * H * slopes.C;
      *gradient = weights_of({of_G, of_H, {}, {}});
    }
  }
  return std::isfinite(loss) ? loss : kNoLoss;
}

Eigen::VectorXd FreeEncoders::weights_of(const LinearEncoders& encoders) const {
  Eigen::VectorXd weights(size());
  weights << encoders.G.reshaped(), encoders.H.reshaped();
  return weights;
}

LinearEncoders FreeEncoders::encoders_of(const Eigen::VectorXd& weights) const {
  const auto of_G = rank_ * pair_.n_u();
  return {weights.head(of_G).reshaped(rank_, pair_.n_u()),
          weights.tail(size() - of_G).reshaped(rank_, pair_.n_v()),
          {},
          {}};
}

double FreeEncoders::descend(std::uint64_t seed) const {
  constexpr int kMostSteps = 3000;
  constexpr double kSufficient = 1e-4, kFlat = 1e-7, kShortest = 1e-14;
  // Small enough for every normaliser to be finite.
  Eigen::VectorXd weights =
      0.1 * random_matrix(1, size(), seed).row(0).transpose() / std::sqrt(size());
  Eigen::VectorXd gradient(size()), next_gradient(size());
  double loss = value(weights, &gradient);
  Inverse inverse{Eigen::MatrixXd::Identity(size(), size())};
  for (int i = 0; i < kMostSteps && gradient.norm() > kFlat; ++i) {
    Eigen::VectorXd direction = -inverse.value * gradient;
    if (!(direction.dot(gradient) < 0)) {
      inverse.value.setIdentity(size(), size());
      direction = -gradient;
    }
    double length = 1, next = kNoLoss;
    while (length > kShortest) {
      next = value(weights + length * direction, &next_gradient);
      if (next <= loss + kSufficient * length * direction.dot(gradient)) break;
      length /= 2;
    }
    if (length <= kShortest) break;
    inverse.update(length * direction, next_gradient - gradient);
    weights += length * direction;
    loss = next;
    gradient = next_gradient;
  }
  return loss;
}

}  // namespace lagoon::contrastive
