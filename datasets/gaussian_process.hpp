#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "datasets/split.hpp"

namespace lagoon::datasets {

/// Where the process is observed on [0, 1], n points: linspace with both ends ([BST] Figure 7's
/// axis shows them), centres (i - 1/2) / n, interior i / (n + 1).
enum class ProcessGrid { ends, centres, interior };

/// The pair of [BST] 6.1: w = sum_j sqrt(lambda_j) xi_j psi_j on (0, 1), lambda_j = (j^2 pi^2 +
/// inverse_length^2)^-exponent, j = 1..n_modes; u = w at the grid plus noise, v_j = xi_j for the
/// first n_v.
struct GaussianProcessOptions {
  int n_u = 12;
  int n_v = 5;
  int n_modes = 1000;
  double inverse_length = 3;
  double exponent = 2;
  double noise_std = 0.05;
  ProcessGrid grid = ProcessGrid::ends;
  /// psi_j = sqrt2 cos(j pi x), of norm 1. [BST] prints cos(j pi x) and calls it orthonormal; false
  /// takes it literally: half the variance, and v_j = xi_j / 2 by (57b).
  bool orthonormal = true;
};

/// Throws Error naming the option that cannot be: counts below 1, n_v above n_modes, a noise that
/// is not above 0 (u would have a singular covariance for n_u above n_modes), other values not
/// finite.
void require_valid(const GaussianProcessOptions& options);

/// n pairs, row-major: u (n, n_u), v (n, n_v).
struct ProcessSamples {
  std::vector<double> u, v;
};

/// Covariances and draws of that pair. Matrices are row-major arrays.
class GaussianProcess {
 public:
  /// Throws Error as require_valid() does.
  explicit GaussianProcess(const GaussianProcessOptions& options = {});

  const GaussianProcessOptions& options() const { return options_; }
  const std::vector<double>& grid() const { return grid_; }
  /// lambda_j, j = 1..n_modes.
  const std::vector<double>& eigenvalues() const { return eigenvalues_; }

  /// (n_u, n_u), (n_u, n_v), (n_v, n_v). Means are zero.
  std::vector<double> cov_uu() const;
  std::vector<double> cov_uv() const;
  std::vector<double> cov_vv() const;

  /// Pairs first .. first + n - 1 of a split: pair i is a function of (options, seed, split, i), so
  /// the first n of more pairs are the same.
  ProcessSamples draw(std::uint64_t seed, Split split, std::int64_t first, std::size_t n) const;

  /// The process itself at each of x, given v: its mean, and its covariance (x.size(), x.size()),
  /// which does not depend on v. Without v (empty): mean 0 and the prior's covariance.
  std::vector<double> field_mean(std::span<const double> x, std::span<const double> v) const;
  std::vector<double> field_covariance(std::span<const double> x, bool given_v) const;

 private:
  // sqrt(lambda_j) psi_j at each of x, mode by mode: (modes, x.size()).
  std::vector<double> modes_at(std::span<const double> x) const;
  std::vector<double> covariance_from(std::span<const double> x, std::size_t first_mode) const;
  double v_scale() const { return options_.orthonormal ? 1 : 0.5; }

  GaussianProcessOptions options_;
  std::vector<double> grid_, eigenvalues_;
  std::vector<double> modes_;  // modes_at(grid_)
};

}  // namespace lagoon::datasets
