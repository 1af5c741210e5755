// Samples of a dataset are functions of its description: drawn, followed and observed.
#include "datasets/generation/blocks.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "datasets/storage/samples.hpp"
#include "flow/integration/trajectories.hpp"
#include "flow/prior.hpp"
#include "flow/streamfunction.hpp"
#include "tests/datasets/fixture.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::datasets::tests {
namespace {

using lagoon::tests::kFewRoundings;
using lagoon::tests::kFineSteps;

constexpr std::int64_t kGeneratedFlows = 21;

SampleBlock generated(const Description& description, std::int64_t first, std::int64_t count,
                      int threads = 1) {
  SampleBlock block;
  generate_block(description, first, count, threads, block);
  return block;
}

/// Flow i of a block, as text.
std::string text_of_flow(const SampleBlock& block, std::int64_t i, std::int64_t n_flows) {
  SampleBlock one;
  std::vector<std::vector<double>> parts;
  visit_samples(block, [&](const char*, const auto& values) {
    const auto numbers = numbers_of(values);
    const auto size = static_cast<std::int64_t>(numbers.size()) / n_flows;
    parts.emplace_back(numbers.begin() + i * size, numbers.begin() + (i + 1) * size);
  });
  for (const auto& part : parts) one.x.insert(one.x.end(), part.begin(), part.end());
  return text_of(one);
}

TEST(GeneratedBlock, is_its_part_of_the_dataset_whatever_threads_and_blocks) {
  for (const Description& description :
       {small_description(kGeneratedFlows), rich_description(kGeneratedFlows)}) {
    const SampleBlock whole = generated(description, 0, kGeneratedFlows);
    SampleBlock block;  // used again: what it held is replaced
    for (std::int64_t first = 0, count = 9; first < kGeneratedFlows; first += count, count = 4) {
      generate_block(description, first, count, 3, block);
      for (std::int64_t i = 0; i < count; ++i) {
        EXPECT_EQ(text_of_flow(block, i, count), text_of_flow(whole, first + i, kGeneratedFlows))
            << description.scheme << " flow " << first + i;
      }
    }
  }
}

/// The law without noise, followed by many steps.
Description exact_description() {
  Description description = small_description(kGeneratedFlows);
  description.law.observation_noise_std = 0;
  description.steps_per_interval = 400;
  return description;
}

TEST(GeneratedBlock, flows_are_those_of_their_split_and_their_drifters_follow_them) {
  const Description description = exact_description();
  const flow::Law& law = description.law;
  const SampleBlock block = generated(description, 0, kGeneratedFlows);
  const std::size_t n = law.n_modes(), p = law.n_drifters() * law.n_times();
  std::vector<std::complex<double>> psi_hat(n);
  std::vector<double> x(p), y(p);
  for (std::size_t i = 0; i < std::size_t{kGeneratedFlows}; ++i) {
    const auto number = static_cast<std::int64_t>(i);
    draw_psi_hat(law, draw_key(Draw::psi_hat, description.seed, description.fractions, number),
                 psi_hat);
    for (std::size_t m = 0; m < n; ++m) EXPECT_EQ(block.psi_hat[i * n + m], psi_hat[m]);
    integrate_adaptive(law, psi_hat, 1e-13, x, y);
    for (std::size_t j = 0; j < p; ++j) {
      EXPECT_NEAR(block.x[i * p + j], x[j], kFineSteps);
      EXPECT_NEAR(block.y[i * p + j], y[j], kFineSteps);
    }
  }
}

TEST(GeneratedBlock, noise_and_gaps_are_added_to_the_same_paths) {
  Description description = exact_description();
  const SampleBlock exact = generated(description, 0, kGeneratedFlows);
  description.law.observation_noise_std = 0.01;
  description.law.missing_fraction = 0.5;
  description.law.release_time[1] = 0.03;  // after the first time
  const SampleBlock noisy = generated(description, 0, kGeneratedFlows);
  EXPECT_EQ(noisy.psi_hat, exact.psi_hat);
  const std::size_t n_times = description.law.n_times();
  double squares = 0;
  std::size_t seen = 0;
  for (std::size_t i = 0; i < exact.x.size(); ++i) {
    EXPECT_EQ(std::isnan(noisy.x[i]), std::isnan(noisy.y[i]));
    const bool late = i / n_times % 2 == 1;
    if (late && i % n_times == 0) {
      EXPECT_TRUE(std::isnan(noisy.x[i])) << "before its release";
    }
    if (late || std::isnan(noisy.x[i])) continue;
    EXPECT_NE(noisy.x[i], exact.x[i]);
    squares += std::pow(noisy.x[i] - exact.x[i], 2) + std::pow(noisy.y[i] - exact.y[i], 2);
    seen += 2;
  }
  // Half of 63 positions, each with two errors.
  EXPECT_NEAR(static_cast<double>(seen), 63, 5 * std::sqrt(63));
  EXPECT_NEAR(std::sqrt(squares / static_cast<double>(seen)) / 0.01, 1, 0.5);
}

TEST(GeneratedBlock, stations_and_fields_are_those_of_the_flow_at_time_0) {
  Description description = rich_description(kGeneratedFlows);
  description.eulerian.station_noise_std = 0;
  const flow::Law& law = description.law;
  const flow::EulerianObservations& eulerian = description.eulerian;
  const auto grid = static_cast<std::size_t>(eulerian.grid);
  const std::size_t n_stations = eulerian.n_stations(), n_points = grid * grid;
  const SampleBlock block = generated(description, 0, kGeneratedFlows, 2);
  for (std::size_t i = 0; i < std::size_t{kGeneratedFlows}; ++i) {
    const auto psi_hat = std::span(block.psi_hat).subspan(i * law.n_modes(), law.n_modes());
    const flow::Flow flow{law.modes, psi_hat, law.omega};
    for (std::size_t s = 0; s < n_stations; ++s) {
      const auto velocity = velocity_at(flow, eulerian.station_x[s], eulerian.station_y[s], 0);
      EXPECT_NEAR(block.station_velocity_x[i * n_stations + s], velocity[0] + law.mean_velocity[0],
                  kFewRoundings);
      EXPECT_NEAR(block.station_velocity_y[i * n_stations + s], velocity[1] + law.mean_velocity[1],
                  kFewRoundings);
    }
    for (std::size_t point = 0; point < n_points; ++point) {
      const double x = static_cast<double>(point / grid) / eulerian.grid;
      const double y = static_cast<double>(point % grid) / eulerian.grid;
      EXPECT_NEAR(block.psi[i * n_points + point], psi_at(flow, x, y, 0), kFewRoundings);
      EXPECT_NEAR(block.vorticity[i * n_points + point], vorticity_at(flow, x, y, 0),
                  100 * kFewRoundings);
    }
  }
}

}  // namespace
}  // namespace lagoon::datasets::tests
