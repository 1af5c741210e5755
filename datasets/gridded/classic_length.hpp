#pragma once

#include <cstdint>

namespace lagoon::datasets {

/// Bytes that a classic NetCDF file (CDF-1, -2 or -5) of this header has at least, up to three of
/// padding at its end; 0 for netCDF-4. libnetcdf gives zeros where a classic file is cut short, so
/// that its length must be looked at. `file`: libnetcdf's identifier. Layout: NetCDF Users Guide,
/// appendix "NetCDF Classic Format".
std::uint64_t classic_length(int file);

}  // namespace lagoon::datasets
