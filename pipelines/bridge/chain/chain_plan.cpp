#include "pipelines/bridge/chain/chain_plan.hpp"

#include <algorithm>

#include "flow/error.hpp"
#include "pipelines/figures/panel_grid.hpp"
#include "pipelines/generation/text_lists.hpp"

namespace lagoon::pipelines {
namespace {

using contrastive::Critic;

/// Counts up whenever the same options begin to mean other data, weights or steps.
constexpr int kVersion = 1;

std::vector<double> sorted(std::vector<double> values) {
  std::ranges::sort(values);
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
}

std::vector<double> bypass_of(const std::vector<double>& values) {
  for (const double rho : values) {
    require(rho < 1, "--bypass " + number_text(rho) +
                         ": with 1 nothing goes through B, and all scores tie (give less)");
  }
  return sorted(values);
}

/// Unless the plan has it.
void add_once(ChainPlan& plan, const ChainTask& task) {
  const auto same = [&](const ChainTask& other) { return other.key() == task.key(); };
  if (std::ranges::none_of(plan.tasks, same)) plan.tasks.push_back(task);
}

void add_fits(ChainPlan& plan, double rho, std::uint64_t seed, const std::string& model,
              const std::vector<Critic>& critics) {
  for (const Critic critic : critics) {
    add_once(plan, {ChainTask::Kind::fit, model, critic, rho, seed});
  }
}

void add_reference(ChainPlan& plan, double rho, std::uint64_t seed,
                   double noise = ChainLaw::kNoise) {
  add_once(plan, {ChainTask::Kind::reference, "", Critic::cosine, rho, seed, noise});
}

bool has(const ChainPlan& plan, const std::string& model) {
  return std::ranges::find(plan.models, model) != plan.models.end();
}

void add_tasks(ChainPlan& plan, const ChainOptions& o, std::uint64_t seed) {
  for (std::uint64_t s = seed; s < seed + static_cast<std::uint64_t>(o.seeds); ++s) {
    add_reference(plan, 0, s);
    for (const double noise : plan.noises) add_reference(plan, 0, s, noise);
    for (const auto& model : plan.models) add_fits(plan, 0, s, model, plan.critics);
  }
  for (const double rho : plan.bypass) {
    if (rho == 0) continue;  // the main table's, of all its seeds
    for (std::uint64_t s = seed; s < seed + static_cast<std::uint64_t>(o.bypass_seeds); ++s) {
      add_reference(plan, rho, s);
      if (has(plan, "unconscious")) add_fits(plan, rho, s, "unconscious", bypass_critics(plan));
    }
  }
  if (!o.planes || !has(plan, "unconscious")) return;
  for (const Critic critic : plan.critics) {
    plan.tasks.push_back({ChainTask::Kind::plane, "unconscious", critic, 0, seed});
  }
}

}  // namespace

std::string rho_text(double rho) {
  const std::string text = number_text(rho);
  return std::stod(text) == rho ? text : nlohmann::json(rho).dump();
}

std::string ChainTask::key() const {
  const std::string place = " rho " + rho_text(rho) + " seed " + std::to_string(seed) +
                            (noise == ChainLaw::kNoise ? "" : " noise " + rho_text(noise));
  if (kind == Kind::reference) return "reference, shortfall" + place;
  return (kind == Kind::plane ? "plane " : "") + model + " " + to_string(critic) + place;
}

ChainPlan plan_chain(const ChainOptions& o, std::uint64_t seed) {
  ChainPlan plan;
  plan.models = chosen_names("--models", o.models, {"unconscious", "disparate", "oracle"},
                             /*none_allowed=*/true);
  for (const auto& name :
       chosen_names("--critics", o.critics, {"cosine", "dot", "l2"}, /*none_allowed=*/false)) {
    plan.critics.push_back(contrastive::parse_critic(name));
  }
  plan.bypass = bypass_of(o.bypass);
  plan.noises = sorted(o.noises);
  plan.pool_sizes = whole_sizes("--pool-sizes", o.pool_sizes);
  plan.groups.count = o.groups;
  require(plan.models.empty() || o.pairs >= o.batch_size,
          "--pairs " + std::to_string(o.pairs) + " fill no batch of " +
              std::to_string(o.batch_size) + " (give more pairs or a smaller batch)");
  add_tasks(plan, o, seed);
  return plan;
}

nlohmann::json chain_training_json(const ChainOptions& o, const ChainPlan& plan) {
  return {{"study", "chain"},
          {"version", kVersion},
          {"pool_sizes", plan.pool_sizes},
          {"pairs", o.pairs},
          {"groups", o.groups},
          {"epochs", o.epochs},
          {"batch_size", o.batch_size},
          {"learning_rate", o.learning_rate},
          {"step_epochs", o.step_epochs},
          {"embedding_dim", o.embedding_dim},
          {"width", o.width}};
}

std::vector<Critic> bypass_critics(const ChainPlan& plan) {
  std::vector<Critic> critics = plan.critics;
  std::erase(critics, Critic::dot);
  return critics;
}

}  // namespace lagoon::pipelines
