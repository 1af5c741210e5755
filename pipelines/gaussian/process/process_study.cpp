#include "pipelines/gaussian/process/process_study.hpp"

#include <algorithm>

#include "contrastive/theory/divergence.hpp"
#include "contrastive/theory/population_loss.hpp"
#include "flow/error.hpp"
#include "pipelines/generation/text_lists.hpp"

namespace lagoon::pipelines {
namespace {

SweepPlan plan_of(const std::string& name, const ProcessOptions& o) {
  const FitSetting base{o.embedding_dim, o.batch_size, o.samples};
  SweepPlan plan{name, {}};
  const auto add = [&](const char* option, const std::vector<double>& values, auto member) {
    for (const auto size : whole_sizes(option, values)) {
      FitSetting setting = base;
      setting.*member = static_cast<std::remove_reference_t<decltype(setting.*member)>>(size);
      plan.settings.push_back(setting);
    }
  };
  if (name == "embedding-dim") {
    add("--embedding-dims", o.embedding_dims, &FitSetting::embedding_dim);
  } else if (name == "batch-size") {
    add("--batch-sizes", o.batch_sizes, &FitSetting::batch_size);
  } else {
    add("--sample-sizes", o.sample_sizes, &FitSetting::samples);
  }
  return plan;
}

}  // namespace

std::vector<SweepPlan> planned_sweeps(const ProcessOptions& options) {
  std::vector<SweepPlan> plans;
  const auto names =
      chosen_names("--sweeps", options.sweeps, {"embedding-dim", "batch-size", "samples"},
                   /*none_allowed=*/true);
  for (const auto& name : names) {
    plans.push_back(plan_of(name, options));
    for (const auto& [dim, batch_size, samples] : plans.back().settings) {
      require(samples >= batch_size, std::to_string(samples) + " samples do not fill a batch of " +
                                         std::to_string(batch_size) +
                                         " (take more samples or smaller batches)");
    }
  }
  return plans;
}

std::int64_t steps_of(const ProcessOptions& options, const FitSetting& setting) {
  std::int64_t steps = 0;
  require(!__builtin_mul_overflow(options.epochs, setting.samples / setting.batch_size, &steps),
          "--epochs " + std::to_string(options.epochs) + ": so many passes over " +
              std::to_string(setting.samples) + " samples are too many steps to count");
  return steps;
}

MeanErrors ProcessTheory::errors(const contrastive::Tilt& tilt) const {
  using namespace contrastive;
  return {expected_square_error(u_given_v(law), u_given_v(law, tilt), marginal_v(law)),
          expected_square_error(v_given_u(law), v_given_u(law, tilt), marginal_u(law))};
}

const MeanErrors& ProcessTheory::best(int embedding_dim) const {
  return population.at(static_cast<std::size_t>(std::min(embedding_dim, full_rank())));
}

ProcessTheory process_theory() {
  ProcessTheory theory;
  theory.law = contrastive::centred_pair(theory.process.cov_uu(), theory.process.cov_uv(),
                                         theory.process.cov_vv());
  theory.canonical = contrastive::canonical(theory.law);
  theory.mutual_information = contrastive::mutual_information(theory.canonical);
  for (int rank = 0; rank <= static_cast<int>(theory.canonical.size()); ++rank) {
    const auto tilt = contrastive::cosine_conditional(theory.law, rank);
    theory.population.push_back(theory.errors(tilt));
    theory.j_cond.push_back(contrastive::j_cond(theory.law, tilt));
  }
  return theory;
}

}  // namespace lagoon::pipelines
