#include "pipelines/figures/table.hpp"

#include <array>
#include <cassert>
#include <charconv>
#include <sstream>

#include "pipelines/support/run_record.hpp"

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
  std::ostringstream text;
  for (std::size_t c = 0; c < columns_.size(); ++c) text << (c ? "," : "") << columns_[c];
  text << '\n';
  for (const auto& row : rows_) {
    for (std::size_t c = 0; c < row.size(); ++c) text << (c ? "," : "") << row[c].text();
    text << '\n';
  }
  write_text(path, text.str());
}

std::vector<std::string> with_intervals(std::vector<std::string> columns,
                                        const std::vector<std::string>& estimates) {
  for (const auto& name : estimates) {
    for (const char* suffix : {"", "_low", "_high"}) columns.push_back(name + suffix);
  }
  return columns;
}

std::string csv_rows(const std::string& name, std::size_t first, std::size_t last) {
  return "'" + name + ".csv' every ::" + std::to_string(first) + "::" + std::to_string(last);
}

}  // namespace lagoon::pipelines
