#pragma once

#include <memory>
#include <string>

#include "contrastive/training/sources/training_flows.hpp"
#include "pipelines/generation/law_table.hpp"
#include "pipelines/generation/scheme_choice.hpp"

namespace lagoon::pipelines {

struct TrainOptions;

/// Fresh flows instead of a file's, as typed.
struct StreamRequest {
  bool on = false;
  LawRequest law;

  /// Looser than a dataset's, and a third of its time. At the default law this moves no whitened
  /// component by more than 4e-4 of its standard deviation (root mean square); rounding positions
  /// to float32, as datasets do, moves them by 1.6e-2.
  SchemeRequest scheme{.compute = "float32", .tolerance = 2e-5};
};

/// Declares --stream and, refused without it, the options of law and scheme.
void declare_stream(OptionTable& table, TrainOptions& options);

/// What a run trains on, and the file it comes from. Not copied: `flows` points into it.
struct OpenFlows {
  std::unique_ptr<datasets::Reader> file;
  contrastive::TrainingFlows flows;
};

/// Opens the file and, for a stream, draws or copies the law and chooses the steps; for a run that
/// is resumed both are the checkpoint's. Throws UsageError where neither file nor stream is given.
OpenFlows open_flows(const TrainOptions& options);

/// What a run holds in memory beside the model: "trajectories and coefficients 57 MiB in memory".
std::string memory_text(const TrainOptions& options, const contrastive::TrainingFlows& flows);

}  // namespace lagoon::pipelines
