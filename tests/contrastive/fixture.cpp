#include "tests/contrastive/fixture.hpp"

#include "datasets/writer.hpp"
#include "flow/integration/trajectories.hpp"
#include "flow/law/law_options.hpp"
#include "flow/prior.hpp"

namespace lagoon::contrastive::tests {

flow::Law small_law() {
  flow::LawOptions options;
  options.max_wavenumber = 1;
  options.n_times = 12;
  return flow::make_law(options);
}

void write_flows(const std::filesystem::path& path, const flow::Law& law, std::int64_t n,
                 std::uint64_t seed) {
  datasets::Description description;
  description.law = law;
  description.seed = seed;
  description.n_flows = n;
  description.fractions = {0.125, 0};
  description.scheme = "rk4";
  description.steps_per_interval = 4;
  description.step = law.times.front() / 4;
  auto writer = datasets::Writer::create(path, description, /*force=*/true);
  const std::size_t k = law.n_modes(), p = law.n_drifters() * law.n_times();
  const auto n_flows = static_cast<std::size_t>(n);
  datasets::SampleBlock block;
  block.psi_hat.resize(n_flows * k);
  block.x.resize(n_flows * p);
  block.y.resize(n_flows * p);
  for (std::int64_t i = 0; i < n; ++i) {
    const auto key = datasets::draw_key(datasets::Draw::psi_hat, seed, description.fractions, i);
    flow::draw_psi_hat(law, key,
                       std::span(block.psi_hat).subspan(static_cast<std::size_t>(i) * k, k));
  }
  flow::integrate_fixed(law, block.psi_hat, description.steps_per_interval, 1, block.x, block.y);
  writer.write_block(block);
  writer.finish();
}

ModelOptions small_model() {
  ModelOptions options;
  options.whitened_components = 12;
  options.embedding_dim = 16;
  options.mlp_width = 64;
  options.mlp_depth = 2;
  return options;
}

TrainingOptions short_training(std::int64_t steps) {
  TrainingOptions options;
  options.steps = steps;
  options.batch_size = 192;  // more than one shard, and not a whole number of them
  options.warmup_steps = 5;
  options.log_every = 5;
  options.validate_every = 1000;
  options.checkpoint_every = 1000;
  return options;
}

Embeddings random_embeddings(std::int64_t n, std::int64_t dim, std::uint64_t seed) {
  Embeddings embeddings{n, dim, {}};
  for (std::int64_t i = 0; i < n * dim; ++i) {
    const auto pair =
        flow::normal_pair(seed, flow::Purpose::test, static_cast<std::uint64_t>(i), 0);
    embeddings.values.push_back(static_cast<float>(pair[0]));
  }
  return embeddings;
}

Held::Held(const datasets::Reader& data) {
  for (const std::int64_t row : data.rows(datasets::Split::validation)) {
    const auto coefficients = data.psi_hat(row, 1);
    const auto positions = data.positions(row, 1);
    psi_hat.insert(psi_hat.end(), coefficients.begin(), coefficients.end());
    x.insert(x.end(), positions.x.begin(), positions.x.end());
    y.insert(y.end(), positions.y.begin(), positions.y.end());
  }
}

}  // namespace lagoon::contrastive::tests
