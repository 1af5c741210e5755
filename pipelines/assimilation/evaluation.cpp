#include "pipelines/assimilation/evaluation.hpp"

#include <algorithm>
#include <optional>

#include "flow/assimilation/thread_seconds.hpp"
#include "flow/error.hpp"
#include "flow/integration/parallel.hpp"
#include "flow/scores/moments.hpp"
#include "pipelines/assimilation/scores/query_scorer.hpp"
#include "pipelines/support/progress.hpp"
#include "pipelines/support/signals.hpp"

namespace lagoon::pipelines {
namespace {

class Evaluator {
 public:
  Evaluator(const MethodContext& context, int n_examples, std::string what)
      : context_(context),
        n_examples_(
            std::min<std::size_t>(static_cast<std::size_t>(n_examples), context.queries.size())),
        what_(std::move(what)),
        scorer_(context.queries, context.request.seed),
        functionals_(flow::fixed_functionals(
            context.queries.space.size(),
            std::min<int>(kFunctionals, static_cast<int>(context.queries.space.size())),
            kFunctionalSeed)) {}

  /// Others are compared with what this method says.
  void compare_with(Method& exact) { exact_.emplace(exact, context_.queries.size()); }

  MethodResult run(MethodChoice& choice) {
    MethodResult result = begin(choice);
    if (!choice.reason.empty()) return result;
    const auto prepared = choice.method->prepare();
    const auto records = run_queries(choice, result);
    gather(records, prepared.seconds / static_cast<double>(n_queries()), context_.request.seed,
           result);
    result.seconds_once = prepared.seconds_once;
    result.more = choice.method->more();
    return result;
  }

 private:
  static constexpr std::uint64_t kFunctionalSeed = 0;

  static MethodResult begin(const MethodChoice& choice) {
    MethodResult result;
    result.name = choice.name;
    result.title = choice.title;
    result.reason = choice.reason;
    return result;
  }

  std::size_t n_queries() const { return context_.queries.size(); }

  /// Blocks of queries, so that posteriors need not be kept: ranks are told in order.
  std::vector<QueryRecord> run_queries(MethodChoice& choice, MethodResult& result) {
    const int threads = flow::resolve_threads(context_.request.threads);
    const std::size_t block = static_cast<std::size_t>(kBlockOfThread * threads);
    std::vector<QueryRecord> records(n_queries());
    flow::SimulationBasedCalibration calibration(functionals_);
    Progress progress(what_ + choice.title, static_cast<std::int64_t>(n_queries()), "queries");
    for (std::size_t first = 0; first < n_queries(); first += block) {
      const std::size_t count = std::min(block, n_queries() - first);
      std::vector<flow::Posterior> posteriors(count);
      flow::parallel_for(count, threads, [&](std::size_t i) {
        posteriors[i] = answer(*choice.method, first + i, records[first + i]);
      });
      for (std::size_t i = 0; i < count; ++i) {
        calibration.add(posteriors[i], scorer_.truth(first + i),
                        scorer_.key(first + i, flow::Purpose::rank_draw));
        if (first + i < n_examples_) result.examples.push_back(flow::to_gaussian(posteriors[i]));
      }
      progress.update(static_cast<std::int64_t>(first + count));
      if (first + count < n_queries()) stop_if_asked();
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

  flow::Posterior answer(Method& method, std::size_t query, QueryRecord& record) {
    const double begin = flow::thread_seconds();
    auto posterior = posterior_of(method, query);
    const double seconds = flow::thread_seconds() - begin;
    const bool is_exact = exact_ && exact_->is_of(method);
    if (is_exact) exact_->keep(query, posterior);
    record = scorer_.score(posterior, query, exact_ && !is_exact ? exact_->of(query) : nullptr);
    record.seconds = seconds;
    return posterior;
  }

  const MethodContext& context_;
  std::size_t n_examples_;
  std::string what_;
  QueryScorer scorer_;
  std::optional<ExactAnswers> exact_;
  Eigen::MatrixXd functionals_;
};

bool exists(const MethodChoice& choice) {
  return choice.reason.empty();
}

/// The places of the choices in the order of the work: the exact posterior first, with which the
/// others are compared.
std::vector<std::size_t> order_of_work(const std::vector<MethodChoice>& choices) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < choices.size(); ++i) order.push_back(i);
  std::ranges::stable_partition(order, [&](std::size_t i) { return choices[i].name == "exact"; });
  return order;
}

}  // namespace

std::vector<MethodResult> evaluate_methods(const MethodContext& context, int n_examples,
                                           FinishedMethods& finished, const std::string& what,
                                           const std::string& setting) {
  auto choices = choose_methods(context);
  Evaluator evaluator(context, n_examples, what);
  std::vector<MethodResult> results(choices.size());
  for (const std::size_t i : order_of_work(choices)) {
    auto& choice = choices[i];
    if (choice.name == "exact" && exists(choice)) evaluator.compare_with(*choice.method);
    if (finished.find(setting, choice.name, results[i], *context.reference)) continue;
    if (exists(choice)) stop_if_asked();
    results[i] = evaluator.run(choice);
    if (exists(choice)) finished.add(setting, results[i], *context.reference);
  }
  return results;
}

}  // namespace lagoon::pipelines
