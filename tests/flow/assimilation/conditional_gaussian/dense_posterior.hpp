#pragma once

#include <cmath>
#include <numbers>
#include <vector>

#include <Eigen/Cholesky>

#include "tests/flow/assimilation/conditional_gaussian/exact_twins.hpp"

// Bayes' rule by the whole covariance of the data: slow, obvious, and written apart from flow/.
namespace lagoon::tests {

/// Increments of all drifters one below the other, as data = design state + errors.
struct DenseData {
  Eigen::MatrixXd design;      ///< (row, n)
  Eigen::VectorXd data;        ///< (row)
  Eigen::VectorXd variances;   ///< (row)
  std::vector<double> begins;  ///< (row) when the increment begins
};

struct Place {
  double x, y, t;
};

/// The places of a drifter that are known: its release and what was seen later.
inline std::vector<Place> places_of(const flow::Law& law, const flow::Tracks& tracks,
                                    std::size_t drifter) {
  std::vector<Place> places = {
      {law.release_x[drifter], law.release_y[drifter], law.release_time[drifter]}};
  for (std::size_t j = 0; j < law.n_times(); ++j) {
    if (law.times[j] < law.release_time[drifter] + 1e-9) continue;
    const std::size_t at = drifter * law.n_times() + j;
    places.push_back({tracks.x[at], tracks.y[at], law.times[j]});
  }
  return places;
}

inline void add_rows(const flow::Law& law, const flow::ControlSpace& space, const Place& from,
                     const Place& to, bool trapezoid, DenseData& dense) {
  const Eigen::Index n = space.size(), row = dense.data.size();
  const double dt = to.t - from.t;
  dense.design.conservativeResize(row + 2, n);
  for (Eigen::Index i = 0; i < n; ++i) {
    const Eigen::VectorXd unit = Eigen::VectorXd::Unit(n, i);
    const auto a = velocity_of(law, space, unit, from.x, from.y, from.t);
    const auto b = trapezoid ? velocity_of(law, space, unit, to.x, to.y, to.t) : a;
    for (int c = 0; c < 2; ++c) dense.design(row + c, i) = dt * (a[c] + b[c]) / 2;
  }
  dense.data.conservativeResize(row + 2);
  dense.data[row] = to.x - from.x - law.mean_velocity[0] * dt;
  dense.data[row + 1] = to.y - from.y - law.mean_velocity[1] * dt;
  dense.variances.conservativeResize(row + 2);
  dense.variances.tail<2>().setConstant(2 * law.diffusivity * dt);
  dense.begins.insert(dense.begins.end(), 2, from.t);
}

inline DenseData dense_data(const flow::Law& law, const flow::ControlSpace& space,
                            const flow::Tracks& tracks, bool trapezoid = false) {
  DenseData dense;
  for (std::size_t drifter = 0; drifter < law.n_drifters(); ++drifter) {
    const std::vector<Place> places = places_of(law, tracks, drifter);
    for (std::size_t i = 0; i + 1 < places.size(); ++i) {
      if (std::isnan(places[i].x + places[i + 1].x)) continue;
      add_rows(law, space, places[i], places[i + 1], trapezoid, dense);
    }
  }
  return dense;
}

inline double log_determinant(const Eigen::MatrixXd& symmetric) {
  return Eigen::LDLT<Eigen::MatrixXd>(symmetric).vectorD().array().log().sum();
}

struct DensePosterior {
  flow::GaussianPosterior posterior;
  double log_evidence = 0;
};

/// Of what has the covariance `prior`, given data of covariance `of_data`, `cross` being that of
/// the data (row) with it.
inline DensePosterior conditioned(const Eigen::MatrixXd& prior, const Eigen::MatrixXd& cross,
                                  const Eigen::MatrixXd& of_data, const Eigen::VectorXd& data) {
  const Eigen::LDLT<Eigen::MatrixXd> factors(of_data);
  return {
      {cross.transpose() * factors.solve(data), prior - cross.transpose() * factors.solve(cross)},
      -(data.dot(factors.solve(data)) + log_determinant(of_data) +
        static_cast<double>(data.size()) * std::log(2 * std::numbers::pi)) /
          2};
}

/// Of the control vector under constant amplitudes.
inline DensePosterior dense_posterior(const DenseData& dense) {
  const Eigen::Index n = dense.design.cols();
  Eigen::MatrixXd of_data = dense.design * dense.design.transpose();
  of_data.diagonal() += dense.variances;
  return conditioned(Eigen::MatrixXd::Identity(n, n), dense.design, of_data, dense.data);
}

/// Of the control vector of the amplitudes at time t where those of mode m fall off with rate
/// damping_m: E c(s) c(t) = exp(-damping |s - t|).
inline DensePosterior dense_posterior(const flow::Law& law, const flow::ControlSpace& space,
                                      const DenseData& dense, double t) {
  const Eigen::Index n = dense.design.cols(), n_rows = dense.data.size();
  const auto correlation = [&](Eigen::Index i, double lag) {
    if (i >= space.n_coefficients()) return 1.0;
    return std::exp(-law.damping[space.modes()[static_cast<std::size_t>(i / 2)]] * std::abs(lag));
  };
  Eigen::MatrixXd of_data = dense.variances.asDiagonal();
  Eigen::MatrixXd cross(n_rows, n);
  for (Eigen::Index a = 0; a < n_rows; ++a) {
    for (Eigen::Index i = 0; i < n; ++i) {
      const double at = dense.begins[static_cast<std::size_t>(a)];
      cross(a, i) = dense.design(a, i) * correlation(i, at - t);
      for (Eigen::Index b = 0; b < n_rows; ++b) {
        const double lag = at - dense.begins[static_cast<std::size_t>(b)];
        of_data(a, b) += dense.design(a, i) * dense.design(b, i) * correlation(i, lag);
      }
    }
  }
  return conditioned(Eigen::MatrixXd::Identity(n, n), cross, of_data, dense.data);
}

}  // namespace lagoon::tests
