#pragma once

#include <cstdint>

#include <Eigen/Core>

namespace lagoon::contrastive {

/// log E exp(scale_ab <a, b> + scale_bc <b, c>) over b uniform on the unit sphere of `dim`
/// dimensions, for unit vectors a and c with this cosine between them ([CE] Lemma 2, any scales):
///   lgamma(d/2) + nu log(2/k) + log I_nu(k), nu = d/2 - 1, k = |scale_ab a + scale_bc c|.
/// The print's last line has k = sqrt(2 + <a, c>): with scales 1 it is sqrt(2 + 2 <a, c>).
/// Throws Error unless dim >= 2, the cosine is one and the scales are finite.
double log_mean_on_sphere(std::int64_t dim, double scale_ab, double scale_bc, double cosine);

/// log E exp(-scale_ab |a - b|^2 / 2 - scale_bc |b - c|^2 / 2) over b ~ N(0, variance I) ([CE]
/// Lemma 3, any scales): with s = scale_ab + scale_bc,
///   -(k/2) log(1 + variance s) + variance |scale_ab a + scale_bc c|^2 / (2 (1 + variance s))
///   - (scale_ab |a|^2 + scale_bc |c|^2) / 2.
/// Throws Error unless a and c have one size, and 1 + variance s > 0.
double log_mean_of_gaussian(const Eigen::VectorXd& a, const Eigen::VectorXd& c, double variance,
                            double scale_ab, double scale_bc);

/// Bridge samples with which the Monte-Carlo estimate of a log-mean has this standard error (delta
/// method), given the log-means of its terms and of their squares, which are the closed forms above
/// at twice the scales: (E w^2 / (E w)^2 - 1) / error^2.
double samples_needed(double log_mean, double log_mean_square, double standard_error);

}  // namespace lagoon::contrastive
