// The figures of [BST]'s two Gaussian examples: the table of 5.4's, C = [[1.5, 1], [1, 1.5]], and
// the population optima of 6.1's Gaussian process.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "contrastive/theory/divergence.hpp"
#include "contrastive/theory/optimal_tilts.hpp"
#include "contrastive/theory/population_loss.hpp"
#include "datasets/gaussian_process.hpp"
#include "tests/contrastive/theory/random_pair.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::contrastive {
namespace {

using datasets::GaussianProcess;
using datasets::ProcessGrid;
using tests::kEightDigits;
using tests::kSixDigits;

struct Row {
  Optimum optimum;
  int rank;
  double A, B, C;
  double u_coefficient, u_variance, v_coefficient, v_variance;
  double marginal_u, marginal_v, covariance, kl_joint, j_cond;
};

const std::vector<Row> kTable = {
    {Optimum::cosine_conditional, 0, 0, 0, 0, 0, 1.5, 0, 1.5, 1.5, 1.5, 0, .293893, .293893},
    {Optimum::cosine_conditional, 1, .444444, 0, 0, .666667, 1.5, .666667, 1.5, 2.7, 2.7, 1.8,
     .143342, .071671},
    {Optimum::quadratic_one_sided, 1, .8, .533333, 1.2, .666667, .833333, .428571, .535714,
     1.166667, .75, .5, .153426, .068113},
    {Optimum::cosine_joint, 1, .333333, 0, 0, .5, 1.5, .5, 1.5, 2.0, 2.0, 1.0, .104401, .085560},
    {Optimum::quadratic_two_sided, 1, .790760, .790760, .790760, .542573, .686141, .542573, .686141,
     .972401, .972401, .527599, .081479, .026918},
    {Optimum::quadratic_joint, 1, .666667, .666667, .666667, .5, .75, .5, .75, 1.0, 1.0, .5,
     .077921, .030653}};

TEST(Planar, every_entry_of_the_table) {
  const GaussianPair pair = planar_pair();
  for (const Row& row : kTable) {
    SCOPED_TRACE(to_string(row.optimum) + " rank " + std::to_string(row.rank));
    const Tilt tilt = optimal_tilt(row.optimum, pair, row.rank);
    const GaussianPair nu = tilted(pair, tilt);
    const auto u = u_given_v(pair, tilt), v = v_given_u(pair, tilt);
    EXPECT_NEAR(tilt.A(0), row.A, kSixDigits);
    EXPECT_NEAR(tilt.B(0), row.B, kSixDigits);
    EXPECT_NEAR(tilt.C(0), row.C, kSixDigits);
    EXPECT_NEAR(u.coefficient(0), row.u_coefficient, kSixDigits);
    EXPECT_NEAR(u.covariance(0), row.u_variance, kSixDigits);
    EXPECT_NEAR(v.coefficient(0), row.v_coefficient, kSixDigits);
    EXPECT_NEAR(v.covariance(0), row.v_variance, kSixDigits);
    EXPECT_NEAR(nu.cov_uu(0), row.marginal_u, kSixDigits);
    EXPECT_NEAR(nu.cov_vv(0), row.marginal_v, kSixDigits);
    EXPECT_NEAR(nu.cov_uv(0), row.covariance, kSixDigits);
    EXPECT_NEAR(kl_joint(pair, nu), row.kl_joint, kSixDigits);
    EXPECT_NEAR(j_cond(pair, tilt), row.j_cond, kSixDigits);
  }
}

TEST(Planar, the_data_themselves) {
  const GaussianPair pair = planar_pair();
  EXPECT_NEAR(canonical(pair).s(0), 2.0 / 3, tests::kFewRoundings);
  EXPECT_NEAR(mutual_information(pair), .293893, kSixDigits);
  EXPECT_NEAR(u_given_v(pair).covariance(0), .833333, kSixDigits);
}

TEST(Planar, the_one_sided_model_pays_on_the_other_side_only) {
  const GaussianPair pair = planar_pair();
  const Tilt tilt = quadratic_one_sided(pair, 1);
  EXPECT_NEAR(j_cond(pair, tilt, 2, 0), 0, tests::kFewRoundings);
  EXPECT_NEAR(j_cond(pair, tilt, 0, 2), .136226, kSixDigits);
}

TEST(Planar, losses_and_the_chain_of_theorem_3_10) {
  const GaussianPair pair = planar_pair();
  const Tilt conditional = cosine_conditional(pair, 1), by_joint = cosine_joint(pair, 1);
  EXPECT_NEAR(l_cond(pair, conditional), -.222222, kSixDigits);
  EXPECT_NEAR(l_cond(pair, by_joint), -.208333, kSixDigits);
  EXPECT_NEAR(l_joint(pair, by_joint), -.189493, kSixDigits);
  EXPECT_NEAR(l_joint(pair, conditional), -.150551, kSixDigits);
}

TEST(Planar, more_rows_of_the_encoders_change_no_quadratic_optimum) {
  const GaussianPair pair = planar_pair();
  for (const Optimum optimum : {Optimum::quadratic_two_sided, Optimum::quadratic_joint}) {
    const auto encoders = optimal_encoders(optimum, pair, 2);
    EXPECT_NEAR(quadratic_tilt(encoders, pair).A(0), optimal_tilt(optimum, pair, 1).A(0),
                tests::kFewRoundings);
  }
}

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
