#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "datasets/description.hpp"
#include "pipelines/support/configuration.hpp"

namespace lagoon::pipelines {

/// Where an import reads and writes.
struct ImportPlaces {
  std::filesystem::path field, out;
  bool force = false;
};

/// What a dataset of imported flows says of itself, all of them test flows: law, title and source
/// as given, history, version and configuration of this call. Scheme "imported", float64.
datasets::Description describe_import(const flow::Law& law, std::size_t n_flows,
                                      const std::string& title, const std::string& source,
                                      const Invocation& invocation);

/// Truncations to tell the worth of: those given and those of 7 x 7, 15 x 15 and 31 x 31 modes,
/// each once and in order, up to that of all modes.
std::vector<int> truncations_to_score(std::vector<int> wavenumbers, int all);

/// "7 x 7" of wavenumbers up to 3.
std::string modes_text(int max_wavenumber);

}  // namespace lagoon::pipelines
