#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include <nlohmann/json.hpp>

#include "pipelines/figures/figure.hpp"
#include "pipelines/support/configuration.hpp"

namespace lagoon::pipelines {

/// What every study of `lagoon bridge` is told beside its own options.
struct BridgeRun {
  std::string study;
  std::filesystem::path out;
  std::uint64_t seed = 0;
  int threads = 0;
  bool resume = false;  ///< finished fits in OUT are kept
  bool force = false;
};

/// Makes OUT with config.toml; of a run that does not resume, an earlier fits.jsonl is removed.
/// Throws Error for a folder with other files in it; to resume it must hold fits or weights, or the
/// config.toml alone of a run that finished none.
FigureFolder begin_bridge(const BridgeRun& run, const Invocation& invocation);

/// Writes summary.json and what --json asks for, logs the text and names the page.
void finish_bridge(const BridgeRun& run, const Invocation& invocation, nlohmann::json result,
                   const std::string& text);

/// The exit code of a study that a signal stopped, after a line that says what OUT keeps of it and
/// how to go on.
int bridge_stopped(const BridgeRun& run);

}  // namespace lagoon::pipelines
