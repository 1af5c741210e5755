#pragma once

#include <string>
#include <vector>

#include "flow/scores/method_scores.hpp"
#include "pipelines/bridge/flow/encoders.hpp"

namespace lagoon::pipelines {

/// One way to the posterior of the flow.
struct PosteriorScores {
  flow::MethodScores pool;     ///< over the pool, a sample of the prior
  flow::MethodScores sampled;  ///< by draws near it, flow::sample_population()
};

/// Instruments whose observations are put together, and how well the flow is known by them.
struct JointScores {
  std::string instruments;  ///< "trajectories + velocities"
  PosteriorScores learned;  ///< the sum of the learned log-ratios
  PosteriorScores exact;    ///< the sum of the exact log-likelihoods
};

/// log_weights(query, flow of the pool) of the first n queries, each a sum of log-ratios: given the
/// flow the instruments are independent, so that
///   p(b | a, c, d) / p(b) = constant * p(b | a) / p(b) * p(b | c) / p(b) * p(b | d) / p(b).
Eigen::MatrixXd sum_of_log_ratios(const std::vector<const FlowLink*>& links, std::int64_t first,
                                  std::int64_t n);

/// The posterior of the first queries from each instrument alone, from trajectories and velocities,
/// and from all three. Draws by exact likelihoods begin at 4D-Var's posteriors of the trajectories
/// (query) and the linear instruments' updates of it, by learned log-ratios at the pool's moments.
/// Throws Stopped where a signal asks for the stop.
std::vector<JointScores> score_joint_posteriors(
    const FlowInstruments& instruments, const JudgedFlows& flows,
    const UnpairedEmbeddings& embeddings, const std::vector<flow::GaussianPosterior>& variational,
    std::int64_t n_queries, std::uint64_t seed, int threads);

}  // namespace lagoon::pipelines
