#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numbers>
#include <utility>
#include <vector>

#include <boost/math/special_functions/gamma.hpp>
#include <gtest/gtest.h>

#include "flow/assimilation/conditional_gaussian/increment_regression.hpp"
#include "tests/flow/assimilation/conditional_gaussian/exact_twins.hpp"
#include "tests/support/tolerances.hpp"

// The exact posterior's figures over thousands of twins.
namespace lagoon::flow {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;
using tests::Coverage;
using tests::Twins;

constexpr Eigen::Index kFunctionals = 24;

/// Fixed linear functionals of the control vector, one a row: eight coefficients, psi at eight
/// places and times, a component of the velocity at eight others.
MatrixXd functionals(const Law& law, const ControlSpace& space) {
  MatrixXd rows = MatrixXd::Zero(kFunctionals, space.size());
  for (Eigen::Index f = 0; f < 8; ++f) {
    rows(f, 12 * f + f % 2) = 1;
    const double x = 0.07 + 0.12 * static_cast<double>(f);
    const double y = 0.9 - 0.23 * static_cast<double>(f);
    const double t = law.times.back() * static_cast<double>(f) / 7;
    for (Eigen::Index i = 0; i < space.size(); ++i) {
      const VectorXd unit = VectorXd::Unit(space.size(), i);
      const tests::Coefficients psi_hat = space.psi_hat(unit);
      rows(8 + f, i) = psi_at(Flow{law.modes, psi_hat, law.omega}, x, y, t);
      rows(16 + f, i) = tests::velocity_of(law, space, unit, y, x, t)[f % 2];
    }
  }
  return rows;
}

/// Counts of the truth's rank among infinitely many members of the posterior.
class Ranks {
 public:
  explicit Ranks(MatrixXd functionals)
      : functionals_(std::move(functionals)), counts_(MatrixXd::Zero(functionals_.rows(), kBins)) {}

  void add(const VectorXd& truth, const GaussianPosterior& posterior) {
    const VectorXd departure = functionals_ * (truth - posterior.mean);
    const MatrixXd spread = functionals_ * posterior.covariance;
    for (Eigen::Index f = 0; f < functionals_.rows(); ++f) {
      const double std = std::sqrt(spread.row(f).dot(functionals_.row(f)));
      const double rank = std::erfc(-departure[f] / std / std::numbers::sqrt2) / 2;
      counts_(f, std::min<Eigen::Index>(kBins - 1, static_cast<Eigen::Index>(kBins * rank))) += 1;
    }
  }

  /// Of the chi-squared test that ranks are uniform, the smallest p over the functionals.
  double smallest_p() const {
    const double expected = counts_.row(0).sum() / kBins;
    const VectorXd chi_squared = (counts_.array() - expected).square().rowwise().sum() / expected;
    return boost::math::gamma_q((kBins - 1) / 2.0, chi_squared.maxCoeff() / 2);
  }

