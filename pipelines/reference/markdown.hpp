#pragma once

#include <span>
#include <string>

#include "pipelines/support/option_table.hpp"

namespace lagoon::pipelines {

/// docs/commands.md: every verb with its arguments, options by heading, and presets. It tells
/// neither version nor commit, so that it changes only when a table does.
std::string markdown_page(std::span<const OptionTable> tables);

}  // namespace lagoon::pipelines
