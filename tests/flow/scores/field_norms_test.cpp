#include "flow/scores/field_norms.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "flow/scores/posterior_fields.hpp"
#include "flow/streamfunction.hpp"
#include "tests/support/flows.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::flow {
namespace {

Law some_law() {
  LawOptions options;
  options.max_wavenumber = 2;
  return make_law(options);
}

/// A control vector of draws of the prior.
Eigen::VectorXd some_control(const ControlSpace& space, std::uint64_t sample) {
  Eigen::VectorXd control(space.size());
  for (Eigen::Index i = 0; i < control.size(); ++i) {
    control[i] = normal_pair(3, Purpose::test, sample, static_cast<std::uint32_t>(i))[0];
  }
  return control;
}

struct Squares {
  double psi = 0, velocity = 0;
};

/// Means over the torus and [0, T]: a grid that sums waves exactly, Simpson's rule in time.
Squares direct_squares(const Law& law, const ControlSpace& space, const Eigen::VectorXd& control) {
  constexpr int kGrid = 10, kSteps = 100;
  const tests::Coefficients psi_hat = space.psi_hat(control);
  const Flow flow = {law.modes, psi_hat, law.omega};
  Squares sum;
  for (int step = 0; step <= kSteps; ++step) {
    const double weight = step == 0 || step == kSteps ? 1 : step % 2 == 1 ? 4 : 2;
    const double t = law.times.back() * step / kSteps;
    for (int i = 0; i < kGrid * kGrid; ++i) {
      const double x = double(i / kGrid) / kGrid, y = double(i % kGrid) / kGrid;
      const double psi = psi_at(flow, x, y, t);
      auto [vx, vy] = velocity_at(flow, x, y, t);
      if (space.has_mean_velocity()) {
        vx += space.mean_velocity_std() * control[space.size() - 2];
        vy += space.mean_velocity_std() * control[space.size() - 1];
      }
      const double share = weight / (3.0 * kSteps * kGrid * kGrid);
      sum.psi += share * psi * psi;
      sum.velocity += share * (vx * vx + vy * vy);
    }
  }
  return sum;
}

TEST(FieldNorms, are_means_over_space_and_time) {
  const Law law = some_law();
  for (const double mean_velocity_std : {0.0, 2.0}) {
    const ControlSpace space(law, mean_velocity_std);
    const Eigen::VectorXd control = some_control(space, 0);
    const Squares direct = direct_squares(law, space, control);
    EXPECT_NEAR(squared_norm(psi_gram(law, space), control), direct.psi,
                tests::kSimpsonRelative * direct.psi);
    EXPECT_NEAR(squared_norm(velocity_gram(law, space), control), direct.velocity,
                tests::kSimpsonRelative * direct.velocity);
  }
}

TEST(FieldNorms, mirror_waves_fold) {
  Law law = some_law();
  law.omega.assign(law.n_modes(), 0);  // a steady flow: k and -k cannot be told apart
  const ControlSpace space(law);
  const std::size_t first = space.modes()[0], last = space.modes().back();
  ASSERT_EQ(law.modes.k[first], -law.modes.k[last]);
  Eigen::VectorXd hidden = Eigen::VectorXd::Zero(space.size());
  hidden[0] = 1 / space.scale(0);
  hidden[space.size() - 2] = -1 / space.scale(space.modes().size() - 1);
  EXPECT_NEAR(squared_norm(psi_gram(law, space), hidden), 0, tests::kFewRoundings);
  EXPECT_GT(squared_norm(psi_gram(law, space), hidden.cwiseAbs()), 1);
}

TEST(FieldNorms, shells_add_up) {
  const Law law = some_law();
  const ControlSpace space(law, 1.5);
  const Eigen::VectorXd control = some_control(space, 1);
  const auto total = [&](const ShellGrams& shells) {
    double sum = 0;
    for (const Gram& gram : shells.grams) sum += squared_norm(gram, control);
    return sum;
  };
  const ShellGrams velocity = velocity_shell_grams(law, space);
  EXPECT_EQ(velocity.shells, (std::vector<int>{0, 1, 2, 3}));  // sqrt 2 is 1, sqrt 8 is 3
  EXPECT_EQ(psi_shell_grams(law, space).shells, (std::vector<int>{1, 2, 3}));
  const double all = squared_norm(velocity_gram(law, space), control);
  EXPECT_NEAR(total(velocity), all, tests::kRoundingRelative * all);
  EXPECT_NEAR(total(psi_shell_grams(law, space)), squared_norm(psi_gram(law, space), control),
              tests::kRoundingRelative);
}

TEST(FieldNorms, errors_are_relative) {
  const Law law = some_law();
  const ControlSpace space(law);
  const Gram gram = psi_gram(law, space);
  const Eigen::VectorXd truth = some_control(space, 2);
  EXPECT_NEAR(relative_error(gram, 0 * truth, truth), 1, tests::kFewRoundings);
  EXPECT_NEAR(relative_error(gram, 1.25 * truth, truth), 0.25, tests::kFewRoundings);
}

TEST(PosteriorFields, are_those_of_the_direct_sum) {
  Law law = some_law();
  law.mean_velocity = {0.3, -0.7};
  const ControlSpace space(law, 2);
  const Eigen::VectorXd control = some_control(space, 4);
  const tests::Coefficients psi_hat = space.psi_hat(control);
  const Flow flow = {law.modes, psi_hat, law.omega};
  constexpr int kGrid = 6;
  const double t = 0.04;
  const GaussianPosterior certain = {control, Eigen::MatrixXd::Zero(space.size(), space.size())};
  const auto mean = [&](FieldKind kind) {
    return field_moments(certain, field_map(law, space, kind, kGrid, t)).mean;
  };
  const Eigen::VectorXd psi = mean(FieldKind::psi), vx = mean(FieldKind::velocity_x),
                        vy = mean(FieldKind::velocity_y), vorticity = mean(FieldKind::vorticity);
  for (int i = 0; i < kGrid * kGrid; ++i) {
    const double x = double(i / kGrid) / kGrid, y = double(i % kGrid) / kGrid;
    const auto [direct_x, direct_y] = velocity_at(flow, x, y, t);
    EXPECT_NEAR(psi[i], psi_at(flow, x, y, t), tests::kSeparableSum);
    EXPECT_NEAR(vx[i], direct_x + 0.3 + 2 * control[space.size() - 2], tests::kSeparableSum * 10);
    EXPECT_NEAR(vy[i], direct_y - 0.7 + 2 * control[space.size() - 1], tests::kSeparableSum * 10);
    EXPECT_NEAR(vorticity[i], vorticity_at(flow, x, y, t), tests::kSeparableSum * 1000);
  }
}

TEST(PosteriorFields, spread_of_an_ensemble_is_that_of_its_fields) {
  const Law law = some_law();
  const ControlSpace space(law);
  EnsemblePosterior ensemble = {Eigen::MatrixXd(space.size(), 5), Eigen::VectorXd(5)};
  for (int m = 0; m < 5; ++m) ensemble.members.col(m) = some_control(space, 10 + std::uint64_t(m));
  ensemble.weights << 0.1, 0.3, 0.2, 0.15, 0.25;
  const FieldMap field = field_map(law, space, FieldKind::vorticity, 5, 0.02);
  const Eigen::MatrixXd fields = field.map * ensemble.members;
  const Eigen::VectorXd mean = fields * ensemble.weights;
  const Eigen::VectorXd variance = (fields.colwise() - mean).cwiseAbs2() * ensemble.weights;
  const FieldMoments moments = field_moments(ensemble, field);
  const double size = variance.cwiseSqrt().maxCoeff();
  EXPECT_LT((moments.mean - mean).cwiseAbs().maxCoeff(), tests::kRoundingRelative * size);
  EXPECT_LT((moments.spread - variance.cwiseSqrt()).cwiseAbs().maxCoeff(),
            tests::kRoundingRelative * size);
}

}  // namespace
}  // namespace lagoon::flow
