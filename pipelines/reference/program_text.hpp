#pragma once

#include <array>
#include <utility>

namespace lagoon::pipelines {

/// What the reference says of all verbs alike.
inline constexpr const char* kProgramPurpose =
    "lagoon learns to see a flow from its drifters: it draws random divergence-free flows and "
    "follows drifters in them, trains encoders on the pairs, and retrieves the flow behind a "
    "trajectory.";
inline constexpr const char* kPrecedence =
    "Options come from defaults, then --preset, then --config FILE.toml (a table [VERB], keys with "
    "_ for -), then the command line. What was resolved is stored with every dataset and run and "
    "can be given back to --config.";
/// What every verb takes beside its table.
inline constexpr std::array<std::pair<const char*, const char*>, 2> kHelpFlags = {
    {{"--help", "what it does and its options, on one page"},
     {"--help-all", "every option with its meaning, and the values of presets"}}};
inline constexpr std::array<std::pair<const char*, const char*>, 5> kExitCodes = {
    {{"0", "done"},
     {"1", "failed; one line on standard error names the value, the rule and the remedy"},
     {"2", "wrong usage"},
     {"75", "stopped by a signal with progress saved: --resume goes on"},
     {"130", "stopped by Ctrl-C with nothing saved: a line says so"}}};

}  // namespace lagoon::pipelines
