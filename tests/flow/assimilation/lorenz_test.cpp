#include <cmath>

#include <gtest/gtest.h>

#include "flow/assimilation/ensemble/analysis.hpp"
#include "flow/assimilation/ensemble/members.hpp"
#include "tests/flow/assimilation/lorenz96.hpp"
#include "tests/support/tolerances.hpp"

// The published figures of Sakov & Oke (2008): 40 variables, all observed at every step of 0.05
// with errors of variance 1.
namespace lagoon::flow {
namespace {

constexpr Eigen::Index kVariables = 40;
constexpr double kStep = 0.05;

struct Settings {
  Analysis analysis = Analysis::square_root;
  Eigen::Index n_members = 24;
  double inflation = 1.013;
  bool rotates = true;
};

class LorenzTwin {
 public:
  LorenzTwin(const Settings& settings, std::uint64_t seed) : settings_(settings), seed_(seed) {
    truth_ = Eigen::VectorXd::Constant(kVariables, 8) +
             normals(kVariables, 1, {seed, Purpose::twin_truth, 0});
    for (int i = 0; i < 400; ++i) truth_ = lorenz96(truth_);
    ensemble_ = normals(kVariables, settings.n_members, {seed, Purpose::ensemble_member, 0});
    ensemble_.colwise() += truth_;
  }

  /// Mean over cycles, after `spin_up`, of the rms error of the analysis' mean.
  double mean_error(int n_cycles, int spin_up) {
    double sum = 0;
    for (int cycle = 0; cycle < n_cycles + spin_up; ++cycle) {
      step(static_cast<std::uint64_t>(cycle));
      const double error = (ensemble_.rowwise().mean() - truth_).norm();
      if (cycle >= spin_up) sum += error / std::sqrt(static_cast<double>(kVariables));
    }
    return sum / n_cycles;
  }

 private:
  static Eigen::VectorXd lorenz96(const Eigen::VectorXd& x) {
    return tests::lorenz96_step(x, kStep);
  }

  void step(std::uint64_t cycle) {
    truth_ = lorenz96(truth_);
    for (auto member : ensemble_.colwise()) member = lorenz96(member);
    const Observations seen = {truth_ + normals(kVariables, 1, {seed_, Purpose::twin_error, cycle}),
                               Eigen::VectorXd::Ones(kVariables)};
    const Eigen::MatrixXd observed = ensemble_;
    analyse(settings_.analysis, observed, seen, {seed_, Purpose::ensemble_error, cycle}, ensemble_);
    inflate(ensemble_, settings_.inflation);
    if (settings_.rotates) rotate(ensemble_, {seed_, Purpose::ensemble_rotation, cycle});
  }

  Settings settings_;
  std::uint64_t seed_;
  Eigen::VectorXd truth_;
  Eigen::MatrixXd ensemble_;
};

constexpr Settings kPerturbed = {Analysis::perturbed_observations, 40, 1.06, false};

// Too little spread loses the truth: the inflation and the rotation do something.
TEST(Lorenz96, loses_the_truth_without_inflation) {
  Settings none = kPerturbed;
  none.inflation = 1;
  none.n_members = 20;
  EXPECT_GT(LorenzTwin(none, 1).mean_error(300, 200), 1);
}

TEST(Lorenz96, square_root_filter_has_the_published_error) {
  const double error = LorenzTwin({}, 1).mean_error(6000, 1000);
  EXPECT_GE(error, 0.171);
  EXPECT_LE(error, 0.189);
}

TEST(Lorenz96, perturbed_observations_have_the_published_error) {
  const double error = LorenzTwin(kPerturbed, 1).mean_error(6000, 1000);
  EXPECT_GE(error, 0.209);
  EXPECT_LE(error, 0.231);
}

}  // namespace
}  // namespace lagoon::flow
