#include "pipelines/figures/table.hpp"

#include <array>
#include <cassert>
#include <charconv>
#include <fstream>

#include "flow/error.hpp"

namespace lagoon::pipelines {
namespace {

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\n") == std::string::npos) return text;
  std::string result = "\"";
  for (const char c : text) result += c == '"' ? std::string("\"\"") : std::string(1, c);
  return result + "\"";
}

}  // namespace

Cell::Cell(double value) {
  std::array<char, 32> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  text_.assign(digits.data(), end);
}

Cell::Cell(const std::string& text) : text_(quoted(text)) {}

std::size_t Table::add(std::vector<Cell> row) {
  assert(row.size() == columns_.size());
  rows_.push_back(std::move(row));
  return size_++;
}

void Table::write_csv(const std::filesystem::path& path) const {
  std::ofstream file(path);
  for (std::size_t c = 0; c < columns_.size(); ++c) file << (c ? "," : "") << columns_[c];
  file << '\n';
  for (const auto& row : rows_) {
    for (std::size_t c = 0; c < row.size(); ++c) file << (c ? "," : "") << row[c].text();
    file << '\n';
  }
  file.flush();
  if (!file) throw Error(path.string() + ": cannot be written (is the disk full or read-only?)");
}

}  // namespace lagoon::pipelines
