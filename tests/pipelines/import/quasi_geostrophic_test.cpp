#include "datasets/quasi_geostrophic.hpp"

#include <cmath>
#include <complex>
#include <filesystem>
#include <numbers>

#include <gtest/gtest.h>

#include "flow/error.hpp"
#include "flow/integration/trajectories.hpp"
#include "flow/law/law_options.hpp"
#include "flow/prior.hpp"
#include "flow/streamfunction.hpp"
#include "pipelines/import/quasi_geostrophic/imported_flow.hpp"
#include "pipelines/import/quasi_geostrophic/snapshot_fit.hpp"
#include "tests/support/files.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::pipelines {
namespace {

using Complex = std::complex<double>;
constexpr double kSyntheticF = 20;
constexpr int kSyntheticGrid = 128;

// A run whose drifters follow a steady flow of the 7 x 7 modes to rounding: what an import must
// find.
struct SyntheticRun {
  flow::Law law;  // lengths in boxes, time in days
  std::vector<Complex> psi_hat;
  datasets::QuasiGeostrophicRun run;
};

flow::Law synthetic_law() {
  flow::LawOptions options;
  options.rms_speed = 0.01;
  options.omega_std = 0;
  options.final_time = 4;
  options.n_times = 80;
  options.release = "grid";
  options.n_drifters = 64;
  flow::Law law = flow::make_law(options);
  law.modes = flow::half_plane_modes(3);
  law.prior_std = flow::make_prior_std(law.modes, options);
  law.omega.assign(law.n_modes(), 0);
  law.damping.assign(law.n_modes(), 0);
  return law;
}

std::vector<double> vorticity_of(const SyntheticRun& synthetic, double planetary_jump) {
  std::vector<double> q;
  for (int i = 0; i < kSyntheticGrid; ++i) {
    for (int j = 0; j < kSyntheticGrid; ++j) {
      const double x = i / double{kSyntheticGrid}, y = j / double{kSyntheticGrid};
      double sum = planetary_jump * y;
      for (std::size_t m = 0; m < synthetic.psi_hat.size(); ++m) {
        const flow::ModeSet& modes = synthetic.law.modes;
        const Complex wave = std::polar(1.0, flow::kTwoPi * (modes.k[m] * x + modes.l[m] * y));
        sum -= (flow::k_squared(modes, m) + kSyntheticF) * (synthetic.psi_hat[m] * wave).real();
      }
      q.push_back(sum);
    }
  }
  return q;
}

SyntheticRun make_synthetic_run() {
  SyntheticRun synthetic{synthetic_law(), {}, {}};
  const flow::Law& law = synthetic.law;
  synthetic.psi_hat.resize(law.n_modes());
  flow::draw_psi_hat(law, {1, flow::Purpose::test, 0}, synthetic.psi_hat);
  std::vector<double> x(law.n_drifters() * law.n_times()), y(x.size());
  flow::integrate_adaptive(law, synthetic.psi_hat, 1e-12, x, y);
  datasets::QuasiGeostrophicRun& run = synthetic.run;
  run.length_scale = 400;
  run.days = law.times;
  run.snapshot_day = law.times[40];
  run.n_grid = kSyntheticGrid;
  run.q = vorticity_of(synthetic, 0.5);
  run.n_drifters = law.n_drifters();
  for (std::size_t at = 0; at < x.size(); ++at) {
    run.x.push_back((x[at] - 0.5) * run.box());
    run.y.push_back((y[at] - 0.5) * run.box());
  }
  return synthetic;
}

const SyntheticRun& synthetic_run() {
  static const SyntheticRun synthetic = make_synthetic_run();
  return synthetic;
}

TEST(SnapshotFit, deformation_and_amplitude_are_recovered) {
  const SnapshotFit fit = fit_snapshot(synthetic_run().run);
  EXPECT_NEAR(fit.best.F, kSyntheticF, tests::kCentredDifferenceRelative * kSyntheticF);
  EXPECT_NEAR(fit.best.velocity.amplitude, 1, tests::kCentredDifferenceRelative);
  EXPECT_GT(fit.best.velocity.r_squared, 1 - tests::kCentredDifferenceRelative);
  EXPECT_LT(fit.barotropic.r_squared, 0.99);
}

TEST(SnapshotFit, truncation_to_all_retained_modes_keeps_everything) {
  const SnapshotFit fit = fit_snapshot(synthetic_run().run);
  EXPECT_NEAR(score_truncation(fit, 3).kept_velocity_variance, 1,
              tests::kCentredDifferenceRelative);
  EXPECT_NEAR(score_truncation(fit, 3).as_fitted.r_squared, fit.best.velocity.r_squared,
              tests::kCentredDifferenceRelative);
  EXPECT_LT(score_truncation(fit, 1).kept_velocity_variance, 0.9);
}

TEST(SnapshotFit, snapshot_at_the_end_of_the_record_is_refused) {
  datasets::QuasiGeostrophicRun run = synthetic_run().run;
  run.snapshot_day = run.days.back();
  EXPECT_THROW(fit_snapshot(run), Error);
}

TEST(ImportedFlow, flow_of_retained_modes_comes_back_in_the_laws_units) {
  const SyntheticRun& synthetic = synthetic_run();
  const ImportedFlow imported = import_flow(synthetic.run, fit_snapshot(synthetic.run), {});
  ASSERT_EQ(imported.law.n_modes(), 24u);
  ASSERT_EQ(imported.law.n_times(), 20u);
  EXPECT_NEAR(imported.law.times.back(), 0.1, tests::kRoundingRelative);
  EXPECT_NEAR(imported.time_unit_days, 20 * 0.05 / 0.1, tests::kRoundingRelative * 10);
  double largest = 0;
  for (const Complex& value : synthetic.psi_hat) largest = std::max(largest, std::abs(value));
  for (std::size_t m = 0; m < imported.psi_hat.size(); ++m) {
    EXPECT_LT(std::abs(imported.psi_hat[m] / imported.time_unit_days - synthetic.psi_hat[m]),
              tests::kCentredDifferenceRelative * largest);
  }
  EXPECT_LT(imported.errors.misfit,
            tests::kCentredDifferenceRelative * imported.errors.displacement);
}

TEST(ImportedFlow, mean_flow_is_taken_from_the_displacements) {
  datasets::QuasiGeostrophicRun run = synthetic_run().run;
  const double drift = 0.5;  // km a day, as much as the flow itself moves
  for (std::size_t at = 0; at < run.x.size(); ++at) {
    // Around the snapshot, so that positions there, and with them the flow, are the same.
    run.x[at] += drift * (run.days[at % run.n_times()] - run.snapshot_day);
  }
  const SnapshotFit fit = fit_snapshot(run);
  EXPECT_NEAR(fit.best.velocity.mean_x * run.box(), drift,
              tests::kCentredDifferenceRelative * drift);
  const ImportedFlow still =
      import_flow(synthetic_run().run, fit_snapshot(synthetic_run().run), {});
  const ImportedFlow drifting = import_flow(run, fit, {});
  for (std::size_t d = 0; d < still.law.n_drifters(); ++d) {
    const std::size_t last = d * still.law.n_times() + still.law.n_times() - 1;
    EXPECT_NEAR(drifting.x[last] - drifting.law.release_x[d],
                still.x[last] - still.law.release_x[d],
                tests::kCentredDifferenceRelative * still.errors.displacement);
  }
}

TEST(ImportedFlow, noise_of_the_law_is_the_one_asked_for) {
  FlowImportOptions options;
  const SnapshotFit fit = fit_snapshot(synthetic_run().run);
  const ImportedFlow correlated = import_flow(synthetic_run().run, fit, options);
  options.noise = "misfit";
  const ImportedFlow independent = import_flow(synthetic_run().run, fit, options);
  EXPECT_EQ(independent.law.observation_noise_std, independent.errors.misfit);
  EXPECT_NEAR(correlated.law.observation_noise_std, std::sqrt(20.0) * correlated.errors.misfit,
              tests::kRoundingRelative);
  options.noise = "guessed";
  EXPECT_THROW(import_flow(synthetic_run().run, fit, options), Error);
}

TEST(ImportedFlow, window_beyond_the_record_is_refused) {
  FlowImportOptions options;
  options.half_window = 41;
  EXPECT_THROW(import_flow(synthetic_run().run, fit_snapshot(synthetic_run().run), options), Error);
}

// The figures of a prototype in Python for the published run.
TEST(QuasiGeostrophicStudy, finite_deformation_radius_explains_the_drifters) {
  const auto path = lagoon::tests::real_data("qg_torus_drifters/vortex.mat");
  if (path.empty()) GTEST_SKIP() << "LAGOON_DATA is not set";
  const auto run = datasets::read_quasi_geostrophic(path);
  const SnapshotFit fit = fit_snapshot(run);
  EXPECT_EQ(fit.time, 1340u);
  EXPECT_NEAR(fit.planetary_jump, 4 * std::numbers::pi, 0.02);  // beta = 2 on a box of side 2 pi
  EXPECT_NEAR(fit.best.F, 22.365, tests::kPrototypeDigits * 10);
  EXPECT_NEAR(fit.best.velocity.r_squared, 0.9926, tests::kPrototypeDigits);
  EXPECT_NEAR(fit.barotropic.r_squared, 0.312, tests::kPrototypeDigits);
  EXPECT_NEAR(fit.barotropic_no_mean.r_squared_about_zero, 0.263, tests::kPrototypeDigits);
  struct Row {
    int max_wavenumber;
    double kept, r_squared;
  };
  for (const Row& row : {Row{3, 0.410, 0.163}, Row{7, 0.683, 0.363}, Row{15, 0.910, 0.806}}) {
    const Truncation truncation = score_truncation(fit, row.max_wavenumber);
    EXPECT_NEAR(truncation.kept_velocity_variance, row.kept, tests::kPrototypeDigits);
    EXPECT_NEAR(truncation.as_fitted.r_squared, row.r_squared, tests::kPrototypeDigits);
  }
}

}  // namespace
}  // namespace lagoon::pipelines
