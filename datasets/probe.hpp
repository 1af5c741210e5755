#pragma once

#include <filesystem>
#include <functional>

namespace lagoon::datasets {

/// Opens a file that may not be ours in a child process with limits of 8 s and of memory: damaged
/// metadata can hang or crash the HDF5 library itself. Throws Error if the child was killed or
/// could not open the file. Call it before threads are started.
void probe_file(const std::filesystem::path& path);

/// The same with the caller's way to open the file, which throws Error for one it does not take.
void probe_file(const std::filesystem::path& path,
                const std::function<void(const std::filesystem::path&)>& open);

}  // namespace lagoon::datasets
