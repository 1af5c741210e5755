#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>

#include <Eigen/Core>
#include <gtest/gtest.h>

#include "flow/assimilation/ensemble/drifter_filter.hpp"
#include "flow/assimilation/ensemble/iterative_smoother.hpp"
#include "flow/assimilation/ensemble/members.hpp"
#include "flow/assimilation/models/vortex_twin.hpp"
#include "flow/law/law_options.hpp"
#include "tests/flow/assimilation/ensemble_twin.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::flow {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;
using tests::Twin;

/// Sums over coefficients of what a normal law N(mean, std^2) of each scores.
struct Scores {
  double crps = 0;
  double covered = 0;  ///< by the interval of 90%
  double n = 0;

  void add(const VectorXd& truth, const MatrixXd& members) {
    const VectorXd mean = members.rowwise().mean();
    const VectorXd std =
        (anomalies(members).rowwise().squaredNorm() / static_cast<double>(members.cols() - 1))
            .cwiseSqrt();
    for (Eigen::Index i = 0; i < truth.size(); ++i) {
      const double z = (truth[i] - mean[i]) / std[i];
      const double density = std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi);
      crps += std[i] * (z * std::erf(z / std::numbers::sqrt2) + 2 * density -
                        1 / std::sqrt(std::numbers::pi));
      covered += std::abs(z) < 1.6449 ? 1 : 0;
      n += 1;
    }
  }
};

// 49 modes, 8 drifters, 1000 times, 5% noise: variational assimilation with Laplace's covariance
// has CRPS 0.19 and coverage 0.90. Some minutes.
TEST(EnsembleStudy, is_as_good_as_variational_assimilation) {
  LawOptions law_options;
  law_options.release = "uniform";
  law_options.n_drifters = 8;
  law_options.n_times = 1000;
  law_options.noise_percent = 5;
  const Law law = make_law(law_options);
  Scores smoothed;
  Scores filtered;
  for (std::uint64_t number = 0; number < 30; ++number) {
    const Twin twin(law, number);
    EnsembleOptions options;
    options.query = number;
    options.threads = 0;
    smoothed.add(twin.truth(),
                 smooth_iteratively(law, twin.space, twin.tracks(), {}, options).ensemble.members);
    filtered.add(twin.truth(),
                 filter_drifters(law, twin.space, twin.tracks(), {}, options).members);
  }
  for (const Scores& any : {smoothed, filtered}) {
    EXPECT_LT(any.crps / any.n, 0.215);
    EXPECT_GT(any.covered / any.n, 0.87);
    EXPECT_LT(any.covered / any.n, 0.93);
  }
}

/// One row of the table: errors of the ensemble filter at the intervals 0.5, 1, 2.
struct TableRow {
  double noise;
  std::array<double, 2> launch;
  std::array<double, 3> errors;
};

// Errors that an independent program gave: 40 runs of each setting; a minute and more.
TEST(VortexTwinStudy, has_the_errors_of_the_table) {
  const TableRow rows[] = {{0.02, {0, 0.3}, {0.063, 0.071, 0.167}},
                           {0.02, {0, std::sqrt(3.0)}, {0.091, 0.098, 0.106}},
                           {0.02, {2.5, 0}, {0.114, 0.122, 0.152}}};
  VortexTwinOptions options;
  options.threads = 0;
  for (const TableRow& row : rows) {
    options.noise = row.noise;
    options.launch = row.launch;
    for (std::size_t i = 0; i < row.errors.size(); ++i) {
      options.interval = std::array{0.5, 1.0, 2.0}[i];
      const double error = run_vortex_twin(options).ensemble_filter.median_error;
      EXPECT_NEAR(error / row.errors[i], 1, tests::kVortexTableRelative) << options.interval;
    }
  }
}

}  // namespace
}  // namespace lagoon::flow
