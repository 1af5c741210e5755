#include "pipelines/bridge/chain/chain_study.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <boost/math/distributions/students_t.hpp>

#include "flow/error.hpp"
#include "flow/numerics/sample_moments.hpp"
#include "pipelines/bridge/chain/chain_pieces.hpp"
#include "pipelines/bridge/chain/chain_report.hpp"
#include "pipelines/support/log.hpp"
#include "pipelines/support/signals.hpp"
#include "pipelines/verbs.hpp"

namespace lagoon::pipelines {
namespace {

using Kind = ChainTask::Kind;

SeedMean mean_over(const ChainStudy& study, ChainTask task, int n,
                   const std::function<double(const nlohmann::json&)>& value) {
  std::vector<double> values;
  for (int i = 0; i < n; ++i) {
    task.seed = study.seed + static_cast<std::uint64_t>(i);
    const auto* found = study.store.find(task.key());
    require(found != nullptr, "the piece " + task.key() + " is not there (run it with --resume)");
    values.push_back(value(*found));
  }
  return seed_mean(std::move(values));
}

}  // namespace

void make_chain_pieces(const ChainOptions& options, const ChainPlan& plan, int threads,
                       ResultStore& store) {
  make_missing(plan.tasks, threads, store, {"references and fits", "pieces"},
               [&](const ChainTask& task, const CountUnit& count) {
                 auto result = make_chain_piece(task, options, plan, stop_if_asked);
                 count(task.key());
                 return result;
               });
}

SeedMean seed_mean(std::vector<double> values) {
  constexpr double kUpper = 0.975;
  SeedMean result;
  const auto moments = flow::sample_moments(values);
  result.mean = moments.mean;
  if (values.size() > 1) {
    result.standard_error = moments.standard_error();
    result.half_width = boost::math::quantile(boost::math::students_t(moments.n - 1), kUpper) *
                        result.standard_error;
  }
  result.values = std::move(values);
  return result;
}

int ChainStudy::seeds_at(double rho) const {
  return rho == 0 ? options.seeds : options.bypass_seeds;
}

std::optional<SeedMean> ChainStudy::fits(const std::string& model, contrastive::Critic critic,
                                         double rho, std::optional<std::int64_t> pool_size) const {
  // What an earlier run left in the store of a model that is not asked for may not be all of it.
  if (std::ranges::find(plan.models, model) == plan.models.end()) return std::nullopt;
  const ChainTask task{Kind::fit, model, critic, rho, seed};
  if (store.find(task.key()) == nullptr || (pool_size && model == "oracle")) return std::nullopt;
  return mean_over(*this, task, seeds_at(rho), [&](const nlohmann::json& json) -> double {
    return pool_size ? json.at("mc").at(std::to_string(*pool_size)) : json.at("direct");
  });
}

SeedMean ChainStudy::reference(double rho, std::optional<std::int64_t> pool_size) const {
  const ChainTask task{Kind::reference, "", {}, rho, seed};
  return mean_over(*this, task, seeds_at(rho), [&](const nlohmann::json& json) -> double {
    return pool_size ? json.at("exact").at(std::to_string(*pool_size)) : json.at("bayes");
  });
}

ChainDecisions ChainStudy::decisions(const std::string& model, contrastive::Critic critic) const {
  ChainDecisions decisions;
  for (const auto& task : plan.tasks) {
    if (task.kind != Kind::fit || task.model != model || task.critic != critic || task.rho != 0) {
      continue;
    }
    const auto* found = store.find(task.key());
    // Of few rows or an earlier version there is none.
    if (found == nullptr || !found->contains("decision") || found->at("decision").is_null())
      continue;
    const bool direct = found->at("decision").at("estimator") == "direct";
    const double by_direct = found->at("direct");
    const double by_pool = found->at("mc").at(std::to_string(plan.pool_sizes.back()));
    ++decisions.made;
    decisions.direct += direct ? 1 : 0;
    decisions.better += (direct ? by_direct >= by_pool : by_pool >= by_direct) ? 1 : 0;
  }
  return decisions;
}

SeedMean ChainStudy::information(const std::string& pair, double rho) const {
  const ChainTask task{Kind::reference, "", {}, rho, seed};
  return mean_over(*this, task, seeds_at(rho), [&](const nlohmann::json& json) -> double {
    return json.at("information").at(pair);
  });
}

int run_chain(const ChainOptions& options, const BridgeRun& run, const Invocation& invocation) {
  const ChainPlan plan = plan_chain(options, run.seed);
  if (invocation.dry_run) {
    const auto references =
        std::ranges::count(plan.tasks, ChainTask::Kind::reference, &ChainTask::kind);
    const auto fits = static_cast<std::ptrdiff_t>(plan.tasks.size()) - references;
    print("# " + std::to_string(references) + " references, " + std::to_string(fits) + " fits of " +
          std::to_string(options.epochs * (options.pairs / options.batch_size)) + " steps");
    return kExitDone;
  }
  const auto folder = begin_bridge(run, invocation);
  ResultStore store(run.out / "fits.jsonl", chain_training_json(options, plan));
  try {
    make_chain_pieces(options, plan, run.threads, store);
  } catch (const Stopped&) {
    return bridge_stopped(run);
  }
  const ChainStudy study{options, plan, store, run.seed};
  write_chain_page(folder, study, invocation);
  finish_bridge(run, invocation, to_json(study), chain_text(study));
  return kExitDone;
}

}  // namespace lagoon::pipelines
