#pragma once

#include <string>

#include "pipelines/support/option_table.hpp"

namespace lagoon::pipelines {

/// What --help prints, at most a screen: all of full_help_text() if that is short, else options
/// under headings of their own by name only. Lines have 100 columns, unless a word is longer.
std::string help_text(const OptionTable& table);

/// What --help-all prints: every option with its default and rule, and every preset.
std::string full_help_text(const OptionTable& table);

}  // namespace lagoon::pipelines
