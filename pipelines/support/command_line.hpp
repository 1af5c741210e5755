#pragma once

#include <span>
#include <string>
#include <vector>

#include "pipelines/support/option_table.hpp"

namespace lagoon::pipelines {

/// An option that was given on the command line, with its words.
struct GivenOption {
  Option* option;
  std::vector<std::string> words;
};

/// What was typed.
struct CommandLine {
  /// Neither, --help or --help-all; after one of them nothing else is read.
  enum class Help { none, screen, all };
  Help help = Help::none;
  std::vector<GivenOption> given;  ///< in the table's order
};

/// Reads a verb's arguments by the table's flags. Nothing is assigned yet.
/// Throws UsageError for unknown flags, missing values and too many arguments.
CommandLine parse_command_line(OptionTable& table, std::span<const std::string> arguments);

}  // namespace lagoon::pipelines
