#include "pipelines/bridge/flow/study.hpp"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <numeric>
#include <utility>

#include "contrastive/bridging/monte_carlo.hpp"
#include "contrastive/threads.hpp"
#include "flow/numerics/sample_moments.hpp"
#include "pipelines/bridge/weight_store.hpp"
#include "pipelines/support/log.hpp"
#include "pipelines/support/progress.hpp"
#include "pipelines/support/signals.hpp"

namespace lagoon::pipelines {
namespace {

using contrastive::MonteCarloSum;
using contrastive::ScoreGrid;

/// Counts up whenever the same options begin to mean other flows, weights or steps.
constexpr int kEncoderVersion = 1;

/// All that the embeddings depend on beside the kind of training.
nlohmann::json how_trained(const FlowBridgeOptions& o, std::uint64_t seed) {
  return {{"version", kEncoderVersion},
          {"seed", seed},
          {"law_seed", o.law_seed},
          {"max_wavenumber", o.max_wavenumber},
          {"rms_speed", o.rms_speed},
          {"drifters", o.drifters},
          {"times", o.times},
          {"stations", o.stations},
          {"grid", o.grid},
          {"noise", o.noise},
          {"shared", o.shared},
          {"embedding_dim", o.encoders.embedding_dim},
          {"width", o.encoders.width},
          {"depth", o.encoders.depth},
          {"components", o.components},
          {"pairs", o.pairs},
          {"epochs", o.encoders.epochs},
          {"batch_size", o.encoders.batch_size},
          {"learning_rate", o.encoders.learning_rate}};
}

constexpr const char* kUnpaired = "unpaired";
constexpr const char* kPaired = "paired";

/// Weights of both kinds of training, from the store or, side by side, trained and stored.
struct Weights {
  std::vector<float> unpaired, paired;
};
Weights train_or_find(const UnpairedEncoders& unpaired, const PairedEncoders& paired,
                      const WeightStore& store, std::uint64_t seed) {
  const auto made = [&](const char* name, const auto& encoders) {
    if (auto found = store.find(name)) return *found;
    auto weights = encoders.train(seed);
    store.add(name, weights);
    return weights;
  };
  Weights weights;
  contrastive::run_tasks(2, [&](std::size_t which) {
    which == 0 ? weights.unpaired = made(kUnpaired, unpaired)
               : weights.paired = made(kPaired, paired);
  });
  return weights;
}

/// 1, 3, 10, 30 ... hundreds, and the whole pool.
std::vector<std::int64_t> pool_sizes(std::int64_t pool) {
  std::vector<std::int64_t> sizes;
  for (std::int64_t size = 100; size < pool; size *= 10) {
    sizes.push_back(size);
    if (3 * size < pool) sizes.push_back(3 * size);
  }
  sizes.push_back(pool);
  return sizes;
}

double median_of_diagonal(const ScoreGrid& grid) {
  std::vector<double> values;
  for (std::int64_t i = 0; i < grid.rows; ++i) values.push_back(grid(i, i));
  return flow::sample_median(std::move(values));
}

/// The bridge with more and more of the pool, and the grid of all of it.
struct GrowingBridge {
  std::vector<PoolPoint> curve;
  ScoreGrid scores;
};

GrowingBridge bridge(const UnpairedEmbeddings& all, std::int64_t pool, std::uint64_t seed) {
  const auto& a = all.trajectories;
  const auto& c = all.velocities;
  MonteCarloSum sum(a.seen, a.link, c.seen, c.link, /*with_errors=*/true);
  GrowingBridge result;
  std::int64_t done = 0;
  for (const std::int64_t size : pool_sizes(pool)) {
    sum.add(a.pool, c.pool, done, size - done);
    done = size;
    const auto estimate = sum.estimate();
    result.scores = sum.self_normalized_scores();
    result.curve.push_back({size, recall_of(partners_found(result.scores), seed),
                            recall_of(partners_found(estimate.scores), seed),
                            median_of_diagonal(estimate.effective_samples)});
    stop_if_asked();
  }
  return result;
}

/// What the first held-out flow retrieved.
BridgeExample example_of(const ScoreGrid& scores) {
  constexpr std::int64_t kRetrieved = 5;
  BridgeExample example;
  example.retrieved.resize(static_cast<std::size_t>(scores.cols));
  std::iota(example.retrieved.begin(), example.retrieved.end(), 0);
  const auto row = scores.row(example.query);
  std::ranges::stable_sort(example.retrieved, std::greater(),
                           [&](std::int64_t j) { return row[static_cast<std::size_t>(j)]; });
  example.retrieved.resize(static_cast<std::size_t>(std::min(kRetrieved, scores.cols)));
  return example;
}

std::vector<flow::GaussianPosterior> variational_posteriors(const FlowInstruments& instruments,
                                                            const ObservedFlows& held_out,
                                                            int threads) {
  Progress progress("4D-Var of held-out flows", held_out.controls.rows(), "flows");
  std::mutex turn;
  auto posteriors = laplace_posteriors(instruments, held_out, threads, [&](std::int64_t n) {
    stop_if_asked();
    const std::scoped_lock lock(turn);
    progress.update(n);
  });
  progress.finish();
  return posteriors;
}

/// By trajectories and velocities of the held-out flows, and the first flows of the pool.
std::optional<BridgeChoice> choose_estimator(const FlowLink& a, const FlowLink& c,
                                             std::uint64_t seed, int threads) {
  constexpr std::int64_t kSamples = 5000;
  const auto b = stretch(a.pool, 0, std::min(kSamples, a.pool.n));
  const auto b_prime = stretch(c.pool, 0, std::min(kSamples, c.pool.n));
  return choose({a.seen, b, a.link, b_prime, c.seen, c.link}, {.seed = seed, .threads = threads});
}

/// Draws of a flow by which p(c | a) is simulated: ten times exp(I(C;B|A)) at least.
constexpr std::int64_t kSimulatedDraws = 256;

bool can_simulate(const FlowInformation& information) {
  const double beyond = information.bridge.ac_b - information.bridge.a_b;
  return 10 * std::exp(beyond) < static_cast<double>(kSimulatedDraws);
}

/// What all encoders, trained or found, make of the flows that they are judged by.
struct EmbeddedFlows {
  UnpairedEmbeddings unpaired;
  PairedEmbeddings paired;
};
EmbeddedFlows embed_flows(const FlowBridgeStudy& study, const WeightStore& store,
                          std::uint64_t seed, int threads) {
  const FlowFeatures features = fit_features(study.instruments, study.options, seed, threads);
  const UnpairedEncoders unpaired(study.instruments, features, study.options);
  const PairedEncoders paired(study.instruments, features, study.options);
  const Weights weights = train_or_find(unpaired, paired, store, seed);
  return {unpaired.embed(weights.unpaired, study.flows), paired.embed(weights.paired, study.flows)};
}

BridgeMethod method_of(const Eigen::MatrixXd& found, const Eigen::MatrixXd& by_pair,
                       std::uint64_t seed) {
  return {recall_of(found, seed), recall_relative_to(found, by_pair, seed)};
}

/// Directly, through the pool, and, to compare, by the encoders of pairs.
void retrieve_through_flows(const UnpairedEmbeddings& unpaired, const Eigen::MatrixXd& by_pair,
                            std::uint64_t seed, int threads, FlowBridgeStudy& study) {
  const auto& a = unpaired.trajectories;
  const auto& c = unpaired.velocities;
  const auto growing = bridge(unpaired, study.options.pool, seed);
  study.curve = growing.curve;
  study.example = example_of(growing.scores);
  study.choice = choose_estimator(a, c, seed, threads);
  study.paired = method_of(by_pair, by_pair, seed);
  study.direct = method_of(partners_found(direct_scores(a.seen, c.seen, c.link)), by_pair, seed);
  study.monte_carlo = method_of(partners_found(growing.scores), by_pair, seed);
}

/// By the posteriors of 4D-Var, and by simulation where that can be done.
void retrieve_by_bayes(const std::vector<flow::GaussianPosterior>& variational,
                       const Eigen::MatrixXd& by_pair, std::uint64_t seed, int threads,
                       FlowBridgeStudy& study) {
  const auto& held_out = study.flows.held_out;
  study.bayes = method_of(
      partners_found(laplace_log_ratios(study.instruments, held_out, variational, threads)),
      by_pair, seed);
  if (!can_simulate(study.information)) return;
  study.bayes_simulated = method_of(
      partners_found(simulated_log_ratios(study.instruments, held_out, variational, kSimulatedDraws,
                                          seed, threads, [](std::int64_t) { stop_if_asked(); })),
      by_pair, seed);
}

}  // namespace

FlowBridgeStudy study_flow_bridge(const FlowBridgeOptions& options, std::uint64_t seed, int threads,
                                  const std::filesystem::path& folder, bool resume) {
  contrastive::set_threads(threads);
  const WeightStore store(folder, how_trained(options, seed), resume);
  for (const char* name : {kUnpaired, kPaired}) store.begin(name);
  const FlowInstruments instruments = make_instruments(options, threads);
  FlowBridgeStudy study{options, instruments, judged_flows(instruments, options, seed, threads)};
  const auto embedded = embed_flows(study, store, seed, threads);
  const auto& [unpaired, paired] = embedded;
  study.scales = {{"trajectory_flow", unpaired.trajectories.link.scale},
                  {"velocity_flow", unpaired.velocities.link.scale},
                  {"vorticity_flow", unpaired.vorticity.link.scale},
                  {"trajectory_velocity", paired.link.scale}};
  study.information = flow_information(instruments, study.flows.held_out, threads);
  stop_if_asked();
  const auto by_pair =
      partners_found(direct_scores(paired.trajectories, paired.velocities, paired.link));
  retrieve_through_flows(unpaired, by_pair, seed, threads, study);
  stop_if_asked();
  const auto variational = variational_posteriors(instruments, study.flows.held_out, threads);
  retrieve_by_bayes(variational, by_pair, seed, threads, study);
  stop_if_asked();
  study.joint = score_joint_posteriors(instruments, study.flows, unpaired, variational,
                                       options.joint_queries, seed, threads);
  return study;
}

double flow_bridge_memory(const FlowBridgeOptions& o) {
  const double positions = 2.0 * o.drifters * o.times;
  const double training = static_cast<double>(o.pairs) * 4 * (positions + o.components);
  const double grids = 5.0 * 8 * static_cast<double>(o.held_out) * static_cast<double>(o.held_out);
  const double pools =
      static_cast<double>(o.pool) * (4.0 * 4 * o.encoders.embedding_dim + 12.0 * 96);
  return 1.5 * (training + grids + pools);
}

}  // namespace lagoon::pipelines
