#pragma once

#include <filesystem>

#include "contrastive/options.hpp"
#include "pipelines/support/option_table.hpp"
#include "pipelines/training/stream_options.hpp"

namespace lagoon::pipelines {

/// lagoon train DATA.h5 --run RUN: encoders by any tilting and loss; --stream: on fresh flows.
struct TrainOptions {
  std::filesystem::path data;  ///< may be empty beside stream.on
  StreamRequest stream;
  std::filesystem::path run;
  bool resume = false;
  bool force = false;
  bool profile = false;
  int ranks = 0;  ///< 0: as many as the launcher started
  contrastive::ModelOptions model;
  contrastive::TrainingOptions training;
};

/// The verb's options, one row each.
void declare_train(OptionTable& table, TrainOptions& options);

}  // namespace lagoon::pipelines
