#include "pipelines/export/csv.hpp"

#include <array>
#include <charconv>
#include <cmath>

#include "pipelines/export/trajectories.hpp"

namespace lagoon::pipelines {
namespace {

template <class Number>
void append_number(std::string& text, Number value) {
  std::array<char, 32> digits;
  text.append(digits.data(),
              std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr);
}

/// As it is stored; with `wrap`, in [0, 1), where rounding may lead up to 1.
template <class Number>
void append_position(std::string& text, double value, bool wrap) {
  const auto shown = static_cast<Number>(wrap ? value - std::floor(value) : value);
  append_number(text, wrap && shown == 1 ? Number{0} : shown);
}

}  // namespace

std::int64_t write_csv(OutputFile& out, const datasets::Reader& reader,
                       const ExportSelection& selection, bool wrap) {
  const bool single = reader.description().storage == datasets::Storage::float32;
  const auto append = single ? append_position<float> : append_position<double>;
  std::int64_t n_lines = 0;
  out.append("trajectory,flow,drifter,time,x,y\n");
  for_each_trajectory(reader, selection, [&](const Trajectory& trajectory) {
    const auto& [time, x, y] = trajectory.path;
    const std::string begin = std::to_string(trajectory.number) + "," +
                              std::to_string(trajectory.flow) + "," +
                              std::to_string(trajectory.drifter) + ",";
    std::string text;
    for (std::size_t i = 0; i < time.size(); ++i) {
      if (!std::isfinite(x[i]) || !std::isfinite(y[i])) continue;
      text += begin;
      append_number(text, time[i]);
      text += ",";
      append(text, x[i], wrap);
      text += ",";
      append(text, y[i], wrap);
      text += "\n";
      ++n_lines;
    }
    out.append(text);
  });
  return n_lines;
}

}  // namespace lagoon::pipelines
