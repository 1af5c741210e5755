#include "pipelines/gaussian/process/process_study.hpp"

#include <algorithm>
#include <cmath>

#include "contrastive/theory/divergence.hpp"
#include "contrastive/theory/population_loss.hpp"
#include "flow/error.hpp"
#include "pipelines/generation/text_lists.hpp"

namespace lagoon::pipelines {
namespace {

constexpr const char* kSweepNames[] = {"embedding-dim", "batch-size", "samples"};

std::vector<std::string> chosen_sweeps(const std::string& text) {
  if (text == "none") return {};
  if (text == "all") return {std::begin(kSweepNames), std::end(kSweepNames)};
  auto names = split_text(text, ',');
  require(!names.empty(),
          "--sweeps is empty: give all, none, or of embedding-dim, batch-size, "
          "samples");
  for (const auto& name : names) {
    require(std::ranges::find(kSweepNames, name) != std::end(kSweepNames),
            "--sweeps " + text + ": '" + name +
                "' is no sweep (all, none, or of embedding-dim, batch-size, samples)");
  }
  return names;
}

/// Whole numbers, sorted, each once.
std::vector<std::int64_t> sizes(const std::vector<double>& values, const std::string& option) {
  require(!values.empty(), option + ": is empty (give a size, or leave this sweep out)");
  std::vector<std::int64_t> result;
  for (const double value : values) {
    require(value == std::floor(value) && value < 1e9,
            option + ": " + std::to_string(value) + " is no size (give whole numbers)");
    result.push_back(static_cast<std::int64_t>(value));
  }
  std::ranges::sort(result);
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

SweepPlan plan_of(const std::string& name, const ProcessOptions& o) {
  const FitSetting base{o.embedding_dim, o.batch_size, o.samples};
  SweepPlan plan{name, {}};
  const auto add = [&](const char* option, const std::vector<double>& values, auto member) {
    for (const auto size : sizes(values, option)) {
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
  for (const auto& name : chosen_sweeps(options.sweeps)) {
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
