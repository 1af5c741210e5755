#pragma once

#include <span>
#include <string>
#include <vector>

#include "pipelines/support/option_table.hpp"

namespace lagoon::pipelines {

/// `lagoon --reference FORMAT [VERB]`: the command reference, made from the tables that the parser
/// reads, one a verb. Formats: markdown (docs/commands.md), man (lagoon.1, or with VERB
/// lagoon-VERB.1), and completions for bash, zsh and fish. Throws UsageError for other words.
std::string command_reference(std::span<const std::string> words,
                              std::span<const OptionTable> tables);

}  // namespace lagoon::pipelines
