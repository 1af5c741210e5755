#include "pipelines/bridge/flow/encoders.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "pipelines/pairs/pair_encoders.hpp"
#include "pipelines/support/signals.hpp"

namespace lagoon::pipelines {
namespace {

using contrastive::Critic;
using contrastive::Embeddings;
using contrastive::PairModel;
using contrastive::TrainingPair;
using flow::Purpose;

/// Streams of flows that are far apart: no run draws 2^32 flows of one.
constexpr std::uint64_t kFarApart = std::uint64_t{1} << 32;
enum Stream : std::uint64_t { kWithTrajectories, kWithVelocities, kWithVorticity, kWithBoth };

constexpr std::int64_t kFittedFlows = 16384;  // enough for principal components

FlowRange training_flows(Stream stream, std::int64_t n, std::uint64_t seed) {
  return {seed, Purpose::train, stream * kFarApart, n};
}

std::vector<float> trained(const contrastive::EncoderShapes& shapes,
                           std::vector<TrainingPair> pairs, const FlowBridgeOptions& options,
                           std::uint64_t seed) {
  const contrastive::PairTrainingHooks hooks{[](std::int64_t, std::int64_t) { stop_if_asked(); }};
  return train_pairs(shapes, std::move(pairs), training_options(options.encoders, seed), hooks)
      .state();
}

constexpr const char* kInstruments[] = {"trajectory", "velocity", "vorticity"};

/// The encoder of the flow in the pair of an instrument.
std::string flow_encoder(const FlowBridgeOptions& options, const std::string& instrument) {
  return options.shared ? "flow" : "flow_of_" + instrument;
}

}  // namespace

JudgedFlows judged_flows(const FlowInstruments& instruments, const FlowBridgeOptions& options,
                         std::uint64_t seed, int threads) {
  const FlowRange held_out{seed, Purpose::test, 0, options.held_out};
  const FlowRange pool{seed, Purpose::test, kFarApart, options.pool};
  return {observe_flows(instruments, held_out, {true, true, true}, threads),
          observe_flows(instruments, pool, {}, threads).controls};
}

FlowFeatures fit_features(const FlowInstruments& instruments, const FlowBridgeOptions& options,
                          std::uint64_t seed, int threads) {
  const std::int64_t n = std::min(options.pairs, kFittedFlows);
  const auto seen = [&](Stream stream, const Wanted& wanted) {
    return observe_flows(instruments, training_flows(stream, n, seed), wanted, threads);
  };
  const auto every = [](const FeatureRows& rows) { return Whitening::fit(rows, rows.cols()); };
  return {Whitening::fit(seen(kWithTrajectories, {.trajectories = true}).trajectories,
                         options.components),
          every(seen(kWithVelocities, {.velocities = true}).velocities),
          every(seen(kWithVorticity, {.vorticity = true}).vorticity)};
}

UnpairedEncoders::UnpairedEncoders(const FlowInstruments& instruments, const FlowFeatures& features,
                                   const FlowBridgeOptions& options)
    : instruments_(instruments), features_(features), options_(options) {
  const Eigen::Index inputs[] = {features.trajectories.n_features(),
                                 features.velocities.n_features(), features.vorticity.n_features()};
  for (std::size_t i = 0; i < std::size(kInstruments); ++i) {
    shapes_[kInstruments[i]] = shape_of(options.encoders, inputs[i]);
    shapes_[flow_encoder(options, kInstruments[i])] =
        shape_of(options.encoders, instruments.space.size());
  }
}

std::vector<float> UnpairedEncoders::train(std::uint64_t seed) const {
  const auto seen = [&](Stream stream, const Wanted& wanted) {
    return observe_flows(instruments_, training_flows(stream, options_.pairs, seed), wanted,
                         /*threads=*/1);
  };
  const auto pair = [&](std::size_t i, const ObservedFlows& flows, const FeatureRows& rows) {
    return pair_of(Critic::cosine, kInstruments[i], rows, flow_encoder(options_, kInstruments[i]),
                   flows.controls);
  };
  std::vector<TrainingPair> pairs;
  auto flows = seen(kWithTrajectories, {.trajectories = true});
  pairs.push_back(pair(0, flows, features_.trajectories.apply(flows.trajectories)));
  flows = seen(kWithVelocities, {.velocities = true});
  pairs.push_back(pair(1, flows, features_.velocities.apply(flows.velocities)));
  flows = seen(kWithVorticity, {.vorticity = true});
  pairs.push_back(pair(2, flows, features_.vorticity.apply(flows.vorticity)));
  return trained(shapes_, std::move(pairs), options_, seed);
}

UnpairedEmbeddings UnpairedEncoders::embed(const std::vector<float>& weights,
                                           const JudgedFlows& judged) const {
  const std::vector<Critic> critics(std::size(kInstruments), Critic::cosine);
  const auto model = PairModel::restore(shapes_, critics, weights);
  const Embeddings pool = as_rows(judged.pool);
  const auto link = [&](std::size_t i, const FeatureRows& seen) -> FlowLink {
    const std::string flow = flow_encoder(options_, kInstruments[i]);
    return {model.embed(kInstruments[i], as_rows(seen)), model.embed(flow, pool), model.link(i),
            [model, flow](const Embeddings& flows) { return model.embed(flow, flows); }};
  };
  const auto& seen = judged.held_out;
  return {link(0, features_.trajectories.apply(seen.trajectories)),
          link(1, features_.velocities.apply(seen.velocities)),
          link(2, features_.vorticity.apply(seen.vorticity))};
}

PairedEncoders::PairedEncoders(const FlowInstruments& instruments, const FlowFeatures& features,
                               const FlowBridgeOptions& options)
    : instruments_(instruments),
      features_(features),
      options_(options),
      shapes_{{"trajectory", shape_of(options.encoders, features.trajectories.n_features())},
              {"velocity", shape_of(options.encoders, features.velocities.n_features())}} {}

std::vector<float> PairedEncoders::train(std::uint64_t seed) const {
  const auto flows = observe_flows(instruments_, training_flows(kWithBoth, options_.pairs, seed),
                                   {.trajectories = true, .velocities = true}, /*threads=*/1);
  return trained(
      shapes_,
      {pair_of(Critic::cosine, "trajectory", features_.trajectories.apply(flows.trajectories),
               "velocity", features_.velocities.apply(flows.velocities))},
      options_, seed);
}

PairedEmbeddings PairedEncoders::embed(const std::vector<float>& weights,
                                       const JudgedFlows& judged) const {
  const auto model = PairModel::restore(shapes_, {Critic::cosine}, weights);
  const auto& seen = judged.held_out;
  return {model.embed("trajectory", as_rows(features_.trajectories.apply(seen.trajectories))),
          model.embed("velocity", as_rows(features_.velocities.apply(seen.velocities))),
          model.link(0)};
}

}  // namespace lagoon::pipelines
