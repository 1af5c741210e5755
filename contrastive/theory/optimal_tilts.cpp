#include "contrastive/theory/optimal_tilts.hpp"

#include <algorithm>
#include <cmath>

#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

// h of [BST] Definition 5.5, without its cancellation at small s.
double h_of(double s) {
  return 2 * s / (1 + std::sqrt(1 + 4 * s * s));
}

ModeTilt one_sided(double s) {
  const double unexplained = (1 - s) * (1 + s);
  return {s / unexplained, s * s / unexplained, s > 0 ? 1 / unexplained : 0};
}

double two_sided(double s) {
  const double root = std::sqrt(9 - 8 * s);
  return 8 * s / ((3 + root) * (root - 1));
}

Eigen::Index used_modes(const CanonicalPair& pair, int rank) {
  require(rank >= 0, "the rank (embedding dimension) is " + std::to_string(rank) +
                         ": it must not be negative");
  return std::min<Eigen::Index>(rank, pair.size());
}

// The coefficients of the modes used, a column each of a, b, c.
Eigen::MatrixXd mode_tilts(Optimum optimum, const CanonicalPair& pair, Eigen::Index n) {
  Eigen::MatrixXd tilts(n, 3);
  for (Eigen::Index i = 0; i < n; ++i) {
    const ModeTilt mode = mode_tilt(optimum, pair.s(i));
    tilts.row(i) << mode.a, mode.b, mode.c;
  }
  return tilts;
}

}  // namespace

std::string to_string(Optimum optimum) {
  constexpr std::array kNames = {"cosine_conditional", "quadratic_one_sided", "cosine_joint",
                                 "quadratic_two_sided", "quadratic_joint"};
  return kNames[static_cast<std::size_t>(optimum)];
}

bool is_quadratic(Optimum optimum) {
  return optimum != Optimum::cosine_conditional && optimum != Optimum::cosine_joint;
}

ModeTilt mode_tilt(Optimum optimum, double s) {
  require(s >= 0 && s < 1,
          "a canonical correlation is " + std::to_string(s) + ": it must be in [0, 1)");
  const auto same = [](double a) { return ModeTilt{a, a, a}; };
  switch (optimum) {
    case Optimum::cosine_conditional:
      return {s, 0, 0};
    case Optimum::quadratic_one_sided:
      return one_sided(s);
    case Optimum::cosine_joint:
      return {h_of(s), 0, 0};
    case Optimum::quadratic_two_sided:
      return same(two_sided(s));
    case Optimum::quadratic_joint:
      return same(s / (2 * (1 - s)));
  }
  return {};
}

Tilt optimal_tilt(Optimum optimum, const CanonicalPair& pair, int rank) {
  const auto n = used_modes(pair, rank);
  const Eigen::MatrixXd modes = mode_tilts(optimum, pair, n);
  const Eigen::MatrixXd u = pair.inverse_root_uu * pair.U.leftCols(n);
  const Eigen::MatrixXd v = pair.inverse_root_vv * pair.V.leftCols(n);
  return {u * modes.col(0).asDiagonal() * v.transpose(),
          u * modes.col(1).asDiagonal() * u.transpose(),
          v * modes.col(2).asDiagonal() * v.transpose(),
          {},
          {}};
}

Tilt optimal_tilt(Optimum optimum, const GaussianPair& pair, int rank) {
  return optimal_tilt(optimum, canonical(pair), rank);
}

LinearEncoders optimal_encoders(Optimum optimum, const GaussianPair& pair, int rank) {
  const CanonicalPair modes = canonical(pair);
  const auto n = used_modes(modes, rank);
  const Eigen::MatrixXd roots = mode_tilts(optimum, modes, n).cwiseSqrt();
  const auto of_u = roots.col(is_quadratic(optimum) ? 1 : 0);
  const auto of_v = roots.col(is_quadratic(optimum) ? 2 : 0);
  LinearEncoders encoders{
      Eigen::MatrixXd::Zero(rank, pair.n_u()), Eigen::MatrixXd::Zero(rank, pair.n_v()), {}, {}};
  encoders.G.topRows(n) =
      of_u.asDiagonal() * modes.U.leftCols(n).transpose() * modes.inverse_root_uu;
  encoders.H.topRows(n) =
      of_v.asDiagonal() * modes.V.leftCols(n).transpose() * modes.inverse_root_vv;
  encoders.g = -encoders.G * pair.mean_u;
  encoders.h = -encoders.H * pair.mean_v;
  return encoders;
}

Tilt cosine_conditional(const GaussianPair& pair, int rank) {
  return optimal_tilt(Optimum::cosine_conditional, pair, rank);
}

Tilt quadratic_one_sided(const GaussianPair& pair, int rank) {
  return optimal_tilt(Optimum::quadratic_one_sided, pair, rank);
}

Tilt cosine_joint(const GaussianPair& pair, int rank) {
  return optimal_tilt(Optimum::cosine_joint, pair, rank);
}

Tilt quadratic_two_sided(const GaussianPair& pair, int rank) {
  return optimal_tilt(Optimum::quadratic_two_sided, pair, rank);
}

Tilt quadratic_joint(const GaussianPair& pair, int rank) {
  return optimal_tilt(Optimum::quadratic_joint, pair, rank);
}

}  // namespace lagoon::contrastive
