#include "datasets/mazes/paths.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <queue>

namespace lagoon::datasets {
namespace {

constexpr double kFar = std::numeric_limits<double>::infinity();

class CellSearch {
 public:
  CellSearch(const Maze& maze, const MazeCell& start)
      : maze_(maze), parent_(static_cast<std::size_t>(maze.rows() * maze.columns()), kUnseen) {
    visit(start, kStart);
  }

  std::vector<MazeCell> path_to(std::span<const MazeCell> goals) {
    while (!waiting_.empty()) {
      const MazeCell cell = waiting_.front();
      if (std::ranges::find(goals, cell) != goals.end()) return path_back(cell);
      waiting_.pop();
      constexpr MazeCell kSteps[] = {{1, 0}, {-1, 0}, {0, 1}, {0, -1}};
      for (const auto& [down, right] : kSteps) {
        visit({cell.row + down, cell.column + right}, number(cell));
      }
    }
    return {};
  }

 private:
  static constexpr int kUnseen = -2, kStart = -1;

  int number(const MazeCell& cell) const { return cell.row * maze_.columns() + cell.column; }
  int& parent(const MazeCell& cell) { return parent_[static_cast<std::size_t>(number(cell))]; }

  void visit(const MazeCell& cell, int from) {
    if (!maze_.is_free(cell) || parent(cell) != kUnseen) return;
    parent(cell) = from;
    waiting_.push(cell);
  }

  std::vector<MazeCell> path_back(MazeCell cell) {
    std::vector<MazeCell> path = {cell};
    for (int from = parent(cell); from != kStart; from = parent(path.back())) {
      path.push_back({from / maze_.columns(), from % maze_.columns()});
    }
    std::ranges::reverse(path);
    return path;
  }

  const Maze& maze_;
  std::vector<int> parent_;
  std::queue<MazeCell> waiting_;
};

/// The part of the segment from a to b, in [0, 1], that is within (low, high) along one axis.
void narrow(double a, double b, double low, double high, double& begin, double& end) {
  if (a == b) {
    if (a <= low || a >= high) end = begin;
    return;
  }
  const double first = (low - a) / (b - a), last = (high - a) / (b - a);
  begin = std::max(begin, std::min(first, last));
  end = std::min(end, std::max(first, last));
}

/// Whether the segment runs through the inside of a cell; along its side it does not.
bool crosses(const MazePoint& a, const MazePoint& b, const MazeCell& cell) {
  constexpr double kRounding = 1e-9;
  double begin = 0, end = 1;
  narrow(a.row, b.row, cell.row, cell.row + 1, begin, end);
  narrow(a.column, b.column, cell.column, cell.column + 1, begin, end);
  return end - begin > kRounding;
}

/// Between two walls that share a side, a segment along that side has no room either.
bool runs_between(const Maze& maze, const MazePoint& a, const MazePoint& b) {
  const auto wall = [&](double row, double column) {
    return !maze.is_free(MazePoint{row, column});
  };
  constexpr double kAside = 1e-6;
  const MazePoint middle{(a.row + b.row) / 2, (a.column + b.column) / 2};
  if (a.row == b.row) {
    return wall(middle.row - kAside, middle.column) && wall(middle.row + kAside, middle.column);
  }
  if (a.column == b.column) {
    return wall(middle.row, middle.column - kAside) && wall(middle.row, middle.column + kAside);
  }
  return false;
}

bool is_visible(const Maze& maze, const MazePoint& a, const MazePoint& b) {
  const auto [row, last_row] = std::minmax(a.row, b.row);
  const auto [column, last_column] = std::minmax(a.column, b.column);
  for (int i = static_cast<int>(row); i <= static_cast<int>(last_row) && i < maze.rows(); ++i) {
    for (int j = static_cast<int>(column); j <= static_cast<int>(last_column) && j < maze.columns();
         ++j) {
      if (!maze.is_free(MazeCell{i, j}) && crosses(a, b, {i, j})) return false;
    }
  }
  return !runs_between(maze, a, b);
}

/// Points about which a shortest curve can bend: one wall and three free cells meet there.
std::vector<MazePoint> corners(const Maze& maze) {
  std::vector<MazePoint> points;
  for (int row = 1; row < maze.rows(); ++row) {
    for (int column = 1; column < maze.columns(); ++column) {
      int n_free = 0;
      for (const auto& [up, left] : {MazeCell{1, 1}, {1, 0}, {0, 1}, {0, 0}}) {
        n_free += maze.is_free(MazeCell{row - up, column - left}) ? 1 : 0;
      }
      if (n_free == 3) points.push_back({static_cast<double>(row), static_cast<double>(column)});
    }
  }
  return points;
}

double distance(const MazePoint& a, const MazePoint& b) {
  return std::hypot(a.row - b.row, a.column - b.column);
}

/// Straight to the nearest goal in sight.
double straight_length(const Maze& maze, const MazePoint& from, std::span<const MazeCell> goals) {
  double shortest = kFar;
  for (const auto& cell : goals) {
    const MazePoint nearest{std::clamp<double>(from.row, cell.row, cell.row + 1),
                            std::clamp<double>(from.column, cell.column, cell.column + 1)};
    const double length = distance(from, nearest);
    if (length < shortest && is_visible(maze, from, nearest)) shortest = length;
  }
  return shortest;
}

}  // namespace

std::vector<MazeCell> shortest_path(const Maze& maze, const MazeCell& start,
                                    std::span<const MazeCell> goals) {
  return CellSearch(maze, start).path_to(goals);
}

double shortest_length(const Maze& maze, const MazePoint& start, std::span<const MazeCell> goals) {
  std::vector<MazePoint> points = {start};
  std::ranges::copy(corners(maze), std::back_inserter(points));
  std::vector<double> lengths(points.size(), kFar);
  std::vector<char> done(points.size(), 0);
  lengths[0] = 0;
  double shortest = kFar;
  for (;;) {  // Dijkstra's algorithm over corners in sight of one another
    std::size_t at = points.size();
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (done[i] == 0 && (at == points.size() || lengths[i] < lengths[at])) at = i;
    }
    if (at == points.size() || !(lengths[at] < shortest)) return shortest;
    done[at] = 1;
    shortest = std::min(shortest, lengths[at] + straight_length(maze, points[at], goals));
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (done[i] == 0 && is_visible(maze, points[at], points[i])) {
        lengths[i] = std::min(lengths[i], lengths[at] + distance(points[at], points[i]));
      }
    }
  }
}

}  // namespace lagoon::datasets