 private:
  static constexpr Eigen::Index kBins = 20;
  MatrixXd functionals_;
  MatrixXd counts_;  ///< (functional, bin)
};

TEST(ExactStudy, is_calibrated_over_two_thousand_twins) {
  const Law law = tests::diffusing_law(8, 1000);
  const ControlSpace space(law);
  const IncrementRegression regression(law, space);
  Coverage coverage;
  Ranks ranks(functionals(law, space));
  double information = 0;
  constexpr std::size_t kTwins = 2000, kAtOnce = 50;
  for (std::size_t first = 0; first < kTwins; first += kAtOnce) {
    const Twins twins = tests::draw_twins(law, first, kAtOnce);
    for (std::size_t i = 0; i < kAtOnce; ++i) {
      const VectorXd truth = space.control(tests::flow_of(law, twins.psi_hat, i));
      const ExactPosterior exact = regression.posterior(tests::tracks_of(law, twins, i));
      coverage.add(truth, exact.posterior);
      ranks.add(truth, exact.posterior);
      information += exact.information / kTwins;
    }
  }
  std::printf("diffusivity %.3g, coverage of 90%% %.4f, smallest p %.4f, information %.1f nats\n",
              law.diffusivity, coverage.share(), ranks.smallest_p(), information);
  EXPECT_NEAR(coverage.share(), 0.9, tests::kCoverageOfNinety);
  EXPECT_GT(ranks.smallest_p(), 0.01 / kFunctionals);
}

/// The law with every n-th of its observation times.
Law thinned(Law law, std::size_t n) {
  std::vector<double> times;
  for (std::size_t j = n - 1; j < law.n_times(); j += n) times.push_back(law.times[j]);
  law.times = times;
  return law;
}

Twins thinned(const Twins& twins, std::size_t n) {
  Twins result;
  result.psi_hat = twins.psi_hat;
  for (std::size_t at = n - 1; at < twins.paths.x.size(); at += n) {
    result.paths.x.push_back(twins.paths.x[at]);
    result.paths.y.push_back(twins.paths.y[at]);
  }
  return result;
}

/// Coverage by one rule on a law's observations of twins that took ten steps of 1e-5 between each
/// two of the finest ones.
struct Case {
  Law law;
  std::size_t thinning;
  IncrementRegression regression;
  Coverage coverage = {};

  Case(const Law& finest, std::size_t n, IncrementRule rule)
      : law(thinned(finest, n)), thinning(n), regression(law, ControlSpace(law), rule) {}

  void add(const Twins& all) {
    const Twins twins = thinned(all, thinning);
    const ControlSpace space(law);
    for (std::size_t i = 0; i * law.n_modes() < twins.psi_hat.size(); ++i) {
      coverage.add(space.control(tests::flow_of(law, twins.psi_hat, i)),
                   regression.posterior(tests::tracks_of(law, twins, i)).posterior);
    }
  }
};

constexpr std::size_t kThinnings[] = {1, 5, 10, 50};

std::vector<double> coverages(int n_drifters, IncrementRule rule, std::size_t n_twins) {
  const Law finest = tests::diffusing_law(n_drifters, 1000);
  std::vector<Case> cases;
  for (const std::size_t n : kThinnings) cases.emplace_back(finest, n, rule);
  constexpr std::size_t kAtOnce = 20;
  for (std::size_t first = 0; first < n_twins; first += kAtOnce) {
    const Twins twins = tests::draw_twins(finest, first, kAtOnce, 10);
    for (Case& one : cases) one.add(twins);
  }
  std::vector<double> shares;
  std::printf("%d drifters, %s:", n_drifters,
              rule == IncrementRule::trapezoid ? "trapezoid" : "left point");
  for (const Case& one : cases) {
    shares.push_back(one.coverage.share());
    std::printf(" %.4f", shares.back());
  }
  std::printf("\n");
  return shares;
}

/// What coarse observations cost: the velocity where an increment begins is no longer its mean.
TEST(ExactStudy, coarse_observations_cost_coverage_that_the_trapezoid_keeps) {
  std::printf("coverage of 90%% at observations 1e-4, 5e-4, 1e-3, 5e-3 apart\n");
  for (const int n_drifters : {8, 64}) {
    const std::size_t n_twins = n_drifters == 8 ? 400 : 300;
    const std::vector<double> left = coverages(n_drifters, IncrementRule::left_point, n_twins);
    const std::vector<double> both = coverages(n_drifters, IncrementRule::trapezoid, n_twins);
    EXPECT_NEAR(left[0], 0.9, tests::kCoverageOfNinety);
    EXPECT_LT(left[3], n_drifters == 8 ? 0.85 : 0.65);
    for (const double share : both) EXPECT_NEAR(share, 0.9, tests::kCoverageOfNinety);
  }
}

}  // namespace
}  // namespace lagoon::flow
