#include "flow/scores/method_scores.hpp"

#include "flow/scores/moments.hpp"
#include "flow/scores/proper_scores.hpp"

namespace lagoon::flow {
namespace {

enum Column { kPsi, kVelocity, kCrps, kEnergy, kVariance, kSquaredError, kSampleSize, kCoverage };
constexpr Eigen::Index kColumns = kCoverage + static_cast<Eigen::Index>(kCoverageLevels.size());

Eigen::MatrixXd rows_of(std::span<const QueryScores> queries) {
  Eigen::MatrixXd rows(static_cast<Eigen::Index>(queries.size()), kColumns);
  for (Eigen::Index i = 0; i < rows.rows(); ++i) {
    const QueryScores& q = queries[static_cast<std::size_t>(i)];
    rows.row(i) << q.relative_error, q.velocity_error, q.crps, q.energy_score, q.variance,
        q.squared_error, q.effective_sample_size,
        Eigen::RowVectorXd::Map(q.coverage.data(), static_cast<Eigen::Index>(q.coverage.size()));
  }
  return rows;
}

using ByWavenumber = std::map<int, double>;

ByWavenumber relative_errors(const ShellGrams& shells, const Eigen::VectorXd& mean,
                             const Eigen::VectorXd& truth) {
  ByWavenumber errors;
  for (std::size_t i = 0; i < shells.shells.size(); ++i) {
    errors[shells.shells[i]] = relative_error(shells.grams[i], mean, truth);
  }
  return errors;
}

/// Means over the queries, a shell a column: the bootstrap draws the same queries for all.
std::map<int, Estimate> gather_shells(std::span<const QueryScores> queries,
                                      ByWavenumber QueryScores::*member, std::uint64_t seed) {
  const ByWavenumber& first = queries.front().*member;
  Eigen::MatrixXd rows(static_cast<Eigen::Index>(queries.size()),
                       static_cast<Eigen::Index>(first.size()));
  for (Eigen::Index i = 0; i < rows.rows(); ++i) {
    Eigen::Index column = 0;
    for (const auto& [shell, error] : queries[static_cast<std::size_t>(i)].*member) {
      rows(i, column++) = error;
    }
  }
  const Bootstrap bootstrap(rows, seed);
  std::map<int, Estimate> estimates;
  Eigen::Index column = 0;
  for (const auto& [shell, error] : first) estimates[shell] = bootstrap.estimate(mean_of(column++));
  return estimates;
}

}  // namespace

Scorer::Scorer(const Law& law, const ControlSpace& space)
    : psi_(psi_gram(law, space)),
      velocity_(velocity_gram(law, space)),
      psi_shells_(psi_shell_grams(law, space)),
      velocity_shells_(velocity_shell_grams(law, space)) {}

QueryScores Scorer::score(const Posterior& posterior, const Eigen::VectorXd& truth,
                          const DrawKey& key) const {
  QueryScores scores;
  scores.crps = crps(posterior, truth).mean();
  scores.energy_score = flow::energy_score(posterior, truth, kEnergyDraws, key);
  const Eigen::VectorXd mean = posterior_mean(posterior);
  scores.relative_error = flow::relative_error(psi_, mean, truth);
  scores.velocity_error = flow::relative_error(velocity_, mean, truth);
  scores.psi_by_wavenumber = relative_errors(psi_shells_, mean, truth);
  scores.velocity_by_wavenumber = relative_errors(velocity_shells_, mean, truth);
  scores.variance = posterior_std(posterior).cwiseAbs2().mean();
  scores.squared_error = (mean - truth).cwiseAbs2().mean();
  scores.coverage = central_coverage(posterior, truth);
  scores.effective_sample_size = flow::effective_sample_size(posterior);
  return scores;
}

MethodScores gather_scores(std::span<const QueryScores> queries, std::uint64_t seed) {
  const Bootstrap bootstrap(rows_of(queries), seed);
  const auto mean = [&](Eigen::Index column) { return bootstrap.estimate(mean_of(column)); };
  MethodScores scores;
  scores.relative_error = mean(kPsi);
  scores.velocity_error = mean(kVelocity);
  scores.crps = mean(kCrps);
  scores.energy_score = mean(kEnergy);
  scores.spread_skill = bootstrap.estimate(root_ratio_of_means(kVariance, kSquaredError));
  for (std::size_t level = 0; level < scores.coverage.size(); ++level) {
    scores.coverage[level] = mean(kCoverage + static_cast<Eigen::Index>(level));
  }
  scores.effective_sample_size = mean(kSampleSize);
  scores.psi_by_wavenumber = gather_shells(queries, &QueryScores::psi_by_wavenumber, seed);
  scores.velocity_by_wavenumber =
      gather_shells(queries, &QueryScores::velocity_by_wavenumber, seed);
  return scores;
}

}  // namespace lagoon::flow
