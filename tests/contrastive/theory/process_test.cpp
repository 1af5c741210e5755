// The population optima of the Gaussian process of [BST] 6.1.
#include <vector>

#include <gtest/gtest.h>

#include "contrastive/theory/divergence.hpp"
#include "contrastive/theory/optimal_tilts.hpp"
#include "contrastive/theory/population_loss.hpp"
#include "datasets/gaussian_process.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::contrastive {
namespace {

using datasets::GaussianProcess;
using datasets::ProcessGrid;
using tests::kEightDigits;
using tests::kSixDigits;

GaussianPair pair_of(const datasets::GaussianProcessOptions& options = {}) {
  const GaussianProcess process(options);
  return centred_pair(process.cov_uu(), process.cov_uv(), process.cov_vv());
}

struct Errors {
  double u, v;
};

Errors errors_of(const GaussianPair& pair, const Tilt& tilt) {
  return {expected_square_error(u_given_v(pair), u_given_v(pair, tilt), marginal_v(pair)),
          expected_square_error(v_given_u(pair), v_given_u(pair, tilt), marginal_u(pair))};
}

struct Setting {
  ProcessGrid grid;
  bool orthonormal;
  std::vector<double> s, u_error, v_error;  // v in units of its standard deviation
  double information;
};

const std::vector<Setting> kSettings = {
    {ProcessGrid::ends,
     true,
     {.96741635, .82991701, .58891068, .39197084, .26563235},
     {.04406584, .00751720, .00197362, .00064460, .00019002, 0},
     {2.19567410, 1.25977971, .57101747, .22420169, .07056055, 0},
     2.29015152},
    {ProcessGrid::ends,
     false,
     {.93786217, .72493028, .45813407, .28857525, .19128856},
     {-1, .00375860, .00098681, .00032230, .00009501, 0},
     {-1, .85527773, .32975381, .11986699, .03659131, 0},
     1.61108206},
    {ProcessGrid::centres,
     true,
     {.96484304, .81929146, .57788116, .38329662, .26142506},
     {-1, .00697416, .00186812, .00061420, .00018348, 0},
     {-1, 1.22044450, .54920600, .21525936, .06834306, 0},
     2.21050840},
    {ProcessGrid::interior,
     true,
     {.96184696, .80752297, .55582218, .36305300, .24003414},
     {-1, .00634807, .00165333, .00053389, .00015327, 0},
     {-1, 1.15045552, .49836216, .18942387, .05761639, 0},
     2.10914771}};

TEST(Process, singular_values_and_population_errors_of_every_reading) {
  for (const Setting& setting : kSettings) {
    datasets::GaussianProcessOptions options;
    options.grid = setting.grid;
    options.orthonormal = setting.orthonormal;
    const GaussianPair pair = pair_of(options);
    const Eigen::VectorXd s = canonical(pair).s;
    ASSERT_EQ(s.size(), 5);
    EXPECT_NEAR(mutual_information(pair), setting.information, kEightDigits);
    for (int rank = 0; rank <= 5; ++rank) {
      const auto r = static_cast<std::size_t>(rank);
      if (rank > 0) {
        EXPECT_NEAR(s(rank - 1), setting.s[r - 1], kEightDigits);
      }
      if (setting.u_error[r] < 0) continue;
      const Errors errors = errors_of(pair, cosine_conditional(pair, rank));
      EXPECT_NEAR(errors.u, setting.u_error[r], kEightDigits);
      EXPECT_NEAR(errors.v / pair.cov_vv(0, 0), setting.v_error[r], kEightDigits);
    }
  }
}

TEST(Process, errors_are_sums_over_the_left_out_modes) {
  const GaussianPair pair = pair_of();
  const CanonicalPair modes = canonical(pair);
  for (int rank = 0; rank <= 5; ++rank) {
    double u = 0, v = 0;
    for (Eigen::Index i = rank; i < 5; ++i) {
      const double square = modes.s(i) * modes.s(i);
      u += square * modes.U.col(i).dot(pair.cov_uu * modes.U.col(i));
      v += square;
    }
    const Errors errors = errors_of(pair, cosine_conditional(pair, rank));
    EXPECT_NEAR(errors.u, u, tests::kFewRoundings);
    EXPECT_NEAR(errors.v, v, tests::kFewRoundings);
  }
}

TEST(Process, divergences_at_the_optima) {
  const GaussianPair pair = pair_of();
  const std::vector<double> j_conditional = {1.822204, 1.477823, 1.304415, 1.227595, 1.192314};
  const std::vector<double> l_conditional = {-.467947, -.812328, -.985736, -1.062557, -1.097837};
  const std::vector<double> j_of_joint = {1.932712, 1.656071, 1.504039, 1.432172, 1.398033};
  const std::vector<double> one_sided = {.916540, .332941, .119993, .036587, 0};
  for (int rank = 1; rank <= 5; ++rank) {
    const auto r = static_cast<std::size_t>(rank - 1);
    const Tilt conditional = cosine_conditional(pair, rank);
    EXPECT_NEAR(j_cond(pair, conditional), j_conditional[r], kSixDigits);
    EXPECT_NEAR(l_cond(pair, conditional), l_conditional[r], kSixDigits);
    EXPECT_NEAR(j_joint(pair, cosine_joint(pair, rank)), j_of_joint[r], kSixDigits);
    EXPECT_NEAR(j_cond(pair, quadratic_one_sided(pair, rank), 2, 0), one_sided[r], kSixDigits);
  }
}

TEST(Process, the_joint_losss_conditional_means_stay_wrong) {
  const GaussianPair pair = pair_of();
  const std::vector<double> u = {.012539, .007560, .006292, .005844, .005655};
  const std::vector<double> v = {1.388367, .769789, .438882, .287423, .217135};
  for (int rank = 1; rank <= 5; ++rank) {
    const Errors errors = errors_of(pair, cosine_joint(pair, rank));
    EXPECT_NEAR(errors.u, u[static_cast<std::size_t>(rank - 1)], kSixDigits);
    EXPECT_NEAR(errors.v, v[static_cast<std::size_t>(rank - 1)], kSixDigits);
  }
}

TEST(Process, larger_embeddings_gain_nothing) {
  const GaussianPair pair = pair_of();
  for (int rank = 6; rank <= 8; ++rank) {
    const LinearEncoders encoders = optimal_encoders(Optimum::cosine_conditional, pair, rank);
    const Errors errors = errors_of(pair, inner_product_tilt(encoders, pair));
    EXPECT_NEAR(errors.u, 0, tests::kFewRoundings);
    EXPECT_NEAR(errors.v, 0, tests::kFewRoundings);
  }
}

}  // namespace
}  // namespace lagoon::contrastive
