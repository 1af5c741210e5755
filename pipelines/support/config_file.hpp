#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace lagoon::pipelines {

/// One "key = value" of a TOML file.
struct ConfigEntry {
  std::string table;  ///< "generate" in [generate]; empty at the top of the file
  std::string key;
  std::vector<std::string> words;  ///< the value, or each value of a list
  bool text = false;               ///< strings (quoted in the file)
  bool list = false;
  std::string where;  ///< "flows.toml:4"
};

/// Reads a file. Throws Error if it is missing, UsageError with the line if it is no TOML.
std::vector<ConfigEntry> read_config(const std::filesystem::path& path);

/// Reads TOML text that comes from `source` ("preset paper").
std::vector<ConfigEntry> parse_config(const std::string& toml, const std::string& source);

}  // namespace lagoon::pipelines
