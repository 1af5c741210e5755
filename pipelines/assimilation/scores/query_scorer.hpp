#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "pipelines/assimilation/methods/method.hpp"
#include "pipelines/assimilation/scores/method_result.hpp"

namespace lagoon::pipelines {

/// What the exact posterior says of each query, computed when it is first asked for. A query is one
/// thread's at a time.
class ExactAnswers {
 public:
  /// Of the method whose answers are exact. It must outlive this.
  ExactAnswers(Method& method, std::size_t n_queries) : method_(method), answers_(n_queries) {}

  /// The method is that one.
  bool is_of(const Method& method) const { return &method == &method_; }
  /// Keeps the answer to a query, a normal law.
  void keep(std::size_t query, const flow::Posterior& posterior);
  /// The answer to a query, asked for where it was not kept.
  const flow::GaussianPosterior* of(std::size_t query);

 private:
  Method& method_;
  std::vector<std::optional<flow::GaussianPosterior>> answers_;
};

/// Scores answers to the queries.
class QueryScorer {
 public:
  /// Queries must outlive it.
  QueryScorer(const Queries& queries, std::uint64_t seed);

  /// All but the seconds; `exact` may be null. From any thread.
  QueryRecord score(const flow::Posterior& posterior, std::size_t query,
                    const flow::GaussianPosterior* exact) const;

  /// The control vector that a query's flow has.
  Eigen::VectorXd truth(std::size_t query) const {
    return queries_.truth.col(static_cast<Eigen::Index>(query));
  }
  /// The stream of draws for a query.
  flow::DrawKey key(std::size_t query, flow::Purpose purpose) const {
    return {seed_, purpose, query};
  }

 private:
  const Queries& queries_;
  std::uint64_t seed_;
  flow::Scorer scorer_;
  std::optional<flow::Forecaster> forecaster_;
};

}  // namespace lagoon::pipelines
