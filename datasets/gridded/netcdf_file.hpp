#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "datasets/gridded/array_file.hpp"

namespace lagoon::datasets {

/// The arrays of a NetCDF file of any kind that libnetcdf reads (classic, 64-bit, netCDF-4, and
/// much other HDF5), with those of all groups. Null, and libnetcdf's words in `refusal`, if it
/// cannot open the file; Error if it opens and is then found damaged.
std::unique_ptr<ArrayFile> open_netcdf_file(const std::filesystem::path& path,
                                            std::string& refusal);

}  // namespace lagoon::datasets
