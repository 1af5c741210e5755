#pragma once

#include <cstdint>
#include <filesystem>

#include "contrastive/options.hpp"
#include "pipelines/support/option_table.hpp"

namespace lagoon::pipelines {

/// lagoon mnist --data DIR --out DIR: [BST] 6.2 on the real digits.
struct MnistOptions {
  MnistOptions();

  std::filesystem::path data;
  std::filesystem::path out;
  bool resume = false;
  bool force = false;
  std::int64_t train_images = 0;            ///< the first so many; 0: all
  std::int64_t fine_tuning_images = 20000;  ///< pairs that (G, F) are fitted to
  contrastive::TrainingOptions training;    ///< of each encoder, but for the weights of its loss
};

/// The verb's options, one row each.
void declare_mnist(OptionTable& table, MnistOptions& options);

}  // namespace lagoon::pipelines
