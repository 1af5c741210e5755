#include "datasets/mazes/maze.hpp"

#include <algorithm>
#include <cmath>

#include "flow/error.hpp"

namespace lagoon::datasets {
namespace {

Maze maze_with(const std::string& name, int size, bool (*is_wall)(int row, int column)) {
  std::vector<char> walls;
  for (int row = 0; row < size; ++row) {
    for (int column = 0; column < size; ++column) walls.push_back(is_wall(row, column) ? 1 : 0);
  }
  return {name, size, size, std::move(walls)};
}

}  // namespace

MazePoint stepped(const MazePoint& from, double angle, double length) {
  return {from.row + length * std::sin(angle), from.column + length * std::cos(angle)};
}

Maze::Maze(std::string name, int rows, int columns, std::vector<char> walls)
    : name_(std::move(name)), rows_(rows), columns_(columns), walls_(std::move(walls)) {
  require(rows >= 1 && columns >= 1 &&
              walls_.size() == static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns),
          "maze " + name_ + ": its walls are not (rows, columns)");
  for (int row = 0; row < rows; ++row) {
    for (int column = 0; column < columns; ++column) {
      if (is_free(MazeCell{row, column})) free_cells_.push_back({row, column});
    }
  }
  require(!free_cells_.empty(), "maze " + name_ + ": every cell is a wall (leave some free)");
}

bool Maze::is_free(const MazeCell& cell) const {
  const bool is_inside =
      cell.row >= 0 && cell.row < rows_ && cell.column >= 0 && cell.column < columns_;
  return is_inside && walls_[static_cast<std::size_t>(cell.row * columns_ + cell.column)] == 0;
}

bool Maze::is_free(const MazePoint& at) const {
  return at.row >= 0 && at.column >= 0 && is_free(cell_of(at));
}

MazePoint Maze::move(const MazePoint& from, double angle) const {
  MazePoint last = from;
  for (int i = 1; i < kRayPoints; ++i) {
    const MazePoint next = stepped(from, angle, kMazeStep * i / (kRayPoints - 1));
    if (!is_free(next)) break;
    last = next;
  }
  return last;
}

std::array<int, 2> Maze::labels_of(const MazeCell& cell) const {
  return {cell.row, rows_ + cell.column};
}

bool Maze::has_label(const MazeCell& cell, int label) const {
  const auto [row, column] = labels_of(cell);
  return label == row || label == column;
}

std::vector<MazeCell> Maze::cells_of(int label) const {
  std::vector<MazeCell> cells;
  std::ranges::copy_if(free_cells_, std::back_inserter(cells),
                       [&](const MazeCell& cell) { return has_label(cell, label); });
  return cells;
}

std::string Maze::label_text(int label) const {
  return label < rows_ ? "row " + std::to_string(label) : "column " + std::to_string(label - rows_);
}

MazePoint Maze::free_point(double first, double second) const {
  const double scaled = first * static_cast<double>(free_cells_.size());
  const auto chosen = std::min(static_cast<std::size_t>(scaled), free_cells_.size() - 1);
  const MazeCell& cell = free_cells_[chosen];
  return {cell.row + (scaled - static_cast<double>(chosen)), cell.column + second};
}

Maze maze_named(const std::string& name) {
  if (name == "blank") return maze_with(name, 10, [](int, int) { return false; });
  if (name == "fork") {
    return maze_with(name, 15, [](int row, int column) { return row % 2 == 1 && column < 10; });
  }
  if (name == "island") {
    return maze_with(name, 11, [](int row, int column) {
      return row >= 3 && row <= 7 && (column == 5 || column == 6);
    });
  }
  throw Error("maze '" + name + "' is not known (fork, island, blank)");
}

}  // namespace lagoon::datasets
