#include "pipelines/assimilation/figures/method_lines.hpp"

#include <algorithm>
#include <iterator>

namespace lagoon::pipelines {
namespace {

/// The place of a method among all of them.
std::size_t style_of(const std::string& name) {
  return static_cast<std::size_t>(std::ranges::find(kMethodNames, name) - kMethodNames.begin());
}

}  // namespace

std::string colour_of(const std::string& method) {
  return line_style(style_of(method)).colour;
}

std::string line_of(const std::string& name) {
  static_assert(std::size(kLineStyles) >= kMethodNames.size());  // no two methods look alike
  const LineStyle& style = line_style(style_of(name));
  return "lc rgb '#" + std::string(style.colour) + "' lw 1.6 dt " + style.dash + " pt " +
         std::to_string(style.filled_point) + " ps 0.8";
}

std::string every(const std::string& file, const Rows& rows) {
  return csv_rows(file, rows.first, rows.last);
}

std::string beside(const std::string& x, std::size_t place, std::size_t n, double apart) {
  const double shift = apart * (static_cast<double>(place) - static_cast<double>(n - 1) / 2);
  return "(column('" + x + "') + " + number_text(shift) + ")";
}

void add_estimate(std::vector<Cell>& row, const flow::Estimate& estimate) {
  row.insert(row.end(), {estimate.value, estimate.lower, estimate.upper});
}

std::vector<PanelGrid::KeyEntry> key_of(const std::vector<Rows>& lines, const std::string& drawn) {
  std::vector<PanelGrid::KeyEntry> entries;
  for (const auto& line : lines) entries.push_back({drawn + " " + line_of(line.name), line.title});
  return entries;
}

int footer_for(std::size_t n_lines) {
  return 10 + 22 * static_cast<int>((n_lines + 2) / 3);
}

}  // namespace lagoon::pipelines
