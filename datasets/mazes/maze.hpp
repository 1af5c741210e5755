#pragma once

#include <array>
#include <string>
#include <vector>

namespace lagoon::datasets {

/// A point of a maze: cell (i, j) is [i, i + 1) x [j, j + 1).
struct MazePoint {
  double row = 0;
  double column = 0;
};

/// A cell by its place in the grid.
struct MazeCell {
  int row = 0;
  int column = 0;

  bool operator==(const MazeCell&) const = default;
};

/// The cell that a point lies in.
inline MazeCell cell_of(const MazePoint& at) {
  return {static_cast<int>(at.row), static_cast<int>(at.column)};
}
/// The middle of a cell.
inline MazePoint centre_of(const MazeCell& cell) {
  return {cell.row + 0.5, cell.column + 0.5};
}

/// Every step is this long, whatever its direction.
inline constexpr double kMazeStep = 0.5;
/// Points of a step at which walls are looked for, both ends among them.
inline constexpr int kRayPoints = 25;

/// The step in a direction: rows grow with the sine of the angle, columns with its cosine.
MazePoint stepped(const MazePoint& from, double angle, double length = kMazeStep);

/// A grid of free cells and walls in which an agent moves continuously ([CE] 6.3, as its errata
/// have it). A label is a word for a whole row or column of cells: labels 0 .. rows - 1 are the
/// rows, the columns follow.
class Maze {
 public:
  /// `walls` (rows, columns), row-major. Throws Error if nothing is free.
  Maze(std::string name, int rows, int columns, std::vector<char> walls);

  const std::string& name() const { return name_; }
  int rows() const { return rows_; }
  int columns() const { return columns_; }
  int n_labels() const { return rows_ + columns_; }

  /// Inside the grid and no wall.
  bool is_free(const MazeCell& cell) const;
  bool is_free(const MazePoint& at) const;
  /// Row by row.
  const std::vector<MazeCell>& free_cells() const { return free_cells_; }

  /// The last free one of kRayPoints points on the way of a step from a free point.
  MazePoint move(const MazePoint& from, double angle) const;

  /// Its row's label and its column's.
  std::array<int, 2> labels_of(const MazeCell& cell) const;
  bool has_label(const MazeCell& cell, int label) const;
  /// The free cells of a label.
  std::vector<MazeCell> cells_of(int label) const;
  /// "row 3", "column 0".
  std::string label_text(int label) const;

  /// Uniform over the free area, from two numbers in (0, 1): the first chooses the cell and the row
  /// within it.
  MazePoint free_point(double first, double second) const;

 private:
  std::string name_;
  int rows_, columns_;
  std::vector<char> walls_;
  std::vector<MazeCell> free_cells_;
};

inline constexpr std::array kMazeNames = {"fork", "island", "blank"};

/// fork: 15 x 15, rows 1, 3 .. 13 walled in columns 0 to 9; island: 11 x 11 with a wall in rows 3
/// to 7 of columns 5 and 6; blank: 10 x 10. Throws Error, which lists the names, for another.
Maze maze_named(const std::string& name);

}  // namespace lagoon::datasets
