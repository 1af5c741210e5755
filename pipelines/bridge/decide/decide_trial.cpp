#include "pipelines/bridge/decide/decide_trial.hpp"

#include <algorithm>

#include "contrastive/bridging/pair_training.hpp"
#include "pipelines/bridge/chain/chain_law.hpp"
#include "pipelines/bridge/chain/grouped_recall.hpp"
#include "pipelines/bridge/decide/decision_json.hpp"
#include "pipelines/support/signals.hpp"

namespace lagoon::pipelines {
namespace {

using contrastive::TrainingPair;
using flow::Purpose;

/// Counts up whenever the same options begin to mean other pairs, weights or evidence.
constexpr int kTrialVersion = 1;

TrainingPair training_pair(const DecideSetting& setting, const std::string& left,
                           const std::string& right) {
  TrainingPair pair;
  pair.left = left;
  pair.right = right;
  pair.critic = setting.critic;
  pair.learn_scale = setting.fixed_scale == 0;
  if (!pair.learn_scale) pair.scale = setting.fixed_scale;
  return pair;
}

contrastive::PairModel train(const DecideSetting& setting, const DecideOptions& options,
                             std::uint64_t seed, const ChainLaw& law,
                             const std::function<void()>& before_step) {
  const auto shape = [&](int inputs) {
    return contrastive::BatchNormMlpShape{inputs, {128, 128}, setting.embedding_dim, true};
  };
  const std::string other = setting.shared ? "b" : "b2";
  const contrastive::EncoderShapes shapes = {{"a", shape(ChainLaw::kOuterDim)},
                                             {"b", shape(ChainLaw::kBridgeDim)},
                                             {other, shape(ChainLaw::kBridgeDim)},
                                             {"c", shape(ChainLaw::kOuterDim)}};
  auto first = training_pair(setting, "a", "b"), second = training_pair(setting, other, "c");
  auto seen = law.draw(Purpose::train_gaussian_pair, 0, options.pairs);
  first.left_rows = std::move(seen.a);
  first.right_rows = std::move(seen.b);
  auto others = law.draw(Purpose::train_gaussian_pair, options.pairs, options.pairs);
  second.left_rows = std::move(others.b);
  second.right_rows = std::move(others.c);
  contrastive::PairTrainingOptions training;
  training.seed = seed;
  training.epochs = options.epochs;
  training.step_epochs = std::max<std::int64_t>(1, 3 * options.epochs / 4);
  contrastive::PairTrainingHooks hooks;
  hooks.before_step = [&](auto, auto) { before_step(); };
  return train_pairs(shapes, {std::move(first), std::move(second)}, training, hooks);
}

/// A tenth of the pool, where estimates are poor, and all of it.
std::vector<std::int64_t> pool_sizes(const DecideOptions& options) {
  return {options.pool / 10, options.pool};
}

/// {"direct", "pools": [{"monte_carlo", "evidence"}]}.
nlohmann::json make_trial(const DecideSetting& setting, const DecideOptions& options,
                          std::uint64_t seed, const std::function<void()>& before_step) {
  const Groups groups;
  const ChainLaw law(seed, setting.rho);
  const auto model = train(setting, options, seed, law, before_step);
  const auto held_out = law.draw(Purpose::test_gaussian_pair, 0, groups.pairs());
  const auto pool = law.draw_bridge(Purpose::library_draw, options.pool);
  BridgedRows rows;
  rows.a = model.embed("a", held_out.a);
  rows.b = model.embed("b", pool);
  rows.b_prime = model.embed(setting.shared ? "b" : "b2", pool);
  rows.c = model.embed("c", held_out.c);
  rows.ab = model.link(0);
  rows.bc = model.link(1);
  const auto recalls = monte_carlo_recall(groups, rows, pool_sizes(options));
  auto pools = nlohmann::json::array();
  for (const std::int64_t m : pool_sizes(options)) {
    const auto b = stretch(rows.b, 0, m), b_prime = stretch(rows.b_prime, 0, m);
    const auto evidence = contrastive::gather_evidence(
        {rows.a, b, rows.ab, b_prime, rows.c, rows.bc}, {.seed = seed, .threads = 1});
    pools.push_back({{"monte_carlo", recalls.at(m)}, {"evidence", to_json(evidence)}});
  }
  return {{"direct", direct_recall(groups, rows.a, rows.c, rows.ab)}, {"pools", std::move(pools)}};
}

struct Task {
  DecideSetting setting;
  std::uint64_t seed = 0;
  std::string key() const { return setting.name() + ", seed " + std::to_string(seed); }
};

std::vector<Task> all_tasks(const DecideOptions& options, std::uint64_t seed) {
  const auto settings = all_decide_settings();
  std::vector<Task> tasks;
  for (int i = 0; i < options.settings; ++i) {
    for (int s = 0; s < options.seeds; ++s) {
      tasks.push_back(
          {settings[static_cast<std::size_t>(i)], seed + static_cast<std::uint64_t>(s)});
    }
  }
  return tasks;
}

}  // namespace

nlohmann::json decide_training_json(const DecideOptions& options) {
  return {{"version", kTrialVersion},
          {"pairs", options.pairs},
          {"epochs", options.epochs},
          {"pool", options.pool}};
}

std::vector<DecideTrial> make_decide_trials(const DecideOptions& options, std::uint64_t seed,
                                            int threads, ResultStore& store) {
  const auto tasks = all_tasks(options, seed);
  make_missing(tasks, threads, store, {"trials", "trials"},
               [&](const Task& task, const CountUnit& count) {
                 auto result = make_trial(task.setting, options, task.seed, stop_if_asked);
                 count("");
                 return result;
               });
  std::vector<DecideTrial> trials;
  for (const auto& task : tasks) {
    const auto& json = *store.find(task.key());
    for (const auto& pool : json.at("pools")) {
      DecideTrial trial;
      trial.setting = task.setting;
      trial.seed = task.seed;
      trial.direct = json.at("direct");
      trial.monte_carlo = pool.at("monte_carlo");
      trial.evidence = evidence_of(pool.at("evidence"));
      trial.decision = contrastive::decide(trial.evidence);
      trials.push_back(std::move(trial));
    }
  }
  return trials;
}

}  // namespace lagoon::pipelines
