#pragma once

#include <span>
#include <string>

#include "pipelines/support/option_table.hpp"

namespace lagoon::pipelines {

/// lagoon(1): verbs, precedence of options, exit codes.
std::string man_page_of_program(std::span<const OptionTable> tables);

/// lagoon-VERB(1): arguments, options by heading, presets.
std::string man_page_of_verb(const OptionTable& table);

}  // namespace lagoon::pipelines
