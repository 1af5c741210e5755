#pragma once

#include <concepts>
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace lagoon::pipelines {

/// One CSV cell: a number in the shortest form that reads back to the same bits, or text.
class Cell {
 public:
  /// Of a number, or of text.
  Cell(double value);                                               // NOLINT: a row reads as a list
  Cell(std::integral auto value) : text_(std::to_string(value)) {}  // NOLINT
  Cell(const std::string& text);                                    // NOLINT
  Cell(const char* text) : Cell(std::string(text)) {}               // NOLINT

  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// The numbers behind a picture. The picture is drawn from the written file, so file and picture
/// cannot differ.
class Table {
 public:
  /// Without rows.
  explicit Table(std::vector<std::string> columns) : columns_(std::move(columns)) {}

  /// Appends a row (as many cells as columns) and returns its position, counted from 0.
  std::size_t add(std::vector<Cell> row);

  /// An empty line: gnuplot lifts the pen, or begins the next scan line of a grid.
  void end_block() { rows_.emplace_back(); }

  /// Rows so far, empty lines not counted.
  std::size_t size() const { return size_; }

  /// Writes the header and the rows. Throws Error if the file cannot be written.
  void write_csv(const std::filesystem::path& path) const;

 private:
  std::vector<std::string> columns_;
  std::vector<std::vector<Cell>> rows_;  // an empty row is an empty line
  std::size_t size_ = 0;
};

/// The columns, and NAME, NAME_low and NAME_high of each estimate.
std::vector<std::string> with_intervals(std::vector<std::string> columns,
                                        const std::vector<std::string>& estimates);

/// gnuplot's words for the rows `first` to `last` of NAME.csv, counted from 0.
std::string csv_rows(const std::string& name, std::size_t first, std::size_t last);

}  // namespace lagoon::pipelines
