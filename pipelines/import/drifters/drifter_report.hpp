#pragma once

#include <filesystem>
#include <string>

#include <nlohmann/json.hpp>

#include "datasets/drifters/storage/drifter_file.hpp"

namespace lagoon::pipelines {

/// What became of every record, the tracks' number, extent and period, and the scales; lines for
/// people, and the same for programs.
std::string drifter_text(const datasets::DrifterFile& content);
nlohmann::ordered_json drifter_json(const datasets::DrifterFile& content);

/// What `lagoon inspect` tells of a file that import wrote. Throws Error for another or a damaged
/// one.
nlohmann::ordered_json describe_drifters(const std::filesystem::path& path);

/// Whether the checksum agrees, the counts add up to the records read, and the nondimensional
/// records are those of the measured ones. Throws Error naming what does not agree.
nlohmann::ordered_json verify_drifters(const std::filesystem::path& path);

}  // namespace lagoon::pipelines
