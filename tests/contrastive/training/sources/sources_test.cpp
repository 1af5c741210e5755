// Where pairs come from: the same ones from memory, file and stream, whatever the threads.
#include "contrastive/training/sources/sources.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "contrastive/training/sources/background_source.hpp"
#include "contrastive/training/step_log.hpp"
#include "datasets/generation/blocks.hpp"
#include "flow/error.hpp"
#include "tests/contrastive/fixture.hpp"
#include "tests/contrastive/training/sources/stream_description.hpp"
#include "tests/datasets/fixture.hpp"

namespace lagoon::contrastive::tests {
namespace {

using datasets::tests::TemporaryFolder;

TrainingFlows stream() {
  return {.stream = datasets::FreshFlows(stream_description())};
}

TrainingOptions batches_of(int batch_size) {
  TrainingOptions options;
  options.batch_size = batch_size;
  options.steps = 100;
  options.generator_threads = 2;
  return options;
}

FeatureMaps maps_of(const TrainingFlows& flows) {
  Stopwatch stopwatch;
  return fit_feature_maps(flows, small_model(), stopwatch);
}

std::unique_ptr<PairSource> source_of(const TrainingFlows& flows, const FeatureMaps& maps,
                                      const TrainingOptions& options, BatchRows rows) {
  Stopwatch stopwatch;
  return make_source(flows, maps, options, rows, options.steps, stopwatch);
}

bool same(const torch::Tensor& a, const torch::Tensor& b) {
  return at::equal(a, b);
}

void expect_same(const PairBatch& a, const PairBatch& b, const std::string& what) {
  EXPECT_TRUE(same(a.u, b.u) && same(a.v, b.v)) << what;
}

TEST(Sources, stream_holds_the_samples_of_a_dataset_of_its_seed) {
  const TrainingFlows flows = stream();
  const FeatureMaps maps = maps_of(flows);
  const auto source = source_of(flows, maps, batches_of(48), {0, 48});
  datasets::SampleBlock block;
  const auto samples = flows_of_step(flows, batches_of(48), 7);
  EXPECT_EQ(samples.front(), 7 * 48);
  EXPECT_EQ(samples.back(), 7 * 48 + 47);
  generate_block(stream_description(), samples.front(), 48, 1, block);
  const PairedFeatures expected = empty_features(maps, 48);
  put_features(maps, flows.law(), block, 0, expected);
  expect_same(source->take(7, BatchStream::pairs), {expected.u, expected.v}, "pairs of step 7");
  EXPECT_FALSE(same(source->take(7, BatchStream::negatives).u, expected.u));
}

TEST(Sources, pairs_depend_neither_on_threads_nor_on_the_step_that_is_asked_first) {
  const TrainingFlows flows = stream();
  const FeatureMaps maps = maps_of(flows);
  TrainingOptions one = batches_of(40), three = one;
  one.generator_threads = 1;
  three.generator_threads = 3;
  const auto a = source_of(flows, maps, one, {0, 40});
  const auto b = source_of(flows, maps, three, {0, 40});
  for (std::int64_t step = 0; step < 30; ++step) {
    const PairBatch pairs = a->take(step, BatchStream::pairs);
    if (step < 17) continue;  // as a run resumed at step 17, amid what is drawn together
    expect_same(b->take(step, BatchStream::pairs), pairs, "step " + std::to_string(step));
  }
}

TEST(Sources, ranks_share_the_rows_of_a_batch) {
  const TemporaryFolder folder;
  write_flows(folder / "flows.h5", small_law(), 400);
  const datasets::Reader file(folder / "flows.h5");
  for (const TrainingFlows& flows : {TrainingFlows{&file}, stream()}) {
    const FeatureMaps maps = maps_of(flows);
    const TrainingOptions options = batches_of(50);
    const PairBatch whole = source_of(flows, maps, options, {0, 50})->take(3, BatchStream::pairs);
    std::vector<torch::Tensor> u, v;
    for (const BatchRows rows : {BatchRows{0, 16}, BatchRows{16, 33}, BatchRows{33, 50}}) {
      const PairBatch part = source_of(flows, maps, options, rows)->take(3, BatchStream::pairs);
      u.push_back(part.u);
      v.push_back(part.v);
    }
    expect_same({at::cat(u), at::cat(v)}, whole, flows.name());
  }
}

TEST(Sources, file_gives_what_memory_gives_to_the_bit) {
  const TemporaryFolder folder;
  write_flows(folder / "flows.h5", small_law(), 300);
  const datasets::Reader file(folder / "flows.h5");
  const TrainingFlows flows{&file};
  const FeatureMaps maps = maps_of(flows);
  TrainingOptions options = batches_of(100);
  const auto memory = source_of(flows, maps, options, {0, 100});
  options.pairs = "file";
  const auto read = source_of(flows, maps, options, {0, 100});
  EXPECT_EQ(memory->n_train(), read->n_train());
  EXPECT_TRUE(same(memory->first(77).v, read->first(77).v));
  // Two batches an epoch: several orders.
  for (std::int64_t step = 0; step < 9; ++step) {
    for (const auto kind : {BatchStream::pairs, BatchStream::negatives}) {
      expect_same(memory->take(step, kind), read->take(step, kind), "step " + std::to_string(step));
    }
  }
}

TEST(Sources, recall_on_training_flows_is_of_the_last_ones_of_a_stream) {
  const TrainingFlows flows = stream();
  const FeatureMaps maps = maps_of(flows);
  const auto source = source_of(flows, maps, batches_of(32), {0, 32});
  const PairBatch step = source->take(9, BatchStream::pairs);
  EXPECT_TRUE(same(source->trained_on(10, 32).v, step.v));
  EXPECT_TRUE(same(source->trained_on(1, 64).v, source->first(64).v));
}

TEST(Sources, memory_of_the_background_is_that_of_what_it_holds) {
  const TrainingFlows flows = stream();
  const ModelOptions model = small_model();
  TrainingOptions options = batches_of(1024);
  const double memory = background_memory(flows, model, options);
  // Two threads: a queue of six batches of 12 components and 18 real coefficients at least.
  EXPECT_GT(memory, 6.0 * 1024 * sizeof(float) * (12 + 18));
  options.objective.negatives = "second_batch";
  EXPECT_EQ(background_memory(flows, model, options), 2 * memory);
  options = batches_of(4096);
  EXPECT_GT(background_memory(flows, model, options), memory);
  options = batches_of(1024);
  options.generator_threads = 3;
  EXPECT_GT(background_memory(flows, model, options), memory);
  ModelOptions raw = model;
  raw.lagrangian_features = "positions";
  EXPECT_GT(background_memory(flows, raw, batches_of(1024)), memory) << "24 coordinates, not 12";
}

/// Counts what it makes, and fails at one step.
class FailingMaker : public PairMaker {
 public:
  explicit FailingMaker(std::int64_t bad) : bad_(bad) {}
  PairedFeatures make(std::int64_t step, std::int64_t, BatchStream) const override {
    if (step == bad_) throw std::runtime_error("step 3 cannot be made");
    return {at::full({1, 1}, step, at::kFloat), at::zeros({1, 1})};
  }
  std::int64_t n_train() const override { return 1; }
  PairedFeatures first(std::int64_t) const override { return {}; }

 private:
  std::int64_t bad_;
};

TEST(Sources, what_fails_in_the_background_is_thrown_where_pairs_are_taken) {
  for (const int threads : {1, 4}) {
    BackgroundSource source(std::make_unique<FailingMaker>(3), {.rows = 1, .threads = threads});
    std::string what;
    for (std::int64_t step = 0; step < 4 && what.empty(); ++step) {
      try {
        EXPECT_EQ(source.take(step, BatchStream::pairs).u.item<float>(), step);
      } catch (const std::runtime_error& error) {
        what = error.what();
      }
    }
    EXPECT_EQ(what, "step 3 cannot be made");
    EXPECT_THROW(source.take(3, BatchStream::pairs), std::runtime_error);
  }
}

}  // namespace
}  // namespace lagoon::contrastive::tests
