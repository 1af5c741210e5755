#include "pipelines/bridge/chain/chain_pieces.hpp"

#include <algorithm>

#include "contrastive/bridging/pair_training.hpp"
#include "pipelines/bridge/chain/chain_references.hpp"
#include "pipelines/bridge/decide/decision_json.hpp"

namespace lagoon::pipelines {
namespace {

using contrastive::EncoderShapes;
using contrastive::PairModel;
using contrastive::TrainingPair;
using flow::Purpose;

nlohmann::json by_pool_size(const std::map<std::int64_t, double>& recalls) {
  nlohmann::json json = nlohmann::json::object();
  for (const auto& [m, recall] : recalls) json[std::to_string(m)] = recall;
  return json;
}

nlohmann::json reference_piece(const ChainLaw& law, const ChainPlan& plan,
                               const Triplets& held_out) {
  const auto pool = law.draw_bridge(Purpose::library_draw, plan.pool_sizes.back());
  const auto r = chain_reference(law, plan.groups, held_out, pool, plan.pool_sizes);
  return {{"bayes", r.bayes},
          {"exact", by_pool_size(r.exact)},
          {"shortfall", by_pool_size(r.shortfall)},
          {"information",
           {{"ab", r.information_ab}, {"bc", r.information_bc}, {"ac", r.information_ac}}}};
}

/// The names of B's encoders for A and for C.
struct Names {
  std::string for_a, for_c;
};

Names bridge_names(const std::string& model) {
  return model == "disparate" ? Names{"b1", "b2"} : Names{"b", "b"};
}

EncoderShapes shapes_of(const ChainTask& task, const ChainOptions& o) {
  const std::int64_t outputs = task.kind == ChainTask::Kind::plane ? 2 : o.embedding_dim;
  const auto shape = [&](int inputs) {
    return contrastive::BatchNormMlpShape{inputs, {o.width, o.width}, outputs, true};
  };
  EncoderShapes shapes = {{"a", shape(ChainLaw::kOuterDim)}, {"c", shape(ChainLaw::kOuterDim)}};
  if (task.model == "oracle") return shapes;
  const Names names = bridge_names(task.model);
  shapes[names.for_a] = shapes[names.for_c] = shape(ChainLaw::kBridgeDim);
  return shapes;
}

/// A-B pairs and B-C pairs of which no triplet is seen whole; of the oracle, A-C pairs.
std::vector<TrainingPair> training_pairs(const ChainTask& task, const ChainOptions& o,
                                         const ChainLaw& law) {
  Triplets seen = law.draw(Purpose::train_gaussian_pair, 0, o.pairs);
  TrainingPair first, second;
  first.critic = second.critic = task.critic;
  first.left = "a";
  first.left_rows = std::move(seen.a);
  second.right = "c";
  if (task.model == "oracle") {
    first.right = "c";
    first.right_rows = std::move(seen.c);
    return {first};
  }
  const Names names = bridge_names(task.model);
  Triplets others = law.draw(Purpose::train_gaussian_pair, o.pairs, o.pairs);
  first.right = names.for_a;
  first.right_rows = std::move(seen.b);
  second.left = names.for_c;
  second.left_rows = std::move(others.b);
  second.right_rows = std::move(others.c);
  return {first, second};
}

contrastive::PairTrainingOptions training_options(const ChainTask& task, const ChainOptions& o) {
  contrastive::PairTrainingOptions options;
  options.seed = task.seed;
  options.epochs = o.epochs;
  options.batch_size = o.batch_size;
  options.learning_rate = o.learning_rate;
  options.step_epochs = o.step_epochs;
  return options;
}

/// Direct or Monte-Carlo, by the first of the pool's samples and no pair; null of few rows.
nlohmann::json decision_of(const BridgedRows& rows, std::uint64_t seed) {
  constexpr std::int64_t kSamples = 5000;
  const auto b = stretch(rows.b, 0, std::min(kSamples, rows.b.n));
  const auto b_prime = stretch(rows.b_prime, 0, std::min(kSamples, rows.b_prime.n));
  const auto choice =
      choose({rows.a, b, rows.ab, b_prime, rows.c, rows.bc}, {.seed = seed, .threads = 1});
  return choice ? to_json(*choice) : nlohmann::json();
}

nlohmann::json fit_scores(const ChainTask& task, const ChainPlan& plan, const ChainLaw& law,
                          const Triplets& held_out, const PairModel& model) {
  BridgedRows rows;
  rows.a = model.embed("a", held_out.a);
  rows.c = model.embed("c", held_out.c);
  rows.ab = model.link(0);
  nlohmann::json result = {{"direct", direct_recall(plan.groups, rows.a, rows.c, rows.ab)},
                           {"scales", {rows.ab.scale}}};
  if (task.model == "oracle") return result;
  rows.bc = model.link(1);
  result["scales"].push_back(rows.bc.scale);
  const auto pool = law.draw_bridge(Purpose::library_draw, plan.pool_sizes.back());
  const Names names = bridge_names(task.model);
  rows.b = model.embed(names.for_a, pool);
  rows.b_prime = model.embed(names.for_c, pool);
  result["mc"] = by_pool_size(monte_carlo_recall(plan.groups, rows, plan.pool_sizes));
  result["decision"] = decision_of(rows, task.seed);
  return result;
}

void add_plane(nlohmann::json& result, const PairModel& model, const Triplets& held_out) {
  constexpr std::size_t kDrawn = 300;
  const auto points = [&](const char* name, const contrastive::Embeddings& inputs) {
    const auto all = model.embed(name, inputs).values;
    const auto n = std::min(2 * kDrawn, all.size());
    return std::vector<float>(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(n));
  };
  result["a"] = points("a", held_out.a);
  result["b"] = points("b", held_out.b);
  result["c"] = points("c", held_out.c);
}

}  // namespace

nlohmann::json make_chain_piece(const ChainTask& task, const ChainOptions& options,
                                const ChainPlan& plan, const std::function<void()>& before_step) {
  const ChainLaw law(task.seed, task.rho, task.noise);
  const Triplets held_out = law.draw(Purpose::test_gaussian_pair, 0, plan.groups.pairs());
  if (task.kind == ChainTask::Kind::reference) return reference_piece(law, plan, held_out);
  contrastive::PairTrainingHooks hooks;
  hooks.before_step = [&](auto, auto) { before_step(); };
  const PairModel model =
      contrastive::train_pairs(shapes_of(task, options), training_pairs(task, options, law),
                               training_options(task, options), hooks);
  nlohmann::json result = fit_scores(task, plan, law, held_out, model);
  if (task.kind == ChainTask::Kind::plane) add_plane(result, model, held_out);
  return result;
}

}  // namespace lagoon::pipelines
