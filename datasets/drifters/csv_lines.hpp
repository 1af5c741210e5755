#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace lagoon::datasets {

/// The lines of a table in text, split into cells. The separator is that of the first line: a
/// semicolon, a tab or a comma. Cells may be in double quotes. Empty lines are passed over.
/// Throws Error for a file that cannot be read, and for one that is no text: a line of more than
/// 64 KiB, or a zero byte.
class CsvLines {
 public:
  /// Stands before the first line.
  explicit CsvLines(const std::filesystem::path& path);

  /// Goes to the next line; false at the end.
  bool next();

  const std::vector<std::string_view>& cells() const { return cells_; }  ///< trimmed
  std::int64_t line_number() const { return line_number_; }              ///< from 1
  const std::string& path() const { return path_; }

 private:
  void split(std::string_view line);

  std::string path_;
  std::ifstream stream_;
  std::vector<char> buffer_;
  std::vector<std::string_view> cells_;
  std::int64_t line_number_ = 0;
  char separator_ = '\0';
};

}  // namespace lagoon::datasets
