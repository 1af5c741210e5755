#pragma once

#include <filesystem>

#include "contrastive/options.hpp"
#include "pipelines/support/option_table.hpp"

namespace lagoon::pipelines {

/// lagoon train DATA.h5 --run RUN: encoders by any tilting and loss.
struct TrainOptions {
  std::filesystem::path data;
  std::filesystem::path run;
  bool resume = false;
  bool force = false;
  contrastive::ModelOptions model;
  contrastive::TrainingOptions training;
};

void declare_train(OptionTable& table, TrainOptions& options);

}  // namespace lagoon::pipelines
