#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include "flow/projection/geostrophy.hpp"
#include "flow/projection/patch.hpp"
#include "pipelines/import/fields/field_options.hpp"

namespace lagoon::pipelines {

/// The fields of a file or folder in one square box, in SI units.
struct FieldSource {
  std::string format;  ///< a velocity of which the height was recovered is a sea-level
  std::array<std::string, 2> names;  ///< of the variables; the second only for velocity
  bool geographic = false;
  flow::LocalPlane place;             ///< the box's centre, if geographic
  double corner_x = 0, corner_y = 0;  ///< of the box, in the file's coordinates
  double side = 0;                    ///< m
  double side_x = 0, side_y = 0;      ///< in the file's coordinates
  std::vector<double> seconds;        ///< (snapshot)
  double missing = 0;                 ///< share of points without a value, filled later
  double largest_inconsistency = 0;   ///< of a recovered height, over its largest difference
  std::vector<flow::Patch> field;     ///< (snapshot) x and y in sides of the box, 0..1 and a few
                                      ///< points beyond; velocity along x
  std::vector<flow::Patch> field_y;   ///< (snapshot) velocity along y

  bool is_velocity() const { return format == "velocity"; }
};

/// What a field's reader needs to know beside the box: see FieldSourceOptions. With `periodic` the
/// whole grid is taken, one spacing short of its box, which must be square; else the largest square
/// about the centre of the box (all of the field if none is given). Throws Error for variables,
/// units, boxes and snapshots that are not there, and where too much is missing.
FieldSource read_field_source(const std::filesystem::path& path, const std::string& format,
                              const FieldSourceOptions& options, bool periodic);

}  // namespace lagoon::pipelines
