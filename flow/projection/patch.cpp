#include "flow/projection/patch.hpp"

#include <algorithm>
#include <cmath>

#include "flow/error.hpp"

namespace lagoon::flow {
namespace {

// Positions of a point's neighbours on the grid, two to four of them.
std::vector<std::size_t> neighbours(const Patch& patch, std::size_t i, std::size_t j) {
  std::vector<std::size_t> found;
  if (i > 0) found.push_back(patch.position(i - 1, j));
  if (i + 1 < patch.n_x()) found.push_back(patch.position(i + 1, j));
  if (j > 0) found.push_back(patch.position(i, j - 1));
  if (j + 1 < patch.n_y()) found.push_back(patch.position(i, j + 1));
  return found;
}

struct MissingPoint {
  std::size_t at;
  std::vector<std::size_t> neighbours;
};

std::vector<MissingPoint> missing_points(const Patch& patch) {
  std::vector<MissingPoint> missing;
  for (std::size_t i = 0; i < patch.n_x(); ++i) {
    for (std::size_t j = 0; j < patch.n_y(); ++j) {
      const std::size_t at = patch.position(i, j);
      if (std::isnan(patch.values[at])) missing.push_back({at, neighbours(patch, i, j)});
    }
  }
  return missing;
}

struct KnownValues {
  double least = INFINITY, largest = -INFINITY, mean = 0;
};

KnownValues known_values(const Patch& patch) {
  KnownValues known;
  std::size_t n = 0;
  for (const double value : patch.values) {
    if (std::isnan(value)) continue;
    known.least = std::min(known.least, value);
    known.largest = std::max(known.largest, value);
    known.mean += value;
    ++n;
  }
  require(n > 0, "a field of which no point is known cannot be filled");
  known.mean /= static_cast<double>(n);
  return known;
}

// One sweep; returns the largest change.
double relax(std::vector<double>& values, const std::vector<MissingPoint>& missing,
             double relaxation) {
  double largest = 0;
  for (const MissingPoint& point : missing) {
    double sum = 0;
    for (const std::size_t neighbour : point.neighbours) sum += values[neighbour];
    const double mean = sum / static_cast<double>(point.neighbours.size());
    const double change = relaxation * (mean - values[point.at]);
    values[point.at] += change;
    largest = std::max(largest, std::abs(change));
  }
  return largest;
}

}  // namespace

double missing_fraction(const Patch& patch) {
  const auto missing = std::ranges::count_if(patch.values, [](double v) { return std::isnan(v); });
  return static_cast<double>(missing) / static_cast<double>(patch.values.size());
}

void fill_missing(Patch& patch, double value) {
  for (double& at : patch.values) at = std::isnan(at) ? value : at;
}

bool fill_missing(Patch& patch) {
  const std::vector<MissingPoint> missing = missing_points(patch);
  if (missing.empty()) return true;
  const KnownValues known = known_values(patch);
  fill_missing(patch, known.mean);
  constexpr double kRelaxation = 1.8;  // near the best for regions of some ten points across
  const double enough = 1e-9 * (known.largest - known.least);
  for (int sweep = 0; sweep < kMostSweeps; ++sweep) {
    if (relax(patch.values, missing, kRelaxation) <= enough) return true;
  }
  return false;
}

}  // namespace lagoon::flow
