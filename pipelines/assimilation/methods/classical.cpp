#include "pipelines/assimilation/methods/classical.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>

#include "flow/assimilation/conditional_gaussian/amplitude_filter.hpp"
#include "flow/assimilation/conditional_gaussian/exactness.hpp"
#include "flow/assimilation/conditional_gaussian/increment_regression.hpp"
#include "flow/assimilation/ensemble/drifter_filter.hpp"
#include "flow/assimilation/ensemble/iterative_smoother.hpp"
#include "flow/assimilation/ensemble/multiple_data_assimilation.hpp"

namespace lagoon::pipelines {
namespace {

class Prior : public Method {
 public:
  explicit Prior(const Queries& queries) : posterior_(flow::prior_of(queries.space)) {}
  flow::Posterior posterior(std::size_t) override { return posterior_; }

 private:
  flow::GaussianPosterior posterior_;
};

class Exact : public Method {
 public:
  explicit Exact(const Queries& queries)
      : queries_(queries), regression_(queries.law, queries.space) {}
  flow::Posterior posterior(std::size_t query) override {
    return regression_.posterior(queries_.tracks(query)).posterior;
  }

 private:
  const Queries& queries_;
  flow::IncrementRegression regression_;
};

/// Of amplitudes that vary, those at t = 0, smoothed: what all positions say of them.
class Filtered : public Method {
 public:
  explicit Filtered(const Queries& queries) : queries_(queries) {}
  flow::Posterior posterior(std::size_t query) override {
    return flow::filtered_posterior(queries_.law, queries_.space, queries_.tracks(query)).at_start;
  }

 private:
  const Queries& queries_;
};

class Variational : public Method {
 public:
  explicit Variational(const MethodContext& context)
      : queries_(context.queries),
        options_(variational_options(context)),
        costs_(context.reference) {}

  flow::Posterior posterior(std::size_t query) override {
    if (!queries_.is_seen(query)) {
      ++n_converged_;
      return flow::prior_of(queries_.space);
    }
    auto result = flow::assimilate_variational(queries_.law, queries_.space, queries_.tracks(query),
                                               options_);
    (*costs_)[query] = result.cost;
    n_iterations_ += result.iterations;
    n_converged_ += result.converged ? 1 : 0;
    return std::move(result.posterior);
  }

  nlohmann::json more() const override {
    const auto n = static_cast<double>(queries_.size());
    return {{"converged", n_converged_ / n}, {"iterations", n_iterations_ / n}};
  }

 private:
  const Queries& queries_;
  flow::VariationalOptions options_;
  std::shared_ptr<ReferenceCosts> costs_;
  std::atomic<int> n_iterations_ = 0, n_converged_ = 0;
};

/// Every which observation time the filter sees.
int filter_interval(const MethodRequest& request, const flow::Law& law) {
  constexpr int kSeen = 20;
  return request.every > 0 ? request.every : std::max(1, static_cast<int>(law.n_times()) / kSeen);
}

/// The standard deviation of positions that the ensemble assumes. Where drifters diffuse and are
/// seen without error it is twice their diffusion between two observations: with less, 200 members
/// in 100 dimensions become far too sure.
double ensemble_error(const MethodRequest& request, const flow::Law& law) {
  constexpr double kTimesDiffusion = 2;
  if (request.ensemble_error > 0) return request.ensemble_error;
  if (law.observation_noise_std > 0) return law.observation_noise_std;
  const double interval =
      filter_interval(request, law) * law.times.back() / static_cast<double>(law.n_times());
  return kTimesDiffusion * std::sqrt(2 * law.diffusivity * interval);
}

class Ensemble : public Method {
 public:
  explicit Ensemble(const MethodContext& context)
      : request_(context.request), queries_(context.queries) {
    kind_ = request_.ensemble;
    if (kind_ == "auto") kind_ = queries_.law.diffusivity > 0 ? "filter" : "iterative";
    options_.n_members = request_.members;
    options_.every = kind_ == "filter" ? filter_interval(request_, queries_.law) : 1;
    options_.error_std = ensemble_error(request_, queries_.law);
    options_.steps_per_interval = steps_within(queries_.law, kLongestStep);
    options_.seed = request_.seed;
    options_.threads = 1;
  }

