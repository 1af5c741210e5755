#pragma once

#include <filesystem>

#include "datasets/description.hpp"

namespace lagoon::pipelines {

/// What writing a dataset, or a shard of it, will take.
struct Estimate {
  double file_bytes = 0;
  double free_bytes = 0;  ///< on the disk that it will lie on
  double memory = 0;
  double seconds = 0;  ///< of drawing and integrating
};

/// Draws and integrates flows of the dataset, whose steps are chosen, for about half a second.
Estimate estimate(const datasets::Description& description, const std::filesystem::path& out,
                  int threads);

/// Prints sizes and estimate as "# ..." lines.
void print_plan(const datasets::Description& description, const Estimate& estimate);

}  // namespace lagoon::pipelines
