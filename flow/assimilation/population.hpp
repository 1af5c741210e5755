#pragma once

#include <functional>

#include <Eigen/Core>

#include "flow/assimilation/posterior.hpp"
#include "flow/random.hpp"

namespace lagoon::flow {

/// Log-likelihoods, up to a constant, of control vectors (n, member).
using LogLikelihoodOf = std::function<Eigen::VectorXd(const Eigen::MatrixXd& controls)>;

/// How sample_population() searches.
struct PopulationOptions {
  int draws = 2000;
  double share = 0.2;      ///< of the draws that is to be effective; the search ends there
  int most_rounds = 10;    ///< the first is always drawn
  double inflation = 1.2;  ///< of the covariance that is drawn from: wider than what it looks for
};

/// The moments of a library of the prior, members (n, member), weighted by their log-likelihoods
/// tempered so far that `size` members, or half of them, are effective.
GaussianPosterior tempered_moments(const Eigen::MatrixXd& members,
                                   const Eigen::Ref<const Eigen::VectorXd>& log_likelihoods,
                                   double size);

/// The posterior of a control vector, standard normal before, where a sample of the prior is too
/// small: population Monte Carlo (Cappe, Guillin, Marin and Robert 2004) with normal proposals,
/// `start` the first. Draws are weighted by likelihood and prior over the law that they come from,
/// and the next law has the moments of these weights, tempered as long as few draws carry them.
/// What comes back are weighted draws of the last round, exact for many draws; their effective
/// sample size tells how far to trust them. A function of all given and the key.
EnsemblePosterior sample_population(const GaussianPosterior& start,
                                    const LogLikelihoodOf& log_likelihood, const DrawKey& key,
                                    const PopulationOptions& options = {});

}  // namespace lagoon::flow
