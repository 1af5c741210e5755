#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "datasets/description.hpp"
#include "datasets/reader.hpp"
#include "datasets/sample_block.hpp"
#include "datasets/storage/schema.hpp"
#include "datasets/writer.hpp"
#include "tests/support/files.hpp"

namespace lagoon::datasets::tests {

using lagoon::tests::read_text;
using lagoon::tests::real_data;
using lagoon::tests::TemporaryFolder;
using lagoon::tests::write_text;

/// A small law (5 modes, 2 drifters, 3 times) and all else that a file says of itself.
Description small_description(std::int64_t n_flows, Storage storage = Storage::float32);

/// The same with everything that a file can hold: gaps, varying amplitudes, mean velocity,
/// diffusivity, stations, fields and scales.
Description rich_description(std::int64_t n_flows, Storage storage = Storage::float32);

/// A description's shard.
Description shard_of(Description description, Shard shard);

/// Samples that are functions of flow and place only, so that any part can be checked on its own.
/// `first` counts in the whole dataset.
SampleBlock samples_of(const Description& description, std::int64_t first, std::int64_t count);

/// Values of a block as text, NaN alike: what two blocks of the same samples agree in.
std::string text_of(const SampleBlock& block);

/// Everything that a reader gives of flows [first, first + count) of the file.
SampleBlock read_samples(const Reader& reader, std::int64_t first, std::int64_t count);

/// Flows in a block that write_rest writes.
inline constexpr std::int64_t kBlockFlows = 512;

/// Writes the blocks that are missing, `before_block` called before each, and finishes.
void write_rest(
    Writer& writer, const Description& description,
    const std::function<void()>& before_block = [] {});

/// create + write_rest.
void write_dataset(const std::filesystem::path& path, const Description& description);

/// The message of the Error that `action` throws; fails the test if it throws none.
std::string error_of(const std::function<void()>& action);

/// Runs `action` in a child under an alarm. The child's exit status (0: action returned, 1: it
/// threw an Error, 2: something else was thrown), or minus the signal that ended it.
int run_in_child(const std::function<void()>& action, unsigned seconds = 10);

/// The bytes of a variable as they lie in the file.
std::string stored_bytes(const std::filesystem::path& path, const Description& description,
                         const VariableRow& variable);

/// A Python that imports xarray, h5netcdf, netCDF4 and h5py; "" if there is none.
std::string find_python();

/// Runs a command of the shell; what it printed, with its exit status.
struct CommandResult {
  int status;
  std::string output;
};
CommandResult run_command(const std::string& command);

}  // namespace lagoon::datasets::tests
