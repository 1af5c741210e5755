#pragma once

#include <memory>

#include "contrastive/training/sources/pair_source.hpp"
#include "contrastive/training/sources/training_flows.hpp"

namespace lagoon::contrastive {

/// The source of a run's pairs that its flows and options ask for, of the rows of every batch that
/// are this rank's. `total_steps`: of the whole run.
std::unique_ptr<PairSource> make_source(const TrainingFlows& flows, const FeatureMaps& maps,
                                        const TrainingOptions& options, BatchRows rows,
                                        std::int64_t total_steps, Stopwatch& stopwatch);

}  // namespace lagoon::contrastive
