#pragma once

#include <filesystem>
#include <vector>

#include "datasets/reader.hpp"
#include "pipelines/figures/figure.hpp"
#include "pipelines/support/configuration.hpp"

namespace lagoon::pipelines {

/// What `lagoon inspect --plot` draws.
struct PlotOptions {
  std::filesystem::path folder;  ///< empty: nothing
  int flows = 4;                 ///< potentials
  bool animate = false;
  std::int64_t animated_flow = 0;
  int frames = 60;
};

/// Its options, one row each.
void declare_plots(OptionTable& table, PlotOptions& options);

/// Draws flows, energy spectrum, dispersion and, if asked for, the animation into the folder, each
/// with its numbers as CSV, and index.html that shows them. Returns the figures. Throws Error if
/// the folder holds anything and `force` is not given.
std::vector<Figure> draw_plots(const datasets::Reader& reader, const PlotOptions& options,
                               bool force, const Invocation& invocation);

}  // namespace lagoon::pipelines
