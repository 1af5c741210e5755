#include "tests/contrastive/training/checkpoint/some_checkpoint.hpp"

#include <gtest/gtest.h>

#include "flow/error.hpp"
#include "tests/contrastive/fixture.hpp"

namespace lagoon::contrastive::tests {

Checkpoint some_checkpoint(std::int64_t step) {
  Checkpoint checkpoint;
  checkpoint.law = small_law();
  checkpoint.state.law_hash = flow::hash(checkpoint.law);
  checkpoint.state.step = step;
  checkpoint.state.data_seed = 0xfedcba9876543210;
  checkpoint.state.training.seed = 0xfedcba9876543211;
  checkpoint.state.model.whitened_components = 12;
  checkpoint.state.last_loss = 0.1;
  checkpoint.state.pending = {3, 0.3, 1e-17};
  checkpoint.state.seconds = {{"forward", 1.5}};
  std::vector<std::byte> bytes(800);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<std::byte>(i * static_cast<std::size_t>(step));
  }
  checkpoint.tensors.tensors["model.weight"] = {"F64", {10, 10}, bytes};
  return checkpoint;
}

Checkpoint best_checkpoint(std::int64_t step) {
  Checkpoint checkpoint = some_checkpoint(step);
  checkpoint.state.best_step = step;
  checkpoint.state.best_recall = 0.5;
  return checkpoint;
}

void expect_same(const Checkpoint& read, const Checkpoint& written) {
  EXPECT_EQ(to_json(read.state, 0, 0), to_json(written.state, 0, 0));
  EXPECT_EQ(read.tensors.tensors.at("model.weight"), written.tensors.tensors.at("model.weight"));
  EXPECT_EQ(flow::first_difference(read.law, written.law), "");
}

bool loads_as(const std::filesystem::path& run, const Checkpoint& written) {
  try {
    expect_same(read_checkpoint(run), written);
    return true;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace lagoon::contrastive::tests
