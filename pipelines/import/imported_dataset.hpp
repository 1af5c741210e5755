#pragma once

#include <filesystem>
#include <string>

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

}  // namespace lagoon::pipelines
