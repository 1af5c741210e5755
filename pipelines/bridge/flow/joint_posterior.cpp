#include "pipelines/bridge/flow/joint_posterior.hpp"

#include <algorithm>
#include <array>
#include <functional>

#include <Eigen/LU>

#include "flow/assimilation/information.hpp"
#include "flow/assimilation/library/log_likelihoods.hpp"
#include "flow/assimilation/library/weights.hpp"
#include "flow/assimilation/population.hpp"
#include "flow/integration/parallel.hpp"
#include "pipelines/support/signals.hpp"

namespace lagoon::pipelines {
namespace {

using contrastive::Embeddings;

/// Queries whose weights over the pool are held at once.
constexpr std::int64_t kQueriesAtOnce = 20;

/// Flows of the pool that are effective in the moments that draws begin with.
constexpr double kFirstEffective = 200;

enum Instrument { kTrajectories, kVelocities, kVorticity, kNumberOfInstruments };

struct Combination {
  const char* name;
  std::vector<Instrument> instruments;
};
const std::array<Combination, 5> kCombinations = {
    {{"trajectories", {kTrajectories}},
     {"velocities", {kVelocities}},
     {"vorticity", {kVorticity}},
     {"trajectories + velocities", {kTrajectories, kVelocities}},
     {"all", {kTrajectories, kVelocities, kVorticity}}}};

Embeddings rows_of(const Embeddings& all, std::int64_t first, std::int64_t n) {
  const auto begin = all.values.begin() + first * all.dim;
  return {n, all.dim, {begin, begin + n * all.dim}};
}

/// (query, flow): -|seen - map control|^2 / (2 noise^2).
Eigen::MatrixXd linear_log_likelihoods(const Eigen::MatrixXd& map, double noise_std,
                                       const FeatureRows& seen, const Eigen::MatrixXd& controls) {
  const double precision = 1 / (noise_std * noise_std);
  const Eigen::MatrixXd expected = map * controls;  // (numbers, flow)
  Eigen::MatrixXd result = precision * seen.cast<double>() * expected;
  result.rowwise() -= precision / 2 * expected.colwise().squaredNorm();
  return result;
}

/// Of the trajectories of some queries; psi_hat of the pool.
Eigen::MatrixXd trajectory_log_likelihoods(const FlowInstruments& instruments,
                                           const FeatureRows& seen,
                                           const std::vector<std::complex<double>>& psi_hat,
                                           int threads) {
  const Eigen::MatrixXd positions = seen.cast<double>().transpose();
  const auto half = static_cast<std::size_t>(positions.rows()) / 2;
  std::vector<flow::Tracks> tracks;
  for (Eigen::Index q = 0; q < positions.cols(); ++q) {
    const double* x = positions.col(q).data();
    tracks.push_back({{x, half}, {x + half, half}});
  }
  return library_log_likelihoods(
      instruments.law, psi_hat, tracks,
      {instruments.steps_per_interval, flow::Precision::float32, threads});
}

std::vector<std::complex<double>> psi_hat_of(const flow::ControlSpace& space,
                                             const Eigen::MatrixXd& controls) {
  std::vector<std::complex<double>> psi_hat;
  for (const auto& control : controls.colwise()) {
    const auto one = space.psi_hat(control);
    psi_hat.insert(psi_hat.end(), one.begin(), one.end());
  }
  return psi_hat;
}

/// Sums of log-ratios of flows (n, flow) by some instruments, for query `row`.
using SumFor = std::function<Eigen::VectorXd(std::int64_t row, const std::vector<Instrument>&,
                                             const Eigen::MatrixXd& controls)>;

/// What an instrument makes of the pool, for queries first ... first + n - 1: (query, flow).
using OverPool = std::function<Eigen::MatrixXd(Instrument, std::int64_t first, std::int64_t n)>;

/// The normal law that draws of query `row` begin at, given what the pool's sums are.
using StartFor = std::function<flow::GaussianPosterior(
    std::int64_t row, const std::vector<Instrument>&, const Eigen::VectorXd& sum_over_pool)>;

/// Scores the posteriors of queries, one combination of instruments after the other.
class JointScorer {
 public:
  JointScorer(const FlowInstruments& instruments, const JudgedFlows& flows, std::int64_t n_queries,
              std::uint64_t seed, int threads)
      : truths_(flows.held_out.controls),
        scorer_(instruments.law, instruments.space),
        pool_(flows.pool.cast<double>().transpose()),
        n_queries_(n_queries),
        seed_(seed),
        threads_(threads) {}

  const Eigen::MatrixXd& pool() const { return pool_; }

