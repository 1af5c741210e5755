#include "contrastive/inference/retrieval.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <string>
#include <utility>

#include "contrastive/inference/score_tiles.hpp"
#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

/// Tallies rows above and at the truth's score; scores too near to tell are computed again,
/// exactly.
class PartnerCounter {
 public:
  PartnerCounter(const Embeddings& queries, const Embeddings& library,
                 const std::vector<std::int64_t>& truth)
      : queries_(queries),
        library_(library),
        truth_(truth),
        errors_(score_errors(queries, library)),
        exact_(queries.n) {
    for (std::int64_t i = 0; i < queries.n; ++i) exact_[i] = exact_score(i, truth[i]);
  }

  void count(std::int64_t query, std::int64_t first, std::span<const float> scores,
             std::int64_t& better, std::int64_t& tied) const {
    const auto above = static_cast<float>(exact_[query] + 2 * errors_[query]);
    const auto below = static_cast<float>(exact_[query] - 2 * errors_[query]);
    std::int32_t n_above = 0, n_not_below = 0;
    for (const float score : scores) {
      n_above += score > above;
      n_not_below += !(score < below);  // what overflowed to no number is compared exactly
    }
    better += n_above;
    if (n_not_below == n_above) return;
    for (std::size_t j = 0; j < scores.size(); ++j) {
      const std::int64_t row = first + static_cast<std::int64_t>(j);
      if (scores[j] > above || scores[j] < below || row == truth_[query]) continue;
      const double exact = exact_score(query, row);
      better += exact > exact_[query];
      tied += exact == exact_[query];
    }
  }

 private:
  double exact_score(std::int64_t query, std::int64_t row) const {
    return inner_product(queries_.row(query), library_.row(row));
  }

  const Embeddings& queries_;
  const Embeddings& library_;
  const std::vector<std::int64_t>& truth_;
  std::vector<double> errors_;  // (query)
  std::vector<double> exact_;   // (query) the partner's score
};

/// A score that is no number compares as neither above nor below, and orders nothing.
void require_scores(const Embeddings& queries, const Embeddings& library) {
  require_finite(queries, "the queries");
  require_finite(library, "the library");
}

/// The rows that may be among the k best of one query, as far as single precision can tell.
class Shortlist {
 public:
  Shortlist(std::int64_t k, double error) : k_(k), error_(error) {}

  void add(std::int64_t first, std::span<const float> scores) {
    for (std::size_t j = 0; j < scores.size(); ++j) {
      if (scores[j] < cutoff_) continue;
      const std::int64_t row = first + static_cast<std::int64_t>(j);
      if (std::isnan(scores[j])) {
        unordered_.push_back(row);
        continue;
      }
      entries_.emplace_back(scores[j], row);
      if (entries_.size() >= limit_) prune();
    }
  }

  /// In no order.
  std::vector<std::int64_t> rows() const {
    std::vector<std::int64_t> rows = unordered_;
    for (const auto& [score, row] : entries_) rows.push_back(row);
    return rows;
  }

 private:
  /// A row of the k best is no more than two rounding errors below the k-th best seen so far.
  void prune() {
    if (static_cast<std::int64_t>(entries_.size()) > k_) {
      std::nth_element(entries_.begin(), entries_.begin() + (k_ - 1), entries_.end(),
                       std::greater<>());
      cutoff_ = entries_[k_ - 1].first - 2 * error_;
      std::erase_if(entries_, [this](const auto& entry) { return entry.first < cutoff_; });
    }
    limit_ = std::max<std::size_t>(256, 2 * entries_.size());
  }

  std::int64_t k_;
  double error_;
  double cutoff_ = -std::numeric_limits<double>::infinity();
  std::size_t limit_ = 256;
  std::vector<std::pair<double, std::int64_t>> entries_;  // (score, row)
  std::vector<std::int64_t> unordered_;                   // whose score overflowed to no number
};

void require_partners(const Embeddings& queries, const Embeddings& library,
                      const std::vector<std::int64_t>& truth) {
  require(static_cast<std::int64_t>(truth.size()) == queries.n,
          "there are " + std::to_string(queries.n) + " queries and " +
              std::to_string(truth.size()) + " partners: give one each");
  for (const std::int64_t row : truth) {
    require(row >= 0 && row < library.n, "partner row " + std::to_string(row) +
                                             " is outside the library of " +
                                             std::to_string(library.n));
  }
}

