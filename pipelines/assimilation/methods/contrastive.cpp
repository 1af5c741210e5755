#include "pipelines/assimilation/methods/contrastive.hpp"

#include <algorithm>
#include <filesystem>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "contrastive/threads.hpp"
#include "flow/assimilation/library/weights.hpp"
#include "flow/error.hpp"
#include "flow/integration/parallel.hpp"
#include "flow/scores/method_scores.hpp"
#include "pipelines/assimilation/methods/classical.hpp"
#include "pipelines/assimilation/methods/learned_weights.hpp"
#include "pipelines/assimilation/methods/refinement.hpp"
#include "pipelines/assimilation/methods/tempering.hpp"
#include "pipelines/support/log.hpp"
#include "pipelines/support/progress.hpp"

namespace lagoon::pipelines {
namespace {

namespace fs = std::filesystem;

class Contrastive : public Method {
 public:
  /// `is_compared`: weights are set beside the exact ones.
  Contrastive(const MethodContext& context, std::shared_ptr<LearnedWeights> weights,
              bool is_compared)
      : request_(context.request),
        queries_(context.queries),
        likelihoods_(context.likelihoods),
        weights_(std::move(weights)),
        is_compared_(is_compared) {}

  Prepared prepare() override { return weights_->compute_kept(); }
  flow::Posterior posterior(std::size_t query) override {
    if (!is_tempered(request_)) return posterior_of(weights_->library(), weights_->kept(query));
    // Tempered, members count that were left out.
    std::vector<Eigen::Index> all(static_cast<std::size_t>(weights_->library().size()));
    std::iota(all.begin(), all.end(), Eigen::Index{0});
    return posterior_of(weights_->library(),
                        keep_members(tempered(request_, weights_->log_weights(query, all))));
  }

  nlohmann::json more() const override {
    nlohmann::json json = {{"library_size", weights_->library().size()},
                           {"trained_noise_std", weights_->trained_noise_std()}};
    add_top_1(json);
    const bool is_of_one_likelihood =
        weights_->trained_noise_std() == queries_.law.observation_noise_std;
    if (is_compared_ && is_of_one_likelihood) add_divergence(json);
    return json;
  }

 private:
  template <class Function>
  void for_each_query(const Function& function) const {
    flow::parallel_for(queries_.size(), request_.threads, function);
  }

  /// The errors of the likeliest member alone.
  void add_top_1(nlohmann::json& json) const {
    const flow::Scorer scorer(queries_.law, queries_.space);
    Eigen::MatrixXd errors(static_cast<Eigen::Index>(queries_.size()), 2);
    for_each_query([&](std::size_t query) {
      const auto row = static_cast<Eigen::Index>(query);
      const auto top = posterior_of(weights_->library(),
                                    {{weights_->moments(query).top}, Eigen::VectorXd::Ones(1)});
      const auto scores = scorer.score(top, queries_.truth.col(row),
                                       {request_.seed, flow::Purpose::score_draw, query});
      errors.row(row) << scores.relative_error, scores.velocity_error;
    });
    const flow::Bootstrap bootstrap(errors, request_.seed);
    add_estimate(json, "top_1_relative_error", bootstrap.estimate(flow::mean_of(0)));
    add_estimate(json, "top_1_velocity_error", bootstrap.estimate(flow::mean_of(1)));
  }

  /// KL(importance sampling's weights || these), nats. Members without weight in the first do not
  /// count, and the second's weights of the others are exact, however small.
  void add_divergence(nlohmann::json& json) const {
    likelihoods_->compute();  // of resumed work the methods that need them may be finished
    std::vector<double> divergences(queries_.size());
    for_each_query([&](std::size_t query) {
      const KeptMembers exact = keep_members(likelihoods_->row(query));
      const Eigen::VectorXd learned = weights_->log_weights(query, exact.members);
      divergences[query] =
          exact.weights.dot((exact.weights.array().log() - learned.array()).matrix());
    });
    add_estimate(json, "divergence_from_importance",
                 flow::estimate_median(divergences, request_.seed));
  }

  const MethodRequest& request_;
  const Queries& queries_;
  std::shared_ptr<LibraryLikelihoods> likelihoods_;
  std::shared_ptr<LearnedWeights> weights_;
  bool is_compared_;
};

/// Whether a method that needs exact weights exists and is asked for, be it finished or not.
bool has_exact_weights(const MethodRequest& request, const std::vector<MethodChoice>& choices) {
  const auto asked_for = method_names(request);
  return std::ranges::any_of(choices, [&](const MethodChoice& choice) {
    return (choice.name == "importance" || choice.name == "nearest") && choice.reason.empty() &&
           (asked_for.empty() || std::ranges::find(asked_for, choice.name) != asked_for.end());
  });
}

/// Throws unless the run's law is the queries', its noise excepted, which may be larger: then the
/// weights are those of a likelihood with that noise.
void require_law(const fs::path& run, const flow::Law& trained, flow::Law law) {
  const double noise = std::exchange(law.observation_noise_std, trained.observation_noise_std);
  const std::string field = flow::first_difference(trained, law);
  require(field.empty(), run.string() + ": is a run of another law than the queries, its " + field +
                             " differs (train on data of this law)");
  const std::string noises = figures_text(trained.observation_noise_std) +
                             " where the queries have " + figures_text(noise);
  require(trained.observation_noise_std >= noise, run.string() + ": was trained with less noise, " +
                                                      noises + " (train with at least theirs)");
  if (trained.observation_noise_std > noise) {
    log_info(run.string() + ": was trained with noise of " + noises +
             ": contrastive weights are those of so much wider a likelihood");
  }
}

std::shared_ptr<LearnedWeights> load(const MethodContext& context) {
  contrastive::set_threads(context.request.threads);
  auto encoders = contrastive::EncoderPair::load(context.run, context.request.checkpoint);
  require_law(context.run, encoders.law(), context.queries.law);
  if (context.queries.n_train > 0 && encoders.data_seed() == context.queries.data_seed) {
    log_warning(context.run.string() + ": " + std::to_string(context.queries.n_train) + " of the " +
                std::to_string(context.queries.size()) +
                " queries may be flows that it was trained on (give --split test)");
  }
  return std::make_shared<LearnedWeights>(context, std::move(encoders));
}

}  // namespace

void add_contrastive_methods(const MethodContext& context, std::vector<MethodChoice>& choices) {
  const auto weights = load(context);
  MethodChoice plain{"contrastive", kContrastiveTitle, "", nullptr};
  plain.method =
      std::make_unique<Contrastive>(context, weights, has_exact_weights(context.request, choices));
  MethodChoice refined{"contrastive_refined", kRefinedTitle,
                       why_not_variational(context.queries.law), nullptr};
  if (refined.reason.empty()) {
    refined.method = std::make_unique<RefinedContrastive>(context, weights);
  }
  choices.push_back(std::move(plain));
  choices.push_back(std::move(refined));
}

}  // namespace lagoon::pipelines
