#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "pipelines/support/command_line.hpp"
#include "pipelines/support/option_table.hpp"

namespace lagoon::pipelines {

struct Learning;

/// What a verb is told beside its own options.
struct Invocation {
  std::string verb;
  std::string command_line;      ///< as typed, for records
  std::string config_toml;       ///< the resolved configuration, which --config takes back
  std::string preset;            ///< the preset in force ("quick" is the defaults)
  std::filesystem::path config;  ///< --config
  std::filesystem::path json;    ///< --json; empty: none. See write_json_result in run_record.hpp
  bool quiet = false;
  std::uint64_t unused_seed = 0;       ///< --seed of a verb that draws nothing
  int unused_threads = 0;              ///< --threads of a verb that works on one
  bool force = false;                  ///< --force of a verb that writes nothing but --json
  const Learning* learning = nullptr;  ///< what needs LibTorch; null: no verb that runs does
  bool dry_run = false;  ///< print sizes and memory as "# ..." lines with print(), and stop
};

/// Adds --config, --preset, --json, --quiet and --dry-run to a verb's table, and --force,
/// --seed and --threads where the verb itself declared none: every verb takes them, and says so if
/// it has no use for the last two.
void declare_common(OptionTable& table, Invocation& invocation);

/// Applies preset, configuration file and flags, in this order, over the defaults; checks
/// everything; fills invocation.config_toml; returns the warnings about options without effect.
/// `others` are the tables of the other verbs, whose part of a file is checked for unknown keys.
/// Throws UsageError, or Error for a missing file.
std::vector<std::string> resolve(OptionTable& table, const CommandLine& command_line,
                                 Invocation& invocation, std::vector<OptionTable>& others);

}  // namespace lagoon::pipelines