DirectionScores score_direction(const Embeddings& queries, const Embeddings& library) {
  std::vector<std::int64_t> truth(queries.n);
  std::iota(truth.begin(), truth.end(), 0);
  return direction_scores(rank_partners(queries, library, truth));
}

}  // namespace

Ranks rank_partners(const Embeddings& queries, const Embeddings& library,
                    const std::vector<std::int64_t>& truth) {
  require_partners(queries, library, truth);
  require_scores(queries, library);
  Ranks ranks{std::vector<std::int64_t>(queries.n), std::vector<std::int64_t>(queries.n)};
  const PartnerCounter counter(queries, library, truth);
  for_each_score_tile(queries, library, [&](auto query, auto first, auto scores) {
    counter.count(query, first, scores, ranks.better[query], ranks.tied[query]);
  });
  return ranks;
}

double recall_at_k(const Ranks& ranks, int k) {
  require(!ranks.better.empty(), "recall needs at least one query");
  double sum = 0;
  for (std::size_t i = 0; i < ranks.better.size(); ++i) {
    const auto room = static_cast<double>(k - ranks.better[i]);
    sum += std::clamp(room / static_cast<double>(ranks.tied[i] + 1), 0.0, 1.0);
  }
  return sum / static_cast<double>(ranks.better.size());
}

double mid_rank(const Ranks& ranks, std::size_t query) {
  return 1 + static_cast<double>(ranks.better[query]) + static_cast<double>(ranks.tied[query]) / 2;
}

double median_rank(const Ranks& ranks) {
  require(!ranks.better.empty(), "the median rank needs at least one query");
  const std::size_t n = ranks.better.size();
  std::vector<double> ordered(n);
  for (std::size_t i = 0; i < n; ++i) ordered[i] = mid_rank(ranks, i);
  std::sort(ordered.begin(), ordered.end());
  return (ordered[(n - 1) / 2] + ordered[n / 2]) / 2;
}

DirectionScores direction_scores(const Ranks& ranks) {
  DirectionScores scores;
  for (const int k : {1, 5, 10}) scores.recall[k] = recall_at_k(ranks, k);
  scores.median_rank = median_rank(ranks);
  return scores;
}

RetrievalScores score_retrieval(const Embeddings& eulerian, const Embeddings& lagrangian) {
  require(eulerian.n == lagrangian.n && eulerian.n > 0,
          "there are " + std::to_string(eulerian.n) + " flows and " + std::to_string(lagrangian.n) +
              " trajectories: give pairs, at least one");
  RetrievalScores scores;
  scores.library_size = eulerian.n;
  scores.lagrangian_to_eulerian = score_direction(lagrangian, eulerian);
  scores.eulerian_to_lagrangian = score_direction(eulerian, lagrangian);
  return scores;
}

TopK search_top_k(const Embeddings& queries, const Embeddings& library, std::int64_t k) {
  require(k >= 1 && k <= library.n, "k is " + std::to_string(k) + ": give 1 to " +
                                        std::to_string(library.n) + ", the library's size");
  require_scores(queries, library);
  const std::int64_t parts = parts_for(queries.n);
  std::vector<std::vector<Shortlist>> shortlists(static_cast<std::size_t>(parts));
  const auto errors = score_errors(queries, library);
  for (auto& of_part : shortlists) {
    for (const double error : errors) of_part.emplace_back(k, error);
  }
  for_each_score_tile(queries, library, parts, [&](auto part, auto query, auto first, auto scores) {
    shortlists[part][query].add(first, scores);
  });
  TopK result{k, {}, {}};
  for (std::int64_t query = 0; query < queries.n; ++query) {
    std::vector<std::pair<double, std::int64_t>> exact;  // (-score, row): ascending is best first
    for (const auto& of_part : shortlists) {
      for (const std::int64_t row : of_part[query].rows()) {
        exact.emplace_back(-inner_product(queries.row(query), library.row(row)), row);
      }
    }
    std::partial_sort(exact.begin(), exact.begin() + k, exact.end());
    for (std::int64_t i = 0; i < k; ++i) {
      result.rows.push_back(exact[i].second);
      result.scores.push_back(static_cast<float>(-exact[i].first));
    }
  }
  return result;
}

}  // namespace lagoon::contrastive
