#include "contrastive/inference/amortised/posterior_moments.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "contrastive/inference/amortised/kernel.hpp"
#include "contrastive/inference/posterior.hpp"
#include "flow/assimilation/library/weights.hpp"
#include "tests/contrastive/fixture.hpp"
#include "tests/datasets/fixture.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::contrastive::tests {
namespace {

using datasets::tests::error_of;
using lagoon::tests::kLearnedLogWeight;
using lagoon::tests::kLearnedMoment;

/// Of the weights, what mean and spread may do without or have too much.
constexpr double kLeftOut = 1e-3;

MemberValues values_of(const Embeddings& numbers) {
  MemberValues values(numbers.n, numbers.dim);
  for (std::int64_t i = 0; i < numbers.n; ++i) {
    std::ranges::copy(numbers.row(i), values.row(i).begin());
  }
  return values;
}

/// Against whole rows of weights in double precision.
void expect_moments(const Embeddings& queries, const Embeddings& library, double temperature,
                    const Embeddings& numbers) {
  const auto fast =
      posterior_moments(queries, RoundedLibrary(library), temperature, values_of(numbers));
  const Eigen::Map<const Eigen::MatrixXf> columns(numbers.values.data(), numbers.dim, numbers.n);
  ASSERT_EQ(fast.size(), static_cast<std::size_t>(queries.n));
  for (std::int64_t q = 0; q < queries.n; ++q) {
    const auto slow = posterior(queries.row(q), library, temperature);
    const Eigen::Map<const Eigen::VectorXd> weights(slow.weights.data(), library.n);
    const auto moments = flow::weighted_moments(columns.cast<double>(), weights);
    const auto& mine = fast[static_cast<std::size_t>(q)];
    Eigen::Index top = 0;
    const double largest = weights.maxCoeff(&top);
    EXPECT_EQ(mine.top, top);
    const double score = inner_product(queries.row(q), library.row(top)) / temperature;
    EXPECT_NEAR(score - mine.log_normalizer, std::log(largest), kLearnedLogWeight);
    EXPECT_NEAR(mine.effective_sample_size / slow.effective_sample_size, 1, kLearnedLogWeight);
    EXPECT_LE(mine.left_out, kLeftOut);
    for (Eigen::Index c = 0; c < moments.mean.size(); ++c) {
      EXPECT_NEAR(mine.mean[static_cast<std::size_t>(c)], moments.mean[c], kLearnedMoment);
      EXPECT_NEAR(mine.spread[static_cast<std::size_t>(c)], moments.spread[c], kLearnedMoment);
    }
  }
}

// From all weights alike to one member alone; stretches, lanes and columns that are not whole.
TEST(PosteriorMoments, are_those_of_whole_rows_of_weights) {
  for (const double temperature : {100.0, 3.0, 1.0, 0.3, 0.01}) {
    SCOPED_TRACE(temperature);
    expect_moments(random_embeddings(7, 12, 1), random_embeddings(9003, 12, 2), temperature,
                   random_embeddings(9003, 21, 3));
  }
  expect_moments(random_embeddings(300, 8, 4), random_embeddings(1500, 8, 5), 1,
                 random_embeddings(1500, 100, 6));
  expect_moments(random_embeddings(2, 3, 7), random_embeddings(1, 3, 8), 1,
                 random_embeddings(1, 1, 9));
}

// One member is so long that sixteen bits round the others away, and temperatures make differences
// below that what decides.
TEST(PosteriorMoments, are_those_of_exact_scores_where_rounded_ones_cannot_tell_members_apart) {
  const auto queries = random_embeddings(5, 12, 1);
  Embeddings library = random_embeddings(3000, 12, 2);
  for (float& value : library.values) value *= 1e-4F;
  for (std::size_t k = 0; k < 12; ++k) library.values[k] = 30 * queries.values[k % 3];
  for (const double temperature : {1e-2, 1e-3, 1e-4, 1e-5, 1e-6}) {
    SCOPED_TRACE(temperature);
    expect_moments(queries, library, temperature, random_embeddings(3000, 3, 3));
  }
}

// Without them the weights would be less by what they hold, which is more than is allowed.
TEST(PosteriorMoments, of_light_members_a_few_stand_for_all) {
  constexpr std::int64_t kMembers = 20000;
  const auto queries = random_embeddings(8, 12, 1), library = random_embeddings(kMembers, 12, 2);
  const auto numbers = random_embeddings(kMembers, 12, 3);
  constexpr double kTemperature = 1.2;
  const auto fast =
      posterior_moments(queries, RoundedLibrary(library), kTemperature, values_of(numbers));
  const Eigen::Map<const Eigen::MatrixXf> columns(numbers.values.data(), 12, kMembers);
  for (std::int64_t q = 0; q < queries.n; ++q) {
    const auto slow = posterior(queries.row(q), library, kTemperature);
    const Eigen::Map<const Eigen::VectorXd> weights(slow.weights.data(), kMembers);
    const auto moments = flow::weighted_moments(columns.cast<double>(), weights);
    const double light = (weights.array() < kLight / kMembers).select(weights, 0.0).sum();
    const double allowed = lagoon::tests::kThinnedErrors * std::sqrt(kLight / kMembers * light);
    const auto& mine = fast[static_cast<std::size_t>(q)];
    EXPECT_GT(light, allowed);
    EXPECT_LT(mine.left_out, allowed);
    for (std::size_t c = 0; c < 12; ++c) {
      EXPECT_NEAR(mine.mean[c], moments.mean[static_cast<Eigen::Index>(c)], allowed);
    }
  }
}

// Neighbours of opposite values: what thinning takes of either kind must come out even.
TEST(PosteriorMoments, of_light_members_in_turns_lean_to_neither_kind) {
  constexpr std::int64_t kMembers = 32768;
  Embeddings query{1, 2, {1, 0}}, library{kMembers, 2, {}}, numbers{kMembers, 1, {}};
  for (std::int64_t i = 0; i < kMembers; ++i) {
    const bool is_heavy = i < 64;  // beside which the others are light
    library.values.insert(library.values.end(), {is_heavy ? 0.0F : -11.5F, 0});
    numbers.values.push_back(i % 2 == 0 ? 1 : -1);
  }
  const auto moments = posterior_moments(query, RoundedLibrary(library), 1, values_of(numbers))[0];
  EXPECT_NEAR(moments.mean[0], 0, kLearnedLogWeight);
  EXPECT_LT(moments.left_out, kLearnedLogWeight);
}

TEST(PosteriorMoments, of_no_queries_are_none) {
  const auto library = random_embeddings(4, 3, 2);
  EXPECT_TRUE(
      posterior_moments({0, 3, {}}, RoundedLibrary(library), 1, MemberValues(4, 2)).empty());
}

TEST(PosteriorMoments, of_equal_scores_are_plain_means_and_the_first_is_on_top) {
  const Embeddings query = random_embeddings(1, 4, 1), one = random_embeddings(1, 4, 2);
  Embeddings library{5000, 4, {}};
  for (int i = 0; i < 5000; ++i) {
    library.values.insert(library.values.end(), one.values.begin(), one.values.end());
  }
  const auto numbers = random_embeddings(5000, 1, 3);
  const auto moments = posterior_moments(query, RoundedLibrary(library), 1, values_of(numbers))[0];
  double mean = 0;
  for (const float value : numbers.values) mean += value / 5000.0;
  EXPECT_EQ(moments.top, 0);
  EXPECT_NEAR(moments.effective_sample_size, 5000, 5000 * kLearnedLogWeight);
  EXPECT_NEAR(moments.mean[0], mean, kLearnedLogWeight);
  EXPECT_LT(moments.left_out, kLearnedLogWeight);
}

/// What a kernel makes of queries over a library, neither a whole number of blocks.
std::vector<double> weighed_by(const amortised::Kernel& kernel) {
  constexpr int kDims = 11, kColumns = 112, kQueries = 17;
  const RoundedLibrary library(random_embeddings(1001, kDims, 1));
  const MemberValues values = values_of(random_embeddings(1001, kColumns, 2));
  const auto queries = random_embeddings(kQueries, kDims, 3);
  std::vector<std::int16_t> rounded((kQueries + amortised::kTogether) * (kDims + 1));
  std::vector<float> sums(2 * kColumns * kQueries);
  std::vector<amortised::Weighing> weighings(kQueries);
  for (int q = 0; q < kQueries; ++q) {
    auto& weighing = weighings[static_cast<std::size_t>(q)];
    for (int k = 0; k < kDims; ++k) {
      rounded[static_cast<std::size_t>(q * (kDims + 1) + k)] =
          static_cast<std::int16_t>(1000 * queries.row(q)[static_cast<std::size_t>(k)]);
    }
    weighing.rounded = &rounded[static_cast<std::size_t>(q * (kDims + 1))];
    weighing.exact = queries.row(q).data();
    weighing.scale = static_cast<float>(4 * library.longest() / RoundedLibrary::kLongest / 1000);
    weighing.inverse_temperature = 4;
    weighing.doubt = 0.1F;
    weighing.log_doubtful = -3;
    weighing.first_moment = &sums[static_cast<std::size_t>(2 * kColumns * q)];
    weighing.second_moment = weighing.first_moment + kColumns;
  }
  for (std::int64_t first = 0; first < library.size(); first += amortised::kPanel) {
    auto panel = library.panel(first);
    panel.values = values.from(first);
    panel.columns = kColumns;
    kernel.weigh(panel, {12, 1e-3}, weighings.data(), kQueries);
  }
  std::vector<double> result(sums.begin(), sums.end());
  for (auto& weighing : weighings) {
    kernel.finish(weighing);
    result.insert(result.end(), {static_cast<double>(weighing.shift), weighing.largest,
                                 static_cast<double>(weighing.top), weighing.squares, weighing.sum,
                                 weighing.kept});
  }
  return result;
}

TEST(PosteriorMoments, of_every_instruction_set_are_the_same_bits) {
  const auto kernels = amortised::available_kernels();
  const auto best = weighed_by(*kernels.front());
  EXPECT_NE(best.back(), best.end()[-2]);  // not all weights count in the moments
  for (const auto* kernel : kernels) EXPECT_EQ(weighed_by(*kernel), best) << kernel->name;
}

TEST(PosteriorMoments, refuse_what_has_none) {
  const auto queries = random_embeddings(1, 3, 1), library = random_embeddings(4, 3, 2);
  const auto refused = [&](const Embeddings& members, double temperature, std::int64_t n) {
    return error_of([&] {
      posterior_moments(queries, RoundedLibrary(members), temperature, MemberValues(n, 2));
    });
  };
  EXPECT_NE(refused({0, 3, {}}, 1, 0).find("empty"), std::string::npos);
  EXPECT_NE(refused(library, 1, 5).find("4 members and there are values of 5"), std::string::npos);
  EXPECT_NE(refused(library, 0, 4).find("temperature is 0"), std::string::npos);
  EXPECT_NE(refused(random_embeddings(4, 2, 1), 1, 4).find("dimension 3"), std::string::npos);
  Embeddings broken = library;
  broken.values[7] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_NE(refused(broken, 1, 4).find("no numbers"), std::string::npos);
  std::ranges::fill(broken.values, 3e38F);  // finite, but their products are not
  EXPECT_NE(refused(broken, 1, 4).find("no numbers"), std::string::npos);
}

}  // namespace
}  // namespace lagoon::contrastive::tests
