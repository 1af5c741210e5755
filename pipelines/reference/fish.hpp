#pragma once

#include <span>
#include <string>

#include "pipelines/support/option_table.hpp"

namespace lagoon::pipelines {

/// What fish sources to complete verbs, options, and values that are files or one of a few words.
std::string fish_completion(std::span<const OptionTable> tables);

}  // namespace lagoon::pipelines
