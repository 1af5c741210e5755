#include "contrastive/training/sources/sources.hpp"

#include "contrastive/training/sources/memory_source.hpp"
#include "contrastive/training/sources/stream_source.hpp"

namespace lagoon::contrastive {

std::unique_ptr<PairSource> make_source(const TrainingFlows& flows, const FeatureMaps& maps,
                                        const TrainingOptions& options, BatchRows rows,
                                        std::int64_t total_steps, Stopwatch& stopwatch) {
  if (flows.stream) {
    const StreamPlan plan{.batch_size = options.batch_size,
                          .rows = rows,
                          .n_steps = total_steps,
                          .threads = options.generator_threads};
    return std::make_unique<StreamSource>(*flows.stream, maps, plan);
  }
  const auto train = flows.file->rows(datasets::Split::train);
  return std::make_unique<MemorySource>(load_features(*flows.file, maps, train, stopwatch),
                                        options.batch_size, options.seed, rows);
}

}  // namespace lagoon::contrastive
