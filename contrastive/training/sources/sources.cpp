#include "contrastive/training/sources/sources.hpp"

#include <utility>

#include "contrastive/training/sources/background_source.hpp"
#include "contrastive/training/sources/file_maker.hpp"
#include "contrastive/training/sources/memory_maker.hpp"
#include "contrastive/training/sources/stream_maker.hpp"
#include "contrastive/training/step/device.hpp"

namespace lagoon::contrastive {
namespace {

std::unique_ptr<PairMaker> make_maker(const TrainingFlows& flows, const FeatureMaps& maps,
                                      const TrainingOptions& options, const BatchRows& rows,
                                      std::int64_t total_steps, Stopwatch& stopwatch) {
  const std::int64_t batch = options.batch_size;
  if (flows.stream) {
    return std::make_unique<StreamMaker>(*flows.stream, maps, batch, rows, total_steps * batch);
  }
  auto train = flows.file->rows(datasets::Split::train);
  if (options.pairs == "file") {
    return std::make_unique<FileMaker>(*flows.file, maps, std::move(train), batch, options.seed,
                                       rows);
  }
  return std::make_unique<MemoryMaker>(load_features(*flows.file, maps, train, stopwatch), batch,
                                       options.seed, rows);
}

BackgroundPlan plan_of(const TrainingFlows& flows, const TrainingOptions& options,
                       const BatchRows& rows) {
  BackgroundPlan plan{.rows = rows.size()};
  plan.threads = background_threads(flows, options);
  plan.pinned = training_device(options).is_cuda();
  if (flows.stream && rows.size() == options.batch_size) {
    plan.steps_a_chunk = steps_together(options.batch_size);
  }
  return plan;
}

}  // namespace

std::unique_ptr<PairSource> make_source(const TrainingFlows& flows, const FeatureMaps& maps,
                                        const TrainingOptions& options, BatchRows rows,
                                        std::int64_t total_steps, Stopwatch& stopwatch) {
  return std::make_unique<BackgroundSource>(
      make_maker(flows, maps, options, rows, total_steps, stopwatch),
      plan_of(flows, options, rows));
}

}  // namespace lagoon::contrastive
