#include "pipelines/assimilation/methods/refinement.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "flow/assimilation/conditional_gaussian/amplitude_filter.hpp"
#include "flow/assimilation/observed_window.hpp"
#include "pipelines/assimilation/methods/classical.hpp"

namespace lagoon::pipelines {
namespace {

/// Costs differ by less at one optimum, nats.
constexpr double kSameOptimum = 10;

/// The optimum of a part of the window is only where the next search begins: nats.
constexpr double kPartTolerance = 1;

}  // namespace

flow::VariationalOptions refinement_options(const MethodContext& context) {
  auto options = variational_options(context);
  options.start = flow::VariationalStart::given;
  options.lengthened_from = 0;
  return options;
}

RefinedContrastive::RefinedContrastive(const MethodContext& context,
                                       std::shared_ptr<LearnedWeights> weights)
    : queries_(context.queries),
      options_(refinement_options(context)),
      reference_(context.reference),
      costs_(context.queries.size(), std::nan("")),
      weights_(std::move(weights)) {}

flow::Posterior RefinedContrastive::posterior(std::size_t query) {
  if (!queries_.is_seen(query)) return flow::prior_of(queries_.space);
  const auto& learned = weights_->moments(query);
  const Eigen::Map<const Eigen::VectorXf> mean(learned.mean.data(), queries_.space.size());
  auto best = refine(query, mean.cast<double>());
  const std::array top = {static_cast<Eigen::Index>(learned.top)};
  auto other = refine(query, weights_->library().controls(top).col(0));
  if (other.cost < best.cost) best = std::move(other);
  costs_[query] = best.cost;
  return std::move(best.posterior);
}

nlohmann::json RefinedContrastive::more() const {
  double known = 0, same = 0, lower = 0;
  for (std::size_t q = 0; q < costs_.size(); ++q) {
    const double reference = (*reference_)[q];
    if (std::isnan(reference) || std::isnan(costs_[q])) continue;
    ++known;
    same += std::abs(costs_[q] - reference) < kSameOptimum ? 1 : 0;
    lower += costs_[q] <= reference - kSameOptimum ? 1 : 0;
  }
  if (known == 0) return {{"at_reference_optimum", nullptr}, {"below_reference", nullptr}};
  return {{"at_reference_optimum", same / known}, {"below_reference", lower / known}};
}

flow::VariationalResult RefinedContrastive::refine(std::size_t query, Eigen::VectorXd start) const {
  const auto tracks = queries_.tracks(query);
  auto options = options_;
  options.given = std::move(start);
  options.tolerance = std::max(options_.tolerance, kPartTolerance);
  for (int part = 1; part < kWindows; ++part) {
    const flow::ObservedWindow window(queries_.law, tracks,
                                      part * queries_.law.times.back() / kWindows);
    if (!flow::is_observed_after_release(queries_.law, window.tracks())) continue;
    options.given =
        flow::assimilate_variational(queries_.law, queries_.space, window.tracks(), options)
            .posterior.mean;
  }
  options.tolerance = options_.tolerance;
  return flow::assimilate_variational(queries_.law, queries_.space, tracks, options);
}

}  // namespace lagoon::pipelines
