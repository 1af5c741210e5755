#include "pipelines/inspection/drifter_path.hpp"

#include <algorithm>
#include <cmath>

namespace lagoon::pipelines {
namespace {

/// Shares of the step from a to b at which it goes over from one cell [n, n + 1) to another.
void add_crossings(double a, double b, std::vector<double>& shares) {
  const double low = std::min(a, b), high = std::max(a, b);
  const int last = static_cast<int>(std::floor(high));
  for (int edge = static_cast<int>(std::floor(low)) + 1; edge <= last; ++edge) {
    shares.push_back((edge - a) / (b - a));
  }
}

std::vector<double> crossings(const LinePoint& from, const LinePoint& to) {
  std::vector<double> shares;
  add_crossings(from.x, to.x, shares);
  add_crossings(from.y, to.y, shares);
  std::ranges::sort(shares);
  return shares;
}

LinePoint between(const LinePoint& from, const LinePoint& to, double share) {
  return {std::lerp(from.place, to.place, share), std::lerp(from.x, to.x, share),
          std::lerp(from.y, to.y, share)};
}

/// A piece that lies in one cell of the lattice, moved into the unit square. Its middle tells the
/// cell, for its ends may lie on an edge.
void add_wrapped(std::vector<Line>& lines, const Line& piece) {
  if (piece.size() < 2) return;
  const LinePoint middle = between(piece[0], piece[1], 0.5);
  const double cell_x = std::floor(middle.x), cell_y = std::floor(middle.y);
  Line& wrapped = lines.emplace_back();
  for (const auto& [place, x, y] : piece) {
    wrapped.push_back({place, std::clamp(x - cell_x, 0.0, 1.0), std::clamp(y - cell_y, 0.0, 1.0)});
  }
}

void wrap_line(std::vector<Line>& lines, const Line& line) {
  if (line.size() == 1) {
    const auto& [place, x, y] = line.front();
    lines.push_back({{place, x - std::floor(x), y - std::floor(y)}});
    return;
  }
  Line piece = {line.front()};
  for (std::size_t i = 1; i < line.size(); ++i) {
    for (const double share : crossings(line[i - 1], line[i])) {
      const LinePoint cut = between(line[i - 1], line[i], share);
      if (cut.place > piece.back().place) piece.push_back(cut);
      add_wrapped(lines, piece);
      piece = {cut};
    }
    if (line[i].place > piece.back().place) piece.push_back(line[i]);
  }
  add_wrapped(lines, piece);
}

}  // namespace

DrifterPath drifter_path(const flow::Law& law, std::size_t drifter, std::span<const double> x,
                         std::span<const double> y) {
  DrifterPath path = {
      {law.release_time[drifter]}, {law.release_x[drifter]}, {law.release_y[drifter]}};
  for (std::size_t j = 0; j < law.n_times(); ++j) {
    if (law.times[j] <= path.time.front()) continue;
    path.time.push_back(law.times[j]);
    path.x.push_back(x[j]);
    path.y.push_back(y[j]);
  }
  return path;
}

std::vector<Line> cut_at_gaps(std::span<const double> x, std::span<const double> y) {
  std::vector<Line> lines;
  bool open = false;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const bool seen = std::isfinite(x[i]) && std::isfinite(y[i]);
    if (seen && !open) lines.emplace_back();
    if (seen) lines.back().push_back({static_cast<double>(i), x[i], y[i]});
    open = seen;
  }
  return lines;
}

std::vector<Line> cut_at_seam(std::span<const double> x, std::span<const double> y) {
  std::vector<Line> lines;
  for (const Line& line : cut_at_gaps(x, y)) wrap_line(lines, line);
  return lines;
}

double at_place(std::span<const double> values, double place) {
  const auto before = static_cast<std::size_t>(place);
  const auto after = std::min(before + 1, values.size() - 1);
  return std::lerp(values[before], values[after], place - static_cast<double>(before));
}

}  // namespace lagoon::pipelines
