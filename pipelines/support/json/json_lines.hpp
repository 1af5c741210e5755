#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace lagoon::pipelines {

/// One line of a file of JSON values, to which work appends what it has finished.
struct JsonLine {
  std::int64_t number = 0;  ///< from 1
  std::string text;
  nlohmann::json value;  ///< discarded (is_discarded()) if the text is no JSON
  bool is_last = false;  ///< the line that a kill may have cut short
};

/// Every line of the file; none if there is no such file.
std::vector<JsonLine> read_json_lines(const std::filesystem::path& path);

/// The same of a file that is to be appended to: what is added shall not go on in a line that was
/// cut short, which gets its end here. Throws Error if it cannot.
std::vector<JsonLine> reopen_json_lines(const std::filesystem::path& path);

/// Makes the file, without a line, where there is none: to go on from, though nothing is finished.
/// Throws Error if it cannot.
void make_json_lines(const std::filesystem::path& path);

/// Appends a line and hands it to the system before it returns: a kill later does not lose it.
/// Throws Error if it cannot. Not for several threads at once.
void append_json_line(const std::filesystem::path& path, const nlohmann::json& value);

}  // namespace lagoon::pipelines
