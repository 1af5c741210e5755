#pragma once

/// The readers of HDF5 open a file in a child first, for damaged metadata crash and hang the
/// libraries. A crash there is expected, if it is theirs.
namespace lagoon::fuzz {

/// From now on what children of fork() report is kept, and their deaths are not libFuzzer's.
void watch_children();

/// Ends the program if a child since the last call died of a fault in lagoon's own code: one whose
/// stack has no frame of libhdf5 or libnetcdf.
void require_no_fault_in_children();

}  // namespace lagoon::fuzz
