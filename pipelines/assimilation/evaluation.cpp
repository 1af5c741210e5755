#include "pipelines/assimilation/evaluation.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include <Eigen/Cholesky>

#include "flow/error.hpp"
#include "flow/integration/parallel.hpp"
#include "pipelines/support/progress.hpp"
#include "pipelines/support/signals.hpp"

namespace lagoon::pipelines {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// 1/2 log det of the inverse of a normal law's covariance, the prior's being 1.
double information_of(const flow::Posterior& posterior) {
  const auto* gaussian = std::get_if<flow::GaussianPosterior>(&posterior);
  if (gaussian == nullptr) return kNone;
  const Eigen::LLT<Eigen::MatrixXd> factor(gaussian->covariance);
  if (factor.info() != Eigen::Success) return kNone;
  return -factor.matrixLLT().diagonal().array().log().sum();
}

/// What is kept of the queries, in order.
struct Records {
  std::vector<flow::QueryScores> scores;
  Eigen::MatrixXd columns;  ///< (query, seconds | information)
};

class Evaluator {
 public:
  Evaluator(const MethodContext& context, int n_examples, std::string what)
      : context_(context),
        n_examples_(
            std::min<std::size_t>(static_cast<std::size_t>(n_examples), context.queries.size())),
        what_(std::move(what)),
        scorer_(context.queries.law, context.queries.space),
        functionals_(flow::fixed_functionals(
            context.queries.space.size(),
            std::min<int>(kFunctionals, static_cast<int>(context.queries.space.size())),
            kFunctionalSeed)) {}

  MethodResult run(MethodChoice& choice) const {
    MethodResult result;
    result.name = choice.name;
    result.title = choice.title;
    result.reason = choice.reason;
    if (!choice.reason.empty()) return result;
    const auto prepared = choice.method->prepare();
    const Records records = run_queries(choice, result);
    gather(records, prepared.seconds / static_cast<double>(n_queries()), result);
    result.seconds_once = prepared.seconds_once;
    result.more = choice.method->more();
    return result;
  }

 private:
  static constexpr std::uint64_t kFunctionalSeed = 0;

  std::size_t n_queries() const { return context_.queries.size(); }

  /// Blocks of queries, so that posteriors need not be kept: ranks are told in order.
  Records run_queries(MethodChoice& choice, MethodResult& result) const {
    constexpr std::size_t kBlockOfThread = 8;
    const int threads = flow::resolve_threads(context_.request.threads);
    const std::size_t block = kBlockOfThread * static_cast<std::size_t>(threads);
    Records records{std::vector<flow::QueryScores>(n_queries()),
                    Eigen::MatrixXd(static_cast<Eigen::Index>(n_queries()), 2)};
    flow::SimulationBasedCalibration calibration(functionals_);
    Progress progress(what_ + choice.title, static_cast<std::int64_t>(n_queries()), "queries");
    for (std::size_t first = 0; first < n_queries(); first += block) {
      const std::size_t count = std::min(block, n_queries() - first);
      std::vector<flow::Posterior> posteriors(count);
      flow::parallel_for(count, threads, [&](std::size_t i) {
        posteriors[i] = answer(*choice.method, first + i, records);
      });
      for (std::size_t i = 0; i < count; ++i) {
        calibration.add(posteriors[i], truth(first + i), key(first + i, flow::Purpose::rank_draw));
        if (first + i < n_examples_) result.examples.push_back(std::move(posteriors[i]));
      }
      progress.update(static_cast<std::int64_t>(first + count));
      require(!stop_requested(), "stopped by a signal (start again)");
    }
    progress.finish();
    result.ranks = calibration.result(kRankBins);
    return records;
  }

  flow::Posterior posterior_of(Method& method, std::size_t query) const {
    try {
      return method.posterior(query);
    } catch (const Error& error) {
      throw Error("query " + std::to_string(context_.queries.rows[query]) + ": " + error.what());
    }
  }

  flow::Posterior answer(Method& method, std::size_t query, Records& records) const {
    const auto begin = std::chrono::steady_clock::now();
    auto posterior = posterior_of(method, query);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    records.columns.row(static_cast<Eigen::Index>(query)) << seconds.count(),
        information_of(posterior);
    records.scores[query] =
        scorer_.score(posterior, truth(query), key(query, flow::Purpose::score_draw));
    return posterior;
  }

  void gather(const Records& records, double shared_seconds, MethodResult& result) const {
    const std::uint64_t seed = context_.request.seed;
    result.scores = flow::gather_scores(records.scores, seed);
    Eigen::MatrixXd columns = records.columns;
    columns.col(0).array() += shared_seconds;
    const flow::Bootstrap bootstrap(columns, seed);
    result.seconds_per_query = bootstrap.estimate(flow::mean_of(0));
    result.information = bootstrap.estimate(flow::mean_of(1));
  }

  Eigen::VectorXd truth(std::size_t query) const {
    return context_.queries.truth.col(static_cast<Eigen::Index>(query));
  }
  flow::DrawKey key(std::size_t query, flow::Purpose purpose) const {
    return {context_.request.seed, purpose, query};
  }

  const MethodContext& context_;
  std::size_t n_examples_;
  std::string what_;
  flow::Scorer scorer_;
  Eigen::MatrixXd functionals_;
};

}  // namespace

std::vector<MethodResult> evaluate_methods(const MethodContext& context, int n_examples,
                                           const std::string& what) {
  auto choices = choose_methods(context);
  const Evaluator evaluator(context, n_examples, what);
  std::vector<MethodResult> results;
  for (auto& choice : choices) results.push_back(evaluator.run(choice));
  return results;
}

}  // namespace lagoon::pipelines
