#include "pipelines/import/fields/field_source.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <sstream>

#include "datasets/gridded/gridded_field.hpp"
#include "datasets/probe.hpp"
#include "datasets/text/text.hpp"
#include "flow/error.hpp"
#include "pipelines/import/fields/field_units.hpp"
#include "pipelines/import/fields/recovered_height.hpp"

namespace lagoon::pipelines {
namespace {

namespace fs = std::filesystem;
using datasets::GriddedField;

std::vector<std::string> asked_variables(const fs::path& path, const std::string& format,
                                         const FieldSourceOptions& options) {
  datasets::probe_file(path, [](const fs::path& p) { datasets::gridded_variables(p); });
  const bool velocity = format == "velocity";
  std::vector<std::string> names = velocity ? std::vector{options.variable_x, options.variable_y}
                                            : std::vector{options.variable};
  for (const auto& name : names) {
    require(!name.empty(),
            path.string() + ": give --variable" + (velocity ? "-x and -y" : "") +
                " of what it holds: " + datasets::joined(datasets::gridded_variables(path)));
  }
  return names;
}

std::vector<GriddedField> read_fields(const fs::path& path, const std::vector<std::string>& names,
                                      const FieldSourceOptions& options) {
  std::vector<GriddedField> fields;
  for (const auto& name : names) {
    fields.push_back(datasets::read_gridded_field(
        path, {name, options.axis_x, options.axis_y, options.axis_time}));
    require(fields.back().x == fields.front().x && fields.back().y == fields.front().y &&
                fields.back().time == fields.front().time,
            path.string() + ": " + name + " is on another grid than " + names.front());
  }
  return fields;
}

// Positions "START:STEP:COUNT" of the times, all of them if empty.
std::vector<std::size_t> chosen_snapshots(const std::string& text, std::size_t n_times) {
  const auto n = static_cast<std::int64_t>(n_times);
  std::int64_t start = 0, step = 1, count = n;
  if (!text.empty()) {
    std::istringstream words(text);
    char first = 0, second = 0;
    words >> start >> first >> step >> second >> count;
    require(words && words.eof() && first == ':' && second == ':' && start >= 0 && step > 0 &&
                count > 0,
            "--snapshots " + text +
                ": must be START:STEP:COUNT, START from 0 and the others from 1 on");
    require(start < n && count - 1 <= (n - 1 - start) / step,
            "--snapshots " + text + ": the field has " + std::to_string(n) + " times, 0 to " +
                std::to_string(n - 1));
  }
  std::vector<std::size_t> chosen;
  for (std::int64_t i = 0; i < count; ++i) {
    chosen.push_back(static_cast<std::size_t>(start + i * step));
  }
  return chosen;
}

// A rectangle in the file's coordinates.
struct Box {
  double x0, y0, x1, y1;
  double width() const { return x1 - x0; }
  double height() const { return y1 - y0; }
};

Box asked_box(const std::vector<double>& box, const GriddedField& field, bool periodic) {
  const double x0 = field.x.front(), y0 = field.y.front();
  if (periodic) {
    require(box.empty(), "--box: a periodic field (--edges none) is taken whole");
    const auto period = [](const std::vector<double>& axis) {
      const auto n = static_cast<double>(axis.size());
      return (axis.back() - axis.front()) * n / (n - 1);
    };
    return {x0, y0, x0 + period(field.x), y0 + period(field.y)};
  }
  if (box.empty()) return {x0, y0, field.x.back(), field.y.back()};
  require(box.size() == 4 && box[0] < box[2] && box[1] < box[3],
          "--box: must be x0,y0,x1,y1 with x0 < x1 and y0 < y1");
  return {box[0], box[1], box[2], box[3]};
}

void require_inside(const Box& box, const GriddedField& field) {
  const double slack = 1e-6 * std::max(box.width(), box.height());
  std::ostringstream text;
  text << "the square box from " << box.x0 << ", " << box.y0 << " to " << box.x1 << ", " << box.y1
       << " leaves the field, which reaches from " << field.x.front() << ", " << field.y.front()
       << " to " << field.x.back() << ", " << field.y.back() << " (choose another --box)";
  require(box.x0 >= field.x.front() - slack && box.x1 <= field.x.back() + slack &&
              box.y0 >= field.y.front() - slack && box.y1 <= field.y.back() + slack,
          text.str());
}

struct MetresPerUnit {
  double x, y;
};

MetresPerUnit metres_per_unit(const FieldSource& source, const std::string& coordinates) {
  if (source.geographic) {
    return {source.place.metres_per_degree_east(), source.place.metres_per_degree_north()};
  }
  const double metres = coordinates == "km" ? 1000 : 1;
  return {metres, metres};
}

// Sets the geometry of the source: the largest square about the box's centre.
void choose_square(FieldSource& source, const Box& box, const FieldSourceOptions& options,
                   bool periodic) {
  const double centre_x = (box.x0 + box.x1) / 2, centre_y = (box.y0 + box.y1) / 2;
  if (source.geographic) source.place = {centre_x, centre_y};
  const MetresPerUnit metres = metres_per_unit(source, options.coordinates);
  const double width = metres.x * box.width(), height = metres.y * box.height();
  require(!periodic || std::abs(width - height) < 1e-6 * width,
          "a periodic field (--edges none) must be square: this one is " + std::to_string(width) +
              " m by " + std::to_string(height) + " m");
  source.side = std::min(width, height);
  source.side_x = source.side / metres.x;
  source.side_y = source.side / metres.y;
  source.corner_x = centre_x - source.side_x / 2;
  source.corner_y = centre_y - source.side_y / 2;
}

// Points of an axis in [low, high] with `margin` more on each side, as far as there are any.
struct AxisRange {
  std::size_t begin, end;
};

AxisRange range_of(const std::vector<double>& axis, double low, double high, std::size_t margin) {
  const auto begin = static_cast<std::size_t>(std::ranges::lower_bound(axis, low) - axis.begin());
  const auto end = static_cast<std::size_t>(std::ranges::upper_bound(axis, high) - axis.begin());
  constexpr std::size_t kFewest = 8;
  require(begin + kFewest <= end, "the box holds " + std::to_string(end - std::min(begin, end)) +
                                      " points along one side: at least 8 are needed (--box)");
  return {begin - std::min(begin, margin), std::min(end + margin, axis.size())};
}

struct Cut {
  AxisRange x, y;
};

// The cut part of one time, in the file's coordinates.
flow::Patch cut_patch(const GriddedField& field, const Cut& cut, std::size_t time) {
  flow::Patch patch;
  patch.x.assign(field.x.begin() + cut.x.begin, field.x.begin() + cut.x.end);
  patch.y.assign(field.y.begin() + cut.y.begin, field.y.begin() + cut.y.end);
  for (std::size_t i = cut.x.begin; i < cut.x.end; ++i) {
    for (std::size_t j = cut.y.begin; j < cut.y.end; ++j) {
      patch.values.push_back(field.values[(time * field.n_y() + j) * field.n_x() + i]);
    }
  }
  return patch;
}

void scale(flow::Patch& patch, double factor) {
  for (double& value : patch.values) value *= factor;
}

// A velocity of exactly 0 in both components is land in files that have no other mark of it.
void mark_land(flow::Patch& x, flow::Patch& y) {
  for (std::size_t at = 0; at < x.values.size(); ++at) {
    if (x.values[at] == 0 && y.values[at] == 0) x.values[at] = y.values[at] = NAN;
    if (std::isnan(x.values[at]) || std::isnan(y.values[at])) x.values[at] = y.values[at] = NAN;
  }
}

// From the local plane's degrees of longitude to true ones.
void make_true_eastward(flow::Patch& eastward, const flow::LocalPlane& place) {
  for (std::size_t i = 0; i < eastward.n_x(); ++i) {
    for (std::size_t j = 0; j < eastward.n_y(); ++j) {
      const flow::LocalPlane here{0, eastward.y[j]};
      eastward.values[eastward.position(i, j)] *=
          here.metres_per_degree_east() / place.metres_per_degree_east();
    }
  }
}

flow::Patch in_sides(flow::Patch patch, const FieldSource& source) {
  for (double& x : patch.x) x = (x - source.corner_x) / source.side_x;
  for (double& y : patch.y) y = (y - source.corner_y) / source.side_y;
  return patch;
}

void add_snapshot(FieldSource& source, const std::vector<GriddedField>& fields, const Cut& cut,
                  std::size_t time, const FieldSourceOptions& options) {
  const bool by_height = options.streamfunction_by == "height";
  const auto factors_of = [&](const GriddedField& field) {
    return unit_factors(source.format, field.name,
                        options.units.empty() ? field.units : options.units, source.place);
  };
  const UnitFactors factors = factors_of(fields[0]);
  flow::Patch x = cut_patch(fields[0], cut, time);
  scale(x, factors.x);
  if (fields.size() == 1) {
    source.field.push_back(in_sides(x, source));
    return;
  }
  flow::Patch y = cut_patch(fields[1], cut, time);
  scale(y, factors_of(fields[1]).y);
  mark_land(x, y);
  if (!by_height) {
    source.field.push_back(in_sides(x, source));
    source.field_y.push_back(in_sides(y, source));
    return;
  }
  if (factors.angular) make_true_eastward(x, source.place);
  const GeographicHeight recovered = recover_height(x, y);
  source.largest_inconsistency =
      std::max(source.largest_inconsistency, recovered.largest_inconsistency);
  source.field.push_back(in_sides(recovered.height, source));
}

void require_enough(FieldSource& source, double most) {
  for (const flow::Patch& patch : source.field) {
    source.missing = std::max(source.missing, flow::missing_fraction(patch));
  }
  std::ostringstream text;
  text.precision(3);
  text << "the box lacks " << 100 * source.missing << "% of its values, more than the "
       << 100 * most << "% that may be filled (choose another --box, or raise --max-missing)";
  require(source.missing <= most, text.str());
}

bool is_geographic(const GriddedField& field, const std::string& coordinates) {
  return coordinates == "auto" ? field.geographic : coordinates == "degrees";
}

}  // namespace

FieldSource read_field_source(const fs::path& path, const std::string& format,
                              const FieldSourceOptions& options, bool periodic) {
  const auto names = asked_variables(path, format, options);
  const std::vector<GriddedField> fields = read_fields(path, names, options);
  const GriddedField& first = fields.front();
  FieldSource source;
  source.format = format;
  source.names = {names.front(), names.back()};
  source.geographic = is_geographic(first, options.coordinates);
  const bool by_height = format == "velocity" && options.streamfunction_by == "height";
  require(source.geographic || (format != "sea-level" && !by_height),
          path.string() +
              ": a sea level is balanced by the Earth's rotation, so its coordinates "
              "must be degrees (give --coordinates degrees)");
  choose_square(source, asked_box(options.box, first, periodic), options, periodic);
  const Box box{source.corner_x, source.corner_y, source.corner_x + source.side_x,
                source.corner_y + source.side_y};
  constexpr std::size_t kMargin = 4;  // keeps a spline's free ends away from the box
  if (!periodic) require_inside(box, first);
  const Cut cut{range_of(first.x, box.x0, box.x1, kMargin),
                range_of(first.y, box.y0, box.y1, kMargin)};
  for (const std::size_t time : chosen_snapshots(options.snapshots, first.n_times())) {
    source.seconds.push_back(first.time[time]);
    add_snapshot(source, fields, cut, time, options);
  }
  if (by_height) source.format = "sea-level";
  require_enough(source, options.max_missing);
  return source;
}

}  // namespace lagoon::pipelines
