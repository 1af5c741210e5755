#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "datasets/drifters/cleaning.hpp"
#include "datasets/drifters/csv_reader.hpp"
#include "datasets/drifters/track_scales.hpp"
#include "pipelines/support/option_table.hpp"

namespace lagoon::pipelines {

/// Everything that `lagoon import` asks for real drifters. The first three are options that other
/// formats have too: the verb declares them once and copies them here.
struct DrifterImportOptions {
  std::vector<double> box;  ///< x0, y0, x1, y1; empty: all
  double window_days = 0;   ///< 0: the whole record
  double final_time = 0.1;

  std::vector<std::string> columns;            ///< ROLE=NAME
  std::string numbered_time = "unix-seconds";  ///< unix-seconds | matlab-days
  std::filesystem::path velocities;            ///< of positions without names and times
  std::string period;                          ///< START,END; either may be empty
  double max_speed = 0;                        ///< m/s; 0: any
  double max_gap_hours = 0;                    ///< 0: any
  double stationary_hours = 0;                 ///< 0: rest is kept
  double stationary_metres = 100;
  std::int64_t min_records = 2;
  double box_km = 0;              ///< 0: from the spread of the tracks
  std::string layout = "ragged";  ///< ragged | orthogonal
  double regular_seconds = 0;     ///< step of common times; 0: none
  std::int64_t common_times = 0;  ///< number of common times; 0: none
};

/// Declares the options of real drifters, which have an effect only where `asked` holds.
void declare_drifter_import(OptionTable& table, DrifterImportOptions& options,
                            const std::function<bool()>& asked);

/// What the libraries are asked. Throws Error for a period that cannot be read.
datasets::CsvRequest csv_request(const DrifterImportOptions& options);
datasets::CleaningRules cleaning_rules(const DrifterImportOptions& options);
datasets::TrackScalesRequest scales_request(const DrifterImportOptions& options);

}  // namespace lagoon::pipelines