  std::vector<PosteriorScores> score(const OverPool& over_pool, const SumFor& sum_for,
                                     const StartFor& start_for) const {
    using Scores = std::vector<flow::QueryScores>;
    std::array<Scores, kCombinations.size()> pool, sampled;
    for (auto* scores : {&pool, &sampled})
      scores->fill(Scores(static_cast<std::size_t>(n_queries_)));
    for (std::int64_t first = 0; first < n_queries_; first += kQueriesAtOnce) {
      const std::int64_t n = std::min(kQueriesAtOnce, n_queries_ - first);
      const std::array<Eigen::MatrixXd, kNumberOfInstruments> ratios = {
          over_pool(kTrajectories, first, n), over_pool(kVelocities, first, n),
          over_pool(kVorticity, first, n)};
      flow::parallel_for(
          static_cast<std::size_t>(n) * kCombinations.size(), threads_, [&](std::size_t task) {
            stop_if_asked();
            const std::size_t c = task % kCombinations.size();
            const auto q = static_cast<Eigen::Index>(task / kCombinations.size());
            const auto row = static_cast<std::size_t>(first + q);
            Eigen::VectorXd sum = Eigen::VectorXd::Zero(pool_.cols());
            for (const Instrument one : kCombinations[c].instruments)
              sum += ratios[one].row(q).transpose();
            pool[c][row] = score_pool(sum, first + q);
            sampled[c][row] = score_sampled(start_for(first + q, kCombinations[c].instruments, sum),
                                            first + q, kCombinations[c], sum_for);
          });
    }
    std::vector<PosteriorScores> gathered;
    for (std::size_t c = 0; c < kCombinations.size(); ++c) {
      gathered.push_back({gather_scores(pool[c], seed_), gather_scores(sampled[c], seed_)});
    }
    return gathered;
  }

 private:
  flow::QueryScores score(const flow::Posterior& posterior, std::int64_t row) const {
    return scorer_.score(posterior, truths_.row(row).cast<double>().transpose(),
                         {seed_, flow::Purpose::score_draw, static_cast<std::uint64_t>(row)});
  }
  flow::QueryScores score_pool(const Eigen::VectorXd& sum, std::int64_t row) const {
    return score(flow::weighted_members(pool_, flow::importance_weights(sum)), row);
  }
  flow::QueryScores score_sampled(const flow::GaussianPosterior& start, std::int64_t row,
                                  const Combination& combination, const SumFor& sum_for) const {
    const flow::DrawKey key{seed_, flow::Purpose::conditional_draw,
                            static_cast<std::uint64_t>(row)};
    const auto sum = [&](const Eigen::MatrixXd& controls) {
      return sum_for(row, combination.instruments, controls);
    };
    return score(flow::sample_population(start, sum, key), row);
  }

  const FeatureRows& truths_;
  flow::Scorer scorer_;
  Eigen::MatrixXd pool_;  ///< (n, flow)
  std::int64_t n_queries_;
  std::uint64_t seed_;
  int threads_;
};

/// Learned log-ratios of any flows.
std::vector<PosteriorScores> score_learned(const JointScorer& scorer,
                                           const UnpairedEmbeddings& embeddings) {
  const std::array<const FlowLink*, kNumberOfInstruments> links = {
      &embeddings.trajectories, &embeddings.velocities, &embeddings.vorticity};
  const auto over_pool = [&](Instrument one, std::int64_t first, std::int64_t n) {
    return sum_of_log_ratios({links[one]}, first, n);
  };
  const auto start_for = [&](std::int64_t, const std::vector<Instrument>&,
                             const Eigen::VectorXd& sum) {
    return flow::tempered_moments(scorer.pool(), sum, kFirstEffective);
  };
  const auto sum_for = [&](std::int64_t row, const std::vector<Instrument>& chosen,
                           const Eigen::MatrixXd& controls) {
    const Eigen::MatrixXf narrow = controls.cast<float>();
    const Embeddings flows{
        narrow.cols(), narrow.rows(), {narrow.data(), narrow.data() + narrow.size()}};
    Eigen::VectorXd sum = Eigen::VectorXd::Zero(controls.cols());
    for (const Instrument one : chosen) {
      const auto grid = direct_scores(rows_of(links[one]->seen, row, 1),
                                      links[one]->embed_flows(flows), links[one]->link);
      sum += Eigen::Map<const Eigen::VectorXd>(grid.values.data(), grid.cols);
    }
    return sum;
  };
  return scorer.score(over_pool, sum_for, start_for);
}

/// Exact log-likelihoods of any flows.
class ExactLikelihoods {
 public:
  ExactLikelihoods(const FlowInstruments& instruments, const ObservedFlows& seen)
      : instruments_(instruments), seen_(seen) {}

