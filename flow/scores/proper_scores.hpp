#pragma once

#include <Eigen/Core>

#include "flow/assimilation/posterior.hpp"
#include "flow/random.hpp"

namespace lagoon::flow {

/// The continuous ranked probability score of a normal law whose mean is off by `error`:
/// std (z (2 Phi(z) - 1) + 2 phi(z) - 1 / sqrt pi), z = error / std (Gneiting and Raftery 2007,
/// their CRPS with the sign turned: smaller is better). |error| for a std that is 0 or NaN.
double normal_crps(double error, double std);

/// The continuous ranked probability score E|X - y| - 1/2 E|X - X'| of each component (n), truth y
/// (n). Of a normal law in closed form (normal_crps); of an ensemble by sorting: plain for weights,
/// fair (Ferro 2014: X' another member) for equal weights. The fair score of one member does not
/// exist: it is scored plainly.
Eigen::VectorXd crps(const Posterior& posterior, const Eigen::VectorXd& truth);

/// The energy score E||X - y|| - 1/2 E||X - X'|| over all components together, by the same rule.
/// A normal law, and an ensemble of more than `draws` members, stand as `draws` independent draws
/// (a function of the key), fair among them, which has the plain score's mean.
double energy_score(const Posterior& posterior, const Eigen::VectorXd& truth, int draws,
                    const DrawKey& key);

}  // namespace lagoon::flow
