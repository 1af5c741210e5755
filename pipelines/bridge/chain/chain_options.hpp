#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "pipelines/support/option_table.hpp"

namespace lagoon::pipelines {

/// lagoon bridge chain: the Gaussian chain of [CE], with the settings of its corrected code.
struct ChainOptions {
  std::string models = "all";   ///< all | none | of unconscious,disparate,oracle
  std::string critics = "all";  ///< all | of cosine,dot,l2
  int seeds = 10;
  std::vector<double> bypass = {0, 0.25, 0.5, 0.75};
  int bypass_seeds = 5;
  std::vector<double> noises = {};  ///< of A and C, beside ChainLaw::kNoise
  std::vector<double> pool_sizes = {1, 10, 100, 1000, 5000, 10000, 100000};
  std::int64_t pairs = 20000;  ///< of each kind that training sees
  std::int64_t groups = 31;
  std::int64_t epochs = 64;
  std::int64_t batch_size = 256;
  double learning_rate = 0.01;
  std::int64_t step_epochs = 60;
  int embedding_dim = 32;
  int width = 128;
  bool planes = true;  ///< also encoders of two outputs, to look at
};

/// `chosen`: true if the options matter.
void declare_chain(OptionTable& table, ChainOptions& options, const std::function<bool()>& chosen);

}  // namespace lagoon::pipelines
