#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "pipelines/generation/law_table.hpp"
#include "pipelines/support/option_table.hpp"

namespace lagoon::pipelines {

/// The law that is fitted to imported flows, whatever they come from.
struct FittedLawOptions {
  int max_wavenumber = 3;       ///< modes |k|, |l| <= this, one of each pair of mirrors
  double final_time = 0.1;      ///< the window's length in the law's units
  std::string prior = "power";  ///< as flow::fit_random_mode_prior's form
};

/// What is read from a gridded file, and which part of it.
struct FieldSourceOptions {
  std::string variable, variable_x, variable_y;  ///< the last two of velocity
  std::string axis_x, axis_y, axis_time;         ///< as datasets::GriddedRequest; empty: found
  std::string units;                             ///< empty: as the file says
  std::string coordinates = "auto";              ///< auto | degrees | m | km
  std::vector<double> box;                       ///< x0, y0, x1, y1; empty: all
  std::string snapshots;                         ///< "START:STEP:COUNT"; empty: all
  double max_missing = 0.2;
  std::string streamfunction_by = "helmholtz";  ///< helmholtz | height
  std::string plane = "f";                      ///< f | beta
};

/// How a box becomes a torus.
struct ProjectionOptions {
  std::string edges = "taper";    ///< taper | extend | none
  double taper = 0.25;            ///< share of the side, both ends together
  int grid = 0;                   ///< points a side; 0: those of the field
  double deformation_radius = 0;  ///< km; 0: none (barotropic)
};

/// Everything that `lagoon import` asks for gridded fields.
struct FieldImportOptions {
  FittedLawOptions law;
  FieldSourceOptions source;
  ProjectionOptions projection;
  double window_days = 7;
  std::string frequencies = "auto";  ///< auto | fit | steady
  int lag = 1;                       ///< snapshots over which frequencies are fitted
  LawRequest drifters;               ///< release, times and seeds; its prior is not looked at
  double tolerance = 1e-6;
  int step_probe = 64;
  std::uint64_t seed = 0;
  int threads = 0;
  std::filesystem::path plot;
};

/// The defaults: 64 drifters on a grid, 20 times.
FieldImportOptions default_field_options();

/// The format is one of gridded fields.
bool is_gridded(const std::string& format);

/// Declares the options of laws that are fitted to fields.
void declare_fitted_law(OptionTable& table, FittedLawOptions& options);

/// Declares the options of gridded fields, which have an effect only where `asked` holds.
void declare_fields(OptionTable& table, FieldImportOptions& options,
                    const std::function<bool()>& asked);

}  // namespace lagoon::pipelines
