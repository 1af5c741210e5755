// A stranger's program on the installed libraries: draws a flow, follows its drifter, and writes
// and reads a dataset.
#include <complex>
#include <iostream>
#include <vector>

#include "datasets/reader.hpp"
#include "datasets/writer.hpp"
#include "flow/integration/trajectories.hpp"
#include "flow/law/law_options.hpp"
#include "flow/prior.hpp"
#ifdef USE_TORCH
#include "contrastive/inference/posterior.hpp"
#endif

int main(int, char** arguments) {
  using namespace lagoon;
  datasets::Description description;
  description.law = flow::make_law({});
  description.n_flows = 4;
  description.scheme = "rk4";
  description.steps_per_interval = 4;
  const auto& law = description.law;

  datasets::SampleBlock block;
  auto& psi_hat = block.psi_hat;
  psi_hat.resize(4 * law.n_modes());
  for (std::size_t i = 0; i < 4; ++i)
    flow::draw_psi_hat(law, {7, flow::Purpose::train, i},
                       std::span(psi_hat).subspan(i * law.n_modes(), law.n_modes()));
  block.x.resize(4 * law.n_times());
  block.y.resize(block.x.size());
  flow::integrate_fixed(law, psi_hat, description.steps_per_interval, 1, block.x, block.y);

  auto writer = datasets::Writer::create(arguments[1], description, true);
  writer.write_block(block);
  writer.finish();
  const datasets::Reader reader(arguments[1]);
#ifdef USE_TORCH
  const contrastive::Embeddings library{2, 1, {1.0F, 1.0F}};
  const std::vector<float> query = {1.0F};
  if (contrastive::posterior(query, library, 1).effective_sample_size < 1.99) return 1;
#endif
  std::cout << reader.n_flows() << " flows\n";
  return reader.psi_hat(0, 4) == psi_hat ? 0 : 1;
}
