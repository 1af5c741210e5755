#include "pipelines/assimilation/methods/method.hpp"

#include <algorithm>
#include <limits>
#include <sstream>
#include <string_view>

#include "datasets/text/text.hpp"
#include "flow/error.hpp"
#include "pipelines/assimilation/methods/classical.hpp"
#include "pipelines/assimilation/methods/library.hpp"
#include "pipelines/support/json/json_number.hpp"

namespace lagoon::pipelines {
namespace {

void add_learned_methods(const MethodContext& context, std::vector<MethodChoice>& choices) {
  if (!context.run.empty()) return context.learning->add_contrastive_methods(context, choices);
  const std::string reason = "no run of encoders was given";
  choices.push_back({"contrastive", kContrastiveTitle, reason, nullptr});
  choices.push_back({"contrastive_refined", kRefinedTitle, reason, nullptr});
}

void require_known(const std::string& name) {
  if (std::ranges::find(kMethodNames, name) != kMethodNames.end()) return;
  throw UsageError("--methods " + name + ": must be among " + datasets::joined(kMethodNames));
}

void apply_request(const MethodRequest& request, MethodChoice& choice) {
  const auto names = method_names(request);
  if (names.empty()) return;
  if (std::ranges::find(names, choice.name) == names.end()) {
    choice.method.reset();
    choice.reason = kNotAskedFor;
    return;
  }
  require(choice.reason.empty() || !request.refuses,
          "--methods " + choice.name + ": " + choice.reason + " (leave it out)");
}

}  // namespace

void declare_methods(OptionTable& table, MethodRequest& r) {
  OptionGroup methods(table, [](Option& option) { option.in_group("Methods"); });
  methods.add("methods", &r.methods, anything(),
              "those to run, separated by commas: exact, variational, ensemble, importance, "
              "nearest, prior, contrastive, contrastive_refined (default: all that apply)");
  methods.add("library-size", &r.library_size, at_least(2),
              "flows of the library, drawn from the prior");
  methods.add("library", &r.library, anything(),
              "dataset of the same law whose flows are the library instead");
  methods
      .add("temper-power", &r.temper_power, fraction(),
           "of the weights over the library (importance, contrastive); 1: as they are")
      .only_if([&r] { return r.temper_sample_size == 0; }, "no --temper-sample-size");
  methods.add("temper-sample-size", &r.temper_sample_size, non_negative(),
              "the power is what gives each query's weights this effective sample size, or 1 where "
              "they have more (0: off)");
  methods.add("checkpoint", &r.checkpoint, anything(),
              "of the run: last, best or the number of a step");
  methods.add("variational-steps", &r.variational_steps, at_least(1),
              "RK4 steps of [0, 0.1]; longer windows take more");
  methods.add("variational-start", &r.variational_start, one_of({"integral", "zero"}),
              "regression on integrals along the smoothed tracks, or the prior's mean");
  methods.add("ensemble", &r.ensemble, one_of({"auto", "iterative", "repeated", "filter"}),
              "smoothers that iterate or see the data repeatedly (ES-MDA), or the filter with "
              "drifters in its state; auto: iterative, or the filter where drifters diffuse");
  methods.add("members", &r.members, at_least(3), "of the ensemble");
  methods.add("assimilations", &r.assimilations, at_least(1), "of the repeated smoother");
  methods.add("every", &r.every, at_least(0),
              "every which observation time the filter sees (0: so that it sees 20)");
  methods.add("ensemble-error", &r.ensemble_error, non_negative(),
              "standard deviation of positions that the ensemble assumes (0: the law's, or twice "
              "the diffusion between two that it sees)");
}

void add_estimate(nlohmann::json& json, const std::string& key, const flow::Estimate& estimate) {
  json[key] = finite_or_null(estimate.value);
  json[key + "_interval"] = {finite_or_null(estimate.lower), finite_or_null(estimate.upper)};
}

std::vector<std::string> method_names(const MethodRequest& request) {
  std::vector<std::string> names;
  for (const auto& typed : request.methods) {
    std::istringstream words(typed);
    for (std::string name; std::getline(words, name, ',');) {
      require_known(name);
      names.push_back(name);
    }
  }
  return names;
}

MethodContext make_context(const MethodRequest& request, const Queries& queries,
                           const std::filesystem::path& run, const Learning* learning) {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  const auto library = std::make_shared<FlowLibrary>(request, queries);
  return {request,
          queries,
          run,
          learning,
          std::make_shared<ReferenceCosts>(queries.size(), kNone),
          library,
          std::make_shared<LibraryLikelihoods>(request, queries, library)};
}

std::vector<MethodChoice> choose_methods(const MethodContext& context) {
  std::vector<MethodChoice> choices;
  add_library_methods(context, choices);
  add_classical_methods(context, choices);
  add_learned_methods(context, choices);
  std::vector<MethodChoice> ordered;
  for (const char* name : kMethodNames) {
    auto& choice = *std::ranges::find(choices, name, &MethodChoice::name);
    apply_request(context.request, choice);
    ordered.push_back(std::move(choice));
  }
  return ordered;
}

}  // namespace lagoon::pipelines
