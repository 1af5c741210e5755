#pragma once

#include <Eigen/Core>

#include "flow/assimilation/posterior.hpp"
#include "flow/random.hpp"

namespace lagoon::flow {

// Scores take the components of the control vector as they are: the mean mode, which nothing can
// see, is not among them, and a wave and its mirror are two unknowns, however badly the observed
// time tells them apart. Only the field norms fold them.

/// Length of the control vector.
Eigen::Index dimension(const Posterior& posterior);

/// The weights of an ensemble (member): those it has, or 1 / members each. Throws Error unless
/// there are members, and weights are as many, not negative and of sum 1.
Eigen::VectorXd weights_of(const EnsemblePosterior& ensemble);

/// Mean (n).
Eigen::VectorXd posterior_mean(const Posterior& posterior);

/// Standard deviation of each component (n): the root of the unbiased variance of members of equal
/// weight (0 of one), of sum w (x - mean)^2 of weighted ones.
Eigen::VectorXd posterior_std(const Posterior& posterior);

/// The normal law of the same mean and covariance, by the same divisors.
GaussianPosterior to_gaussian(const Posterior& posterior);

/// The law of map * control: map (m, n).
Posterior linear_image(const Posterior& posterior, const Eigen::MatrixXd& map);

/// Independent draws (n, count), a function of the key: through a root of the covariance, or
/// members drawn by weight with replacement.
Eigen::MatrixXd draw_samples(const Posterior& posterior, int count, const DrawKey& key);

/// Quantile of each component (n). Of an ensemble: the sorted member i stands at the place
///   (N (sum of weights before it + half its own) + 1/2) / (N + 1),  N = 1 / sum w^2,
/// which is i / (members + 1) for equal weights, so that an exchangeable truth lies between two
/// quantiles as often as they say; linear in between, the outermost member beyond.
Eigen::VectorXd posterior_quantile(const Posterior& posterior, double probability);

/// Probability integral transform of each value (n), its component's distribution function: the
/// probability that
/// posterior_quantile() turns into it; 0 or 1 beyond the outermost members. No sort.
Eigen::VectorXd pit_values(const Posterior& posterior, const Eigen::VectorXd& values);

/// 1 / sum w^2 (Kish) of weights of sum 1.
double effective_sample_size(const Eigen::VectorXd& weights);
/// The same of an ensemble; NaN for a normal law, which has no members.
double effective_sample_size(const Posterior& posterior);

}  // namespace lagoon::flow
