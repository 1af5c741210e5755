#include "flow/assimilation/observed/held_out_scores.hpp"

#include <cmath>
#include <limits>

#include "flow/error.hpp"
#include "flow/numerics/sample_moments.hpp"
#include "flow/scores/proper_scores.hpp"

namespace lagoon::flow {
namespace {

/// Half widths of a normal law's central intervals of kCoverageLevels, in standard deviations: its
/// quantiles of (1 + level) / 2.
constexpr Coverage kHalfWidths = {0.674489750196082, 1.281551565544600, 1.644853626951473,
                                  kNormal975};

}  // namespace

VectorForecast no_forecast(Eigen::Index size) {
  const double none = std::numeric_limits<double>::quiet_NaN();
  return {Eigen::MatrixX2d::Constant(size, 2, none), Eigen::MatrixX2d::Constant(size, 2, none)};
}

void HeldOutRecord::add(std::size_t method, std::size_t unit, const Eigen::MatrixX2d& truth,
                        const VectorForecast& forecast) {
  require(forecast.mean.allFinite() && forecast.mean.rows() == truth.rows(),
          methods_[method] + ": a forecast is missing or not finite");
  const auto row = static_cast<Eigen::Index>(unit);
  if (row >= rows_.rows()) {
    const Eigen::Index before = rows_.rows();
    rows_.conservativeResize(row + 1, column(methods_.size(), 0));
    rows_.bottomRows(row + 1 - before).setZero();
  }
  const auto sums = [&](int which) -> double& { return rows_(row, column(method, which)); };
  for (Eigen::Index i = 0; i < truth.size(); ++i) {
    const double error = forecast.mean.data()[i] - truth.data()[i];
    const double std = forecast.std.data()[i];
    sums(kPoints) += 1;
    sums(kSquare) += error * error;
    sums(kTruth) += truth.data()[i] * truth.data()[i];
    sums(kCrps) += normal_crps(error, std);
    sums(kVariance) += std * std;
    for (std::size_t level = 0; level < kHalfWidths.size(); ++level) {
      const bool inside = std::abs(error) <= kHalfWidths[level] * std;
      // A std of NaN, which says no spread, makes the whole sum NaN.
      sums(kInside + static_cast<int>(level)) += std > 0 ? inside : std;
    }
  }
}

Eigen::MatrixXd HeldOutRecord::units_with_points() const {
  std::vector<Eigen::Index> held;
  for (Eigen::Index unit = 0; unit < rows_.rows(); ++unit) {
    if (rows_(unit, kPoints) > 0) held.push_back(unit);
  }
  return rows_(held, Eigen::all);
}

std::size_t HeldOutRecord::n_units() const {
  return static_cast<std::size_t>((rows_.col(kPoints).array() > 0).count());
}

double HeldOutRecord::n_points() const {
  return rows_.col(kPoints).sum() / 2;
}

std::vector<HeldOutScores> HeldOutRecord::scores(std::size_t baseline, std::uint64_t seed) const {
  const Bootstrap bootstrap(units_with_points(), seed);
  std::vector<HeldOutScores> scores;
  for (std::size_t m = 0; m < methods_.size(); ++m) {
    const auto ratio = [&](int over, int by) {
      return bootstrap.estimate(ratio_of_means(column(m, over), column(m, by)));
    };
    HeldOutScores s;
    s.method = methods_[m];
    s.rms_error = bootstrap.estimate([&](const Eigen::VectorXd& means) {
      return std::sqrt(2 * means[column(m, kSquare)] / means[column(m, kPoints)]);
    });
    s.relative_error =
        bootstrap.estimate(root_ratio_of_means(column(m, kSquare), column(m, kTruth)));
    s.against_baseline =
        bootstrap.estimate(root_ratio_of_means(column(m, kSquare), column(baseline, kSquare)));
    s.crps = ratio(kCrps, kPoints);
    for (std::size_t level = 0; level < s.coverage.size(); ++level) {
      s.coverage[level] = ratio(kInside + static_cast<int>(level), kPoints);
    }
    s.spread_skill =
        bootstrap.estimate(root_ratio_of_means(column(m, kVariance), column(m, kSquare)));
    scores.push_back(s);
  }
  return scores;
}

}  // namespace lagoon::flow
