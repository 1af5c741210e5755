#include "pipelines/assimilation/queries.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "datasets/generation/fresh_flows.hpp"
#include "flow/assimilation/library/weights.hpp"

namespace lagoon::pipelines {
namespace {

double longest_interval(const flow::Law& law) {
  double longest = law.times.front();
  for (std::size_t j = 1; j < law.n_times(); ++j) {
    longest = std::max(longest, law.times[j] - law.times[j - 1]);
  }
  return longest;
}

datasets::Description describe_twins(const flow::Law& law, std::uint64_t seed) {
  datasets::Description description;
  description.law = law;
  description.seed = seed;
  const bool diffuses = law.diffusivity > 0;
  description.scheme = diffuses ? "euler-maruyama" : "rk4";
  description.steps_per_interval = diffuses ? 1 : steps_within(law, kTwinStep);
  description.step = longest_interval(law) / description.steps_per_interval;
  return description;
}

/// What positions of that size lose in single precision, and what the integration left.
double error_of_positions(const datasets::Description& description, const std::vector<double>& x,
                          const std::vector<double>& y) {
  double largest = 0;
  for (const auto* positions : {&x, &y}) {
    for (const double position : *positions) {
      if (std::abs(position) > largest) largest = std::abs(position);
    }
  }
  const bool is_rounded = description.storage == datasets::Storage::float32;
  return description.max_error + (is_rounded ? std::ldexp(largest, -24) : 0);
}

}  // namespace

int steps_within(const flow::Law& law, double longest_step) {
  // Half a part in a million off a whole number is rounding.
  constexpr double kRounding = 1e-6;
  return std::max(1, static_cast<int>(std::ceil(longest_interval(law) / longest_step - kRounding)));
}

flow::Tracks Queries::tracks(std::size_t query) const {
  const std::size_t size = law.n_drifters() * law.n_times();
  return {std::span(x).subspan(query * size, size), std::span(y).subspan(query * size, size)};
}

bool Queries::is_seen(std::size_t query) const {
  const auto seen = tracks(query);
  return !std::ranges::all_of(seen.x, [](double position) { return std::isnan(position); });
}

Queries read_queries(const datasets::Reader& data, const std::vector<std::int64_t>& rows) {
  const auto& description = data.description();
  Queries queries{data.law(), flow::ControlSpace(data.law()),
                  false,      description.steps_per_interval,
                  0,          rows,
                  {},         {},
                  {}};
  queries.steps_are_observations =
      description.scheme == "euler-maruyama" && description.steps_per_interval == 1;
  queries.truth.resize(queries.space.size(), static_cast<Eigen::Index>(rows.size()));
  for (std::size_t q = 0; q < rows.size(); ++q) {
    queries.truth.col(static_cast<Eigen::Index>(q)) =
        queries.space.control(data.psi_hat(rows[q], 1));
    const auto positions = data.positions(rows[q], 1);
    queries.x.insert(queries.x.end(), positions.x.begin(), positions.x.end());
    queries.y.insert(queries.y.end(), positions.y.begin(), positions.y.end());
  }
  queries.position_error = error_of_positions(description, queries.x, queries.y);
  return queries;
}

Queries draw_twins(const flow::Law& law, std::int64_t n, std::uint64_t seed, int threads) {
  const auto description = describe_twins(law, seed);
  const datasets::FreshFlows flows(description);
  datasets::SampleBlock block;
  flows.draw(datasets::Split::test, 0, n, threads, block);
  const flow::ControlSpace space(law);
  Queries queries{law,
                  space,
                  law.diffusivity > 0,
                  description.steps_per_interval,
                  0,
                  {},
                  {},
                  std::move(block.x),
                  std::move(block.y)};
  queries.truth = flow::library_controls(law, space, block.psi_hat);
  queries.rows.resize(static_cast<std::size_t>(n));
  std::iota(queries.rows.begin(), queries.rows.end(), 0);
  return queries;
}

}  // namespace lagoon::pipelines
