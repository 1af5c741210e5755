#include "datasets/storage/dataset_file.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <span>
#include <type_traits>

#include "datasets/storage/layout.hpp"
#include "flow/error.hpp"
#include "flow/hash.hpp"

namespace lagoon::datasets {
namespace {

namespace fs = std::filesystem;
using hdf5::File;

constexpr const char* kDamaged = " (the file is damaged: generate it again, or take a copy)";

// What can be told without the HDF5 library; the length of the file.
std::int64_t require_hdf5_file(const fs::path& path) {
  std::error_code error;
  if (!fs::exists(path, error)) throw Error(path.string() + ": there is no such file");
  if (!fs::is_regular_file(path, error))
    throw Error(
        path.string() +
        ": is a folder or a device, not a dataset (give a file, as lagoon generate writes it)");
  std::ifstream stream(path, std::ios::binary);
  if (!stream) throw Error(path.string() + ": cannot be read (check its permissions)");
  std::string signature(hdf5::kFileSignature.size(), '\0');
  stream.read(signature.data(), static_cast<std::streamsize>(signature.size()));
  if (signature != hdf5::kFileSignature)
    throw Error(path.string() + ": not an HDF5 file, so no dataset of lagoon");
  return static_cast<std::int64_t>(fs::file_size(path));
}

template <class Number>
std::vector<Number> read_all(const File& file, const std::string& variable, std::int64_t n) {
  std::vector<Number> values(static_cast<std::size_t>(n));
  file.read(variable, 0, n, values.data());
  return values;
}

void read_member(const File& file, const std::string& name, std::string& text) {
  text = file.text_attribute(name);
}

template <class Number>
void read_member(const File& file, const std::string& name, Number& value) {
  value = file.number_attribute<Number>(name);
  if constexpr (std::is_floating_point_v<Number>)
    require(std::isfinite(value), "global attribute " + name + " is not finite");
}

}  // namespace

DatasetFile::DatasetFile(const fs::path& path)
    : path_(path),
      file_size_(require_hdf5_file(path)),
      file_(File::open(path, File::Access::read)) {
  require_version();
  read_description();
  check_hashes();
  read_progress();
  if (n_shards_ == 0) check_splits();
}

void DatasetFile::fail(const std::string& what) const {
  throw Error(path_.string() + ": " + what + kDamaged);
}

void DatasetFile::require_version() const {
  if (file_.has_attribute("lagoon_content"))
    throw Error(path_.string() +
                ": holds tracks of drifters, whose flow nobody knows, and is no dataset of flows "
                "(lagoon inspect tells of it, lagoon assimilate --hold-out maps its flow)");
  if (!file_.has_attribute("schema_version"))
    throw Error(path_.string() +
                ": not a dataset of lagoon (no global attribute schema_version; "
                "`lagoon generate` and `lagoon import` write such files)");
  const auto version = file_.number_attribute<std::int32_t>("schema_version");
  if (version != kSchemaVersion)
    throw Error(path_.string() + ": schema_version is " + std::to_string(version) +
                ", this program reads " + std::to_string(kSchemaVersion) +
                " (use the version of lagoon that wrote it)");
}

void DatasetFile::read_description() try {
  description_.storage = storage_from_string(file_.text_attribute("storage"));
  if (file_.has_attribute("shards")) n_shards_ = file_.number_attribute<std::int32_t>("shards");
  const Contents contents = find_contents(file_, description_.storage);
  extent_ = require_layout(file_, contents, file_size_, n_shards_ != 0);
  visit_attributes(description_,
                   [&](const char* name, auto& member) { read_member(file_, name, member); });
  require_shard_of_file();
  read_law();
  read_eulerian(contents);
  require_valid(description_);
  require(contents == contents_of(description_),
          "/eulerian/amplitudes is there although damping is 0, or missing");
  samples_ = sample_variables(contents, extent_);
} catch (const Error& error) {
  const std::string message = error.what();
  throw Error(message.starts_with(path_.string() + ":") ? message
                                                        : path_.string() + ": " + message);
}

// The flows that the description tells are those that the file has room for.
void DatasetFile::require_shard_of_file() {
  require(description_.n_flows >= 1, "global attribute n_flows is not positive");
  require_valid(description_.shard, description_.n_flows);
  if (n_shards_ == 0) {
    if (flows_of(description_).size != extent_.n_flows)
      throw Error("/split is of " + std::to_string(extent_.n_flows) + " flows, but shard_index, " +
                  "shard_count and n_flows tell " + std::to_string(flows_of(description_).size));
    return;
  }
  require(n_shards_ > 1 && n_shards_ <= description_.n_flows && description_.shard == Shard{},
          "global attribute shards is " + std::to_string(n_shards_) + ": no number of shards");
  extent_.n_flows = description_.n_flows;
}

void DatasetFile::read_law() {
  flow::Law& law = description_.law;
  law.modes.k = read_all<int>(file_, "/eulerian/k", extent_.n_modes);
  law.modes.l = read_all<int>(file_, "/eulerian/l", extent_.n_modes);
  law.omega = read_all<double>(file_, "/eulerian/omega", extent_.n_modes);
  law.prior_std = read_all<double>(file_, "/eulerian/prior_std", extent_.n_modes);
  law.damping = read_all<double>(file_, "/eulerian/damping", extent_.n_modes);
  law.times = read_all<double>(file_, "/model_time", extent_.n_times);
  if (n_shards_ == 0) {
    law.release_x = read_all<double>(file_, "/release_x", extent_.n_drifters);
    law.release_y = read_all<double>(file_, "/release_y", extent_.n_drifters);
    law.release_time = read_all<double>(file_, "/release_time", extent_.n_drifters);
    return;
  }
  const DatasetFile first(shard_path(path_, {0, n_shards_}));
  law.release_x = first.description_.law.release_x;
  law.release_y = first.description_.law.release_y;
  law.release_time = first.description_.law.release_time;
  extent_.n_drifters = first.extent_.n_drifters;
}

void DatasetFile::read_eulerian(const Contents& contents) {
  flow::EulerianObservations& eulerian = description_.eulerian;
  eulerian.psi = contents.psi;
  eulerian.vorticity = contents.vorticity;
  eulerian.grid = static_cast<int>(extent_.n_grid);
  if (contents.stations) {
    eulerian.station_x = read_all<double>(file_, "/eulerian/station_x", extent_.n_stations);
    eulerian.station_y = read_all<double>(file_, "/eulerian/station_y", extent_.n_stations);
  }
  if (!holds(contents, Presence::fields)) return;
  for (const std::string axis : {"/eulerian/grid_x", "/eulerian/grid_y"}) {
    const auto lines = read_all<double>(file_, axis, extent_.n_grid);
    for (std::int64_t i = 0; i < extent_.n_grid; ++i)
      require(lines[static_cast<std::size_t>(i)] == grid_line(i, extent_.n_grid),
              axis + " is not evenly spaced from 0");
  }
}

void DatasetFile::check_hashes() {
  law_hash_ = flow::hash(description_.law);
  if (file_.text_attribute("law_hash") != to_hex(law_hash_))
    fail("law_hash is not the hash of the law (modes, omega, prior_std, damping, times, release)");
  if (file_.text_attribute("sample_hash") != to_hex(sample_hash(description_)))
    fail("sample_hash is not the hash of the seed, sizes, scheme and Eulerian observations");
  if (read_all<double>(file_, "/time", extent_.n_times) != description_.law.times)
    fail("/time differs from /model_time");
}

void DatasetFile::read_progress() {
  complete_ = file_.number_attribute<std::int8_t>("complete") != 0;
  file_.read("/integrity/samples_complete", 0, 1, &n_readable_);
  if (n_readable_ < 0 || n_readable_ > extent_.n_flows ||
      (complete_ && n_readable_ != extent_.n_flows))
    fail("/integrity/samples_complete is " + std::to_string(n_readable_));
  if (n_shards_ != 0 && !complete_) fail("global attribute complete of a master is 0");
}

void DatasetFile::check_splits() const {
  std::vector<std::int8_t> flags;
  for (std::int64_t first = 0; first < extent_.n_flows; first += kSlabRows) {
    flags.resize(static_cast<std::size_t>(std::min(kSlabRows, extent_.n_flows - first)));
    file_.read("/split", first, static_cast<std::int64_t>(flags.size()), flags.data());
    for (std::size_t i = 0; i < flags.size(); ++i) {
      const std::int64_t flow = first + static_cast<std::int64_t>(i);
      const Split split = split_of(first_flow() + flow, description_.fractions);
      if (flags[i] != static_cast<std::int8_t>(split))
        fail("/split of flow " + std::to_string(flow) + " is not what the fractions say");
    }
  }
}

void DatasetFile::require_is_shard(const Shard& shard, std::uint64_t hash) const {
  if (description_.shard != shard || n_shards_ != 0 || sample_hash(description_) != hash)
    throw Error(path_.string() + ": is not shard " + std::to_string(shard.index) + " of " +
                std::to_string(shard.count) +
                " of this dataset (it was generated with other options or by another version)");
  if (!complete_) throw Error(path_.string() + ": is not complete (finish it with --resume)");
}

std::string DatasetFile::name_of_flow(std::int64_t place, std::int64_t numbers,
                                      std::int64_t first) const {
  return " of flow " + std::to_string(first + place / numbers);
}

void DatasetFile::read(const SampleVariable& variable, std::int64_t first, std::int64_t count,
                       double* numbers) const {
  if (count == 0) return;
  file_.read(variable.path, first * variable.rows, count * variable.rows, numbers);
  const bool gaps = variable.may_have_gaps && description_.law.has_gaps();
  const auto size = static_cast<std::size_t>(count * variable.numbers);
  const std::int64_t bad = find_impossible(std::span(numbers, size), gaps);
  if (bad >= 0) fail(variable.path + name_of_flow(bad, variable.numbers, first) + " is not finite");
}

void DatasetFile::require_observed_together(const std::vector<double>& x,
                                            const std::vector<double>& y, std::int64_t first,
                                            std::int64_t count) const {
  const std::int64_t bad = find_half_observed(x, y);
  if (bad < 0) return;
  const auto numbers = static_cast<std::int64_t>(x.size()) / count;
  fail("of /x and /y" + name_of_flow(bad, numbers, first) + " one is observed, the other is not");
}

void DatasetFile::verify_flows(std::int64_t first, std::int64_t count) const {
  std::vector<std::vector<std::byte>> values;
  for (const SampleVariable& variable : samples_) {
    std::vector<std::byte>& bytes = values.emplace_back();
    bytes.resize(static_cast<std::size_t>(count * variable.bytes()));
    file_.read_rows(variable.path, first * variable.rows, count * variable.rows, variable.type,
                    bytes.data());
  }
  const std::vector<std::span<const std::byte>> stored(values.begin(), values.end());
  const auto found = checksums_of(stored, static_cast<std::size_t>(count));
  std::vector<std::uint64_t> expected(static_cast<std::size_t>(count));
  file_.read("/integrity/checksum", first, count, expected.data());
  const auto [differs, unused] = std::ranges::mismatch(found, expected);
  if (differs != found.end())
    fail("the checksum of flow " + std::to_string(first + (differs - found.begin())) + " differs");
}

template <class Function>
void DatasetFile::verify_each(const std::string& variable, Function value_of) const {
  const std::int64_t n = extent_.length(Dimension::trajectory);
  const std::int64_t first_row = first_flow() * extent_.n_drifters;
  std::vector<std::decay_t<decltype(value_of(0))>> values;
  for (std::int64_t first = 0; first < n; first += kSlabRows) {
    values.resize(static_cast<std::size_t>(std::min(kSlabRows, n - first)));
    file_.read(variable, first, static_cast<std::int64_t>(values.size()), values.data());
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::int64_t row = first + static_cast<std::int64_t>(i);
      if (values[i] != value_of(first_row + row))
        fail(variable + " of trajectory " + std::to_string(row) + " is not what the law says");
    }
  }
}

void DatasetFile::verify() const {
  visit_trajectory_values(description_.law, [&](const char* variable, auto value_of) {
    verify_each(variable, value_of);
  });
  const std::int64_t step = flows_in(kPieceBytes, samples_);
  for (std::int64_t first = 0; first < n_readable_; first += step)
    verify_flows(first, std::min(step, n_readable_ - first));
}

}  // namespace lagoon::datasets
