#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "datasets/drifters/tracks.hpp"
#include "datasets/text/calendar.hpp"

namespace lagoon::datasets {

/// How a table is to be read.
struct CsvRequest {
  /// "role=name of the column", for columns without a usual name. Roles: id, time, longitude,
  /// latitude, x, y, velocity_x, velocity_y.
  std::vector<std::string> columns;
  NumberedTime numbers = NumberedTime::unix_seconds;  ///< but of columns datenum and matlab_time
};

/// Reads a table with a header line, one record a line. Positions are longitude and latitude in
/// degrees, else x and y in metres (kilometres if the name ends in _km); velocities are in m/s
/// (cm/s if the name ends in _cm_s). Without a column for it, the drifter is named as the file.
/// Rows that cannot be read are counted, the first one told. Throws Error that names the column
/// that is missing and those there are, or a file that is no such table.
DrifterRecords read_drifter_csv(const std::filesystem::path& path, const CsvRequest& request);

/// Velocities at points at one instant, without names of drifters and without a time.
struct VelocitySnapshot {
  std::vector<double> x, y;                    ///< (obs) metres
  std::vector<double> velocity_x, velocity_y;  ///< (obs) metres per second
  std::size_t n_points() const { return x.size(); }
};

/// Reads two tables of two columns without header, line by line the same points: positions in
/// kilometres of a local plane, and velocities in m/s. Throws Error naming file and line of what is
/// no pair of finite numbers, or both lengths if they differ.
VelocitySnapshot read_velocity_snapshot(const std::filesystem::path& positions,
                                        const std::filesystem::path& velocities);

}  // namespace lagoon::datasets
