#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "pipelines/support/option_table.hpp"

namespace lagoon::pipelines {

/// lagoon gaussian process: [BST] section 6.1.
struct ProcessOptions {
  std::string sweeps = "all";  ///< all | none | names separated by commas
  std::vector<double> embedding_dims = {1, 2, 3, 4, 5, 6, 7};
  std::vector<double> batch_sizes = {128, 256, 512, 1024};
  std::vector<double> sample_sizes = {2000, 5000, 10000, 20000, 50000, 100000};
  int embedding_dim = 5;  ///< where it is not swept, as the two below
  std::int64_t batch_size = 512;
  std::int64_t samples = 10000;
  std::int64_t epochs = 100;
  double learning_rate = 3e-3;
  double decay = 0.2;       ///< the last share of the steps, in which the rate falls to zero
  bool standardize = true;  ///< encoders see components over their standard deviation
  int seeds = 3;
};

/// `process`: true if the options matter.
void declare_process(OptionTable& table, ProcessOptions& options,
                     const std::function<bool()>& process);

}  // namespace lagoon::pipelines
