#pragma once

#include <filesystem>

#include "flow/law/law_options.hpp"

namespace lagoon::pipelines {

/// Reads modes with their prior from a CSV file with the header k,l,prior_std[,omega[,damping]],
/// one mode a line; empty lines and those that begin with # are passed over. Throws Error
/// "FILE:LINE: what is wrong: remedy".
flow::ModeTable read_mode_file(const std::filesystem::path& path);

}  // namespace lagoon::pipelines
