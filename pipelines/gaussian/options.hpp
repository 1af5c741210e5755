#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "pipelines/gaussian/planar/planar_options.hpp"
#include "pipelines/gaussian/process/process_options.hpp"

namespace lagoon::pipelines {

/// lagoon gaussian planar|process --out DIR: what linear encoders learn of Gaussian pairs, beside
/// the closed forms ([BST] 5.4 and 6.1).
struct GaussianOptions {
  std::string study;  ///< planar | process
  std::filesystem::path out;
  PlanarOptions planar;
  ProcessOptions process;
  std::uint64_t seed = 0;  ///< pairs and initial weights
  int threads = 0;
  bool resume = false;
  bool force = false;
};

/// The verb's options, one row each.
void declare_gaussian(OptionTable& table, GaussianOptions& options);

}  // namespace lagoon::pipelines
