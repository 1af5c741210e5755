#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "contrastive/bridging/critic.hpp"
#include "flow/assimilation/information.hpp"
#include "flow/assimilation/posterior.hpp"
#include "pipelines/bridge/flow/instruments.hpp"

namespace lagoon::pipelines {

/// Told how many flows are done.
using FlowsDone = std::function<void(std::int64_t)>;

/// What the trajectories of each flow tell of it: 4D-Var's mode and the normal law of Laplace's
/// approximation there, from the regression of the tracks and, where that ends at a misfit that
/// noise would hardly make, from the prior's mean as well.
std::vector<flow::GaussianPosterior> laplace_posteriors(const FlowInstruments& instruments,
                                                        const ObservedFlows& flows, int threads,
                                                        const FlowsDone& done = {});

/// log p(c_j | a_i) / p(c_j), trajectories a_i in rows and velocities c_j in columns: what the
/// best of all retrievals ranks by, in either direction. p(c | a) is normal under Laplace's
/// posterior, p(c) exactly so.
contrastive::ScoreGrid laplace_log_ratios(const FlowInstruments& instruments,
                                          const ObservedFlows& flows,
                                          const std::vector<flow::GaussianPosterior>& posteriors,
                                          int threads);

/// The same by simulation: p(c | a) is the mean of p(c | flow) over draws from Laplace's posterior,
/// weighted by the exact likelihood of the trajectory and the prior over the law that they were
/// drawn from. Exact for many draws: they must be exp(I(C; B | A)) and more.
contrastive::ScoreGrid simulated_log_ratios(const FlowInstruments& instruments,
                                            const ObservedFlows& flows,
                                            const std::vector<flow::GaussianPosterior>& posteriors,
                                            std::int64_t draws, std::uint64_t seed, int threads,
                                            const FlowsDone& done = {});

/// What trajectories, velocities and vorticity tell of a flow, nats.
struct FlowInformation {
  flow::BridgeInformation bridge;  ///< A trajectories, B flow, C velocities
  double b_d = 0;                  ///< I(B;D), D vorticity
};

/// By the tangent-linear model, the mean over the flows.
FlowInformation flow_information(const FlowInstruments& instruments, const ObservedFlows& flows,
                                 int threads);

}  // namespace lagoon::pipelines
