#pragma once

#include <span>
#include <string>

#include "pipelines/support/option_table.hpp"

namespace lagoon::pipelines {

/// What zsh sources to complete verbs, options, and values that are files or one of a few words.
std::string zsh_completion(std::span<const OptionTable> tables);

}  // namespace lagoon::pipelines
