#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "datasets/gridded/array_file.hpp"

namespace lagoon::datasets {

/// A file that libnetcdf has open for reading, if it could; closed with its owner. The libraries
/// print nothing of it.
class NetcdfHandle {
 public:
  /// Opens it.
  explicit NetcdfHandle(const std::filesystem::path& path);
  NetcdfHandle(NetcdfHandle&& other) noexcept
      : id_(std::exchange(other.id_, kNone)), refusal_(std::move(other.refusal_)) {}
  ~NetcdfHandle();

  bool is_open() const { return id_ != kNone; }
  int id() const { return id_; }                           ///< of the root group
  const std::string& refusal() const { return refusal_; }  ///< libnetcdf's words if it is not open

 private:
  static constexpr int kNone = -1;
  int id_ = kNone;
  std::string refusal_;
};

/// The arrays of a NetCDF file of any kind that libnetcdf reads (classic, 64-bit, netCDF-4, and
/// much other HDF5), with those of all groups. Null, and libnetcdf's words in `refusal`, if it
/// cannot open the file; Error if it opens and is then found damaged.
std::unique_ptr<ArrayFile> open_netcdf_file(const std::filesystem::path& path,
                                            std::string& refusal);

}  // namespace lagoon::datasets