  flow::Posterior posterior(std::size_t query) override {
    if (!queries_.is_seen(query)) {
      ++n_converged_;
      return flow::prior_of(queries_.space);
    }
    const auto tracks = queries_.tracks(query);
    auto options = options_;
    options.query = static_cast<std::uint64_t>(queries_.rows[query]);
    if (kind_ == "filter") {
      return flow::filter_drifters(queries_.law, queries_.space, tracks, {}, options);
    }
    if (kind_ == "iterative") {
      auto smoothed = flow::smooth_iteratively(queries_.law, queries_.space, tracks, {}, options);
      n_converged_ += smoothed.converged ? 1 : 0;
      return std::move(smoothed.gaussian);
    }
    constexpr double kRatio = 1.5;
    const flow::DataAssimilations assimilations{
        flow::falling_coefficients(request_.assimilations, kRatio)};
    return flow::assimilate_repeatedly(queries_.law, queries_.space, tracks, assimilations,
                                       options);
  }

  nlohmann::json more() const override {
    nlohmann::json json = {
        {"kind", kind_}, {"members", request_.members}, {"error_std", options_.error_std}};
    if (kind_ == "iterative") {
      json["converged"] = n_converged_ / static_cast<double>(queries_.size());
    }
    return json;
  }

 private:
  const MethodRequest& request_;
  const Queries& queries_;
  std::string kind_;
  flow::EnsembleOptions options_;
  std::atomic<int> n_converged_ = 0;  ///< of the iterative smoother
};

std::string why_not_exact(const Queries& queries) {
  const auto& law = queries.law;
  std::string reason =
      law.has_varying_amplitudes() ? flow::why_not_filtered(law) : flow::why_not_exact(law);
  if (!reason.empty()) return reason;
  if (queries.steps_are_observations) return "";
  return "drifters were not followed by one Euler-Maruyama step from observation to observation";
}

std::string why_no_ensemble(const MethodRequest& request, const Queries& queries) {
  const auto& law = queries.law;
  if (law.has_varying_amplitudes()) return "amplitudes vary in time, which no member holds";
  if (ensemble_error(request, law) == 0) {
    return "positions are observed without error, which an ensemble cannot take (give "
           "--ensemble-error)";
  }
  const bool diffuses = law.diffusivity > 0;
  if (diffuses && (request.ensemble == "iterative" || request.ensemble == "repeated")) {
    return "drifters diffuse, which the smoothers cannot follow (give --ensemble filter)";
  }
  const bool iterates = request.ensemble == "iterative" || request.ensemble == "auto";
  if (!diffuses && iterates && request.members <= queries.space.size() + 1) {
    return "the iterative smoother needs more members than the " +
           std::to_string(queries.space.size() + 1) + " of its unknowns and one (give --members)";
  }
  return "";
}

template <class Class, class Argument>
MethodChoice make_choice(const char* name, const char* title, const std::string& reason,
                         const Argument& argument) {
  MethodChoice choice{name, title, reason, nullptr};
  if (reason.empty()) choice.method = std::make_unique<Class>(argument);
  return choice;
}

}  // namespace

std::string why_not_variational(const flow::Law& law) {
  if (law.diffusivity > 0) return "drifters diffuse: their path is no function of the flow";
  if (law.has_varying_amplitudes())
    return "amplitudes vary in time, and are no function of psi_hat";
  return "";
}

flow::VariationalOptions variational_options(const MethodContext& context) {
  const auto& request = context.request;
  flow::VariationalOptions options;
  const auto& queries = context.queries;
  if (queries.law.observation_noise_std == 0) {
    options.steps.steps_per_interval = queries.steps_per_interval;
    options.observation_std = std::max(flow::kExactObservationStd, queries.position_error);
  }
  const double windows = std::max(1.0, queries.law.times.back() / kUsualWindow);
  options.steps.steps = static_cast<int>(std::lround(windows * request.variational_steps));
  options.start = request.variational_start == "zero" ? flow::VariationalStart::zero
                                                      : flow::VariationalStart::integral;
  options.lengthened_from = 1.01 * kUsualWindow;
  return options;
}

void add_classical_methods(const MethodContext& context, std::vector<MethodChoice>& choices) {
  const auto& queries = context.queries;
  choices.push_back(make_choice<Prior>("prior", "prior", "", queries));
  const auto make_exact = queries.law.has_varying_amplitudes() ? make_choice<Filtered, Queries>
                                                               : make_choice<Exact, Queries>;
  choices.push_back(make_exact("exact", "exact posterior", why_not_exact(queries), queries));
  choices.push_back(make_choice<Variational>("variational", "4D-Var, Laplace",
                                             why_not_variational(queries.law), context));
  choices.push_back(make_choice<Ensemble>("ensemble", "ensemble",
                                          why_no_ensemble(context.request, queries), context));
}

}  // namespace lagoon::pipelines
