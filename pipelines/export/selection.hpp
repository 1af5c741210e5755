#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "datasets/reader.hpp"

namespace lagoon::pipelines {

/// What of a dataset is exported.
struct ExportSelection {
  std::vector<std::int64_t> flows;  ///< ascending
  std::vector<std::size_t> times;   ///< of law().times, ascending
  bool release = true;              ///< release points come before the observations

  /// (time) whether it is chosen.
  std::vector<bool> chosen_times(std::size_t n_times) const;
};

/// Positions 0 .. n - 1 by text: "all", "4", "0,5,7", "0:100" (the last excluded), "0:100:10",
/// "10:". Ascending, each once. Throws UsageError for another text, Error for positions that are
/// not there; `option` ("--flows") begins both.
std::vector<std::int64_t> parse_positions(const std::string& option, const std::string& text,
                                          std::int64_t n);

/// The same, or the name of a split.
std::vector<std::int64_t> select_flows(const datasets::Reader& reader, const std::string& text);

}  // namespace lagoon::pipelines
