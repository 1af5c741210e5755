#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "contrastive/bridging/pair_training.hpp"
#include "pipelines/bridge/flow/instruments.hpp"
#include "pipelines/pairs/whitening.hpp"

namespace lagoon::pipelines {

/// An instrument's link to the flow: what their encoders make of the held-out flows' observations
/// and of the flows of the pool.
struct FlowLink {
  contrastive::Embeddings seen;  ///< (held-out flow, E)
  contrastive::Embeddings pool;  ///< (flow of the pool, E)
  contrastive::Link link;
  /// The same of other flows, controls (flow, n).
  std::function<contrastive::Embeddings(const contrastive::Embeddings&)> embed_flows = {};
};

/// Encoders of instruments that never saw the same flow, each trained on pairs of its own.
struct UnpairedEmbeddings {
  FlowLink trajectories, velocities, vorticity;
};

/// Encoders of trajectories and velocities of the same flows: what a bridge does without.
struct PairedEmbeddings {
  contrastive::Embeddings trajectories, velocities;
  contrastive::Link link;
};

/// What the encoders are judged by.
struct JudgedFlows {
  ObservedFlows held_out;
  FeatureRows pool;  ///< (flow, n) controls
};

/// Draws them; a function of all given but the threads.
JudgedFlows judged_flows(const FlowInstruments& instruments, const FlowBridgeOptions& options,
                         std::uint64_t seed, int threads);

/// What encoders are given of each instrument.
struct FlowFeatures {
  Whitening trajectories, velocities, vorticity;
};

/// Fits them on training flows.
FlowFeatures fit_features(const FlowInstruments& instruments, const FlowBridgeOptions& options,
                          std::uint64_t seed, int threads);

/// Encoders of pairs that were not seen together: trajectories and flow, velocities and flow,
/// vorticity and flow, each on flows of its own, neither held out nor of the pool.
class UnpairedEncoders {
 public:
  /// All arguments must outlive it.
  UnpairedEncoders(const FlowInstruments& instruments, const FlowFeatures& features,
                   const FlowBridgeOptions& options);

  /// Weights after training, on the caller's thread; a function of all given and the seed.
  std::vector<float> train(std::uint64_t seed) const;
  /// What trained encoders make of the flows that they are judged by.
  UnpairedEmbeddings embed(const std::vector<float>& weights, const JudgedFlows& judged) const;

 private:
  const FlowInstruments& instruments_;
  const FlowFeatures& features_;
  const FlowBridgeOptions& options_;
  contrastive::EncoderShapes shapes_;
};

/// Encoders of trajectories and velocities of the same flows.
class PairedEncoders {
 public:
  /// All arguments must outlive it.
  PairedEncoders(const FlowInstruments& instruments, const FlowFeatures& features,
                 const FlowBridgeOptions& options);
  /// Weights after training, a function of the seed.
  std::vector<float> train(std::uint64_t seed) const;
  /// What trained encoders make of the flows that they are judged by.
  PairedEmbeddings embed(const std::vector<float>& weights, const JudgedFlows& judged) const;

 private:
  const FlowInstruments& instruments_;
  const FlowFeatures& features_;
  const FlowBridgeOptions& options_;
  contrastive::EncoderShapes shapes_;
};

}  // namespace lagoon::pipelines
