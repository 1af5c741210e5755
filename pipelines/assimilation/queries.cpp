#include "pipelines/assimilation/queries.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "datasets/generation/fresh_flows.hpp"
#include "flow/assimilation/library/weights.hpp"
#include "flow/error.hpp"
#include "flow/hash.hpp"
#include "flow/numerics/sample_moments.hpp"

namespace lagoon::pipelines {
namespace {

double longest_interval(const flow::Law& law) {
  double longest = law.times.front();
  for (std::size_t j = 1; j < law.n_times(); ++j) {
    longest = std::max(longest, law.times[j] - law.times[j - 1]);
  }
  return longest;
}

/// Twins of diffusion without noise are made for the exact posterior.
bool is_seen_without_noise(const flow::Law& law) {
  return law.diffusivity > 0 && law.observation_noise_std == 0;
}

/// What positions of that size lose in single precision, and what the integration left.
double error_of_positions(const datasets::Description& description, const std::vector<double>& x,
                          const std::vector<double>& y) {
  const double largest = std::max(flow::largest_magnitude(x), flow::largest_magnitude(y));
  const bool is_rounded = description.storage == datasets::Storage::float32;
  return description.max_error + (is_rounded ? std::ldexp(largest, -24) : 0);
}

/// Later positions are unwrapped and may be anywhere; where a drifter begins may not.
void require_releases_on_torus(const datasets::Reader& data) {
  const auto& law = data.law();
  for (const auto& [name, releases] :
       {std::pair{"release_x", &law.release_x}, {"release_y", &law.release_y}}) {
    for (std::size_t p = 0; p < releases->size(); ++p) {
      const double at = (*releases)[p];
      require(at >= 0 && at < 1, data.path().string() + ": " + name + " of drifter " +
                                     std::to_string(p) + " is " + std::to_string(at) +
                                     ": release points lie in [0, 1), a box being 1 long (scale "
                                     "and shift positions; only later ones are unwrapped)");
    }
  }
}

}  // namespace

int steps_within(const flow::Law& law, double longest_step) {
  // Half a part in a million off a whole number is rounding.
  constexpr double kRounding = 1e-6;
  return std::max(1, static_cast<int>(std::ceil(longest_interval(law) / longest_step - kRounding)));
}

datasets::Description describe_twins(const flow::Law& law, std::uint64_t seed,
                                     int diffusion_steps) {
  datasets::Description description;
  description.law = law;
  description.seed = seed;
  const bool is_exact = is_seen_without_noise(law);
  description.scheme = is_exact ? "euler-maruyama" : law.diffusivity > 0 ? "heun" : "rk4";
  description.steps_per_interval = is_exact ? diffusion_steps : steps_within(law, kTwinStep);
  description.step = longest_interval(law) / description.steps_per_interval;
  return description;
}

flow::Tracks Queries::tracks(std::size_t query) const {
  const std::size_t size = law.n_drifters() * law.n_times();
  return {std::span(x).subspan(query * size, size), std::span(y).subspan(query * size, size)};
}

void Queries::assume(const flow::Law& other) {
  const flow::ControlSpace other_space(other);
  Eigen::MatrixXd controls(other_space.size(), truth.cols());
  for (Eigen::Index q = 0; q < truth.cols(); ++q) {
    controls.col(q) = other_space.control(space.psi_hat(truth.col(q)));
  }
  law = other;
  space = other_space;
  truth = std::move(controls);
  steps_are_observations = false;
}

bool Queries::is_seen(std::size_t query) const {
  return flow::is_observed_after_release(law, tracks(query));
}

std::uint64_t hash_of(const Queries& queries) {
  const std::span truth(queries.truth.data(), static_cast<std::size_t>(queries.truth.size()));
  std::uint64_t hash = flow::hash(queries.law);
  for (const auto values : {truth, std::span(queries.x.data(), queries.x.size()),
                            std::span(queries.y.data(), queries.y.size())}) {
    hash = hash_bytes(std::as_bytes(values), hash);
  }
  return hash;
}

Queries read_queries(const datasets::Reader& data, const std::vector<std::int64_t>& rows) {
  require_releases_on_torus(data);
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
  queries.data_seed = description.seed;
  const auto splits = data.splits();
  queries.n_train = std::ranges::count_if(rows, [&](std::int64_t row) {
    return splits[static_cast<std::size_t>(row)] == datasets::Split::train;
  });
  return queries;
}

Queries draw_twins(const flow::Law& law, std::int64_t n, std::uint64_t seed, int threads,
                   int diffusion_steps) {
  const auto description = describe_twins(law, seed, diffusion_steps);
  const datasets::FreshFlows flows(description);
  datasets::SampleBlock block;
  flows.draw(datasets::Split::test, 0, n, threads, block);
  const flow::ControlSpace space(law);
  Queries queries{law,
                  space,
                  is_seen_without_noise(law) && diffusion_steps == 1,
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