  /// (query, flow) of queries first ... first + n - 1.
  Eigen::MatrixXd of(Instrument one, std::int64_t first, std::int64_t n,
                     const Eigen::MatrixXd& controls, int threads) const {
    if (one == kTrajectories) {
      return trajectory_log_likelihoods(instruments_, seen_.trajectories.middleRows(first, n),
                                        psi_hat_of(instruments_.space, controls), threads);
    }
    if (one == kVelocities) {
      return linear_log_likelihoods(instruments_.station_map,
                                    instruments_.stations.station_noise_std,
                                    seen_.velocities.middleRows(first, n), controls);
    }
    return linear_log_likelihoods(instruments_.vorticity_map, instruments_.vorticity_noise_std,
                                  seen_.vorticity.middleRows(first, n), controls);
  }

 private:
  const FlowInstruments& instruments_;
  const ObservedFlows& seen_;
};

/// Of a query: 4D-Var's posterior of its trajectories, or the prior, and what the linear
/// instruments add to it.
flow::GaussianPosterior normal_posterior(const FlowInstruments& instruments,
                                         const ObservedFlows& seen,
                                         const flow::GaussianPosterior& variational,
                                         std::int64_t row, const std::vector<Instrument>& chosen) {
  const Eigen::Index n = instruments.space.size();
  Eigen::MatrixXd precision = Eigen::MatrixXd::Identity(n, n);
  Eigen::VectorXd pull = Eigen::VectorXd::Zero(n);
  const auto add = [&](const Eigen::MatrixXd& map, double noise_std, const FeatureRows& rows) {
    precision += flow::linear_precision(map, noise_std);
    pull += map.transpose() * rows.row(row).cast<double>().transpose() / (noise_std * noise_std);
  };
  for (const Instrument one : chosen) {
    if (one == kTrajectories) {
      precision = variational.covariance.inverse();
      pull = precision * variational.mean;
    } else if (one == kVelocities) {
      add(instruments.station_map, instruments.stations.station_noise_std, seen.velocities);
    } else {
      add(instruments.vorticity_map, instruments.vorticity_noise_std, seen.vorticity);
    }
  }
  const Eigen::MatrixXd covariance = precision.inverse();
  return {covariance * pull, covariance};
}

std::vector<PosteriorScores> score_exact(const JointScorer& scorer,
                                         const FlowInstruments& instruments,
                                         const ObservedFlows& seen,
                                         const std::vector<flow::GaussianPosterior>& variational,
                                         int threads) {
  const ExactLikelihoods likelihoods(instruments, seen);
  const auto over_pool = [&](Instrument one, std::int64_t first, std::int64_t n) {
    return likelihoods.of(one, first, n, scorer.pool(), threads);
  };
  const auto start_for = [&](std::int64_t row, const std::vector<Instrument>& chosen,
                             const Eigen::VectorXd&) {
    return normal_posterior(instruments, seen, variational[static_cast<std::size_t>(row)], row,
                            chosen);
  };
  const auto sum_for = [&](std::int64_t row, const std::vector<Instrument>& chosen,
                           const Eigen::MatrixXd& controls) {
    Eigen::VectorXd sum = Eigen::VectorXd::Zero(controls.cols());
    for (const Instrument one : chosen) {
      sum += likelihoods.of(one, row, 1, controls, /*threads=*/1).row(0).transpose();
    }
    return sum;
  };
  return scorer.score(over_pool, sum_for, start_for);
}

}  // namespace

Eigen::MatrixXd sum_of_log_ratios(const std::vector<const FlowLink*>& links, std::int64_t first,
                                  std::int64_t n) {
  Eigen::MatrixXd sum;
  for (const FlowLink* one : links) {
    const auto grid = direct_scores(rows_of(one->seen, first, n), one->pool, one->link);
    const Eigen::Map<const flow::LogLikelihoods> scores(grid.values.data(), grid.rows, grid.cols);
    if (sum.size() == 0) sum = Eigen::MatrixXd::Zero(grid.rows, grid.cols);
    sum += scores;
  }
  return sum;
}

std::vector<JointScores> score_joint_posteriors(
    const FlowInstruments& instruments, const JudgedFlows& flows,
    const UnpairedEmbeddings& embeddings, const std::vector<flow::GaussianPosterior>& variational,
    std::int64_t n_queries, std::uint64_t seed, int threads) {
  const JointScorer scorer(instruments, flows, n_queries, seed, threads);
  const auto learned = score_learned(scorer, embeddings);
  const auto exact = score_exact(scorer, instruments, flows.held_out, variational, threads);
  std::vector<JointScores> scores;
  for (std::size_t c = 0; c < kCombinations.size(); ++c) {
    scores.push_back({kCombinations[c].name, learned[c], exact[c]});
  }
  return scores;
}

}  // namespace lagoon::pipelines
