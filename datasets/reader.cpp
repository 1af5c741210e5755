#include "datasets/reader.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <numeric>
#include <optional>
#include <type_traits>
#include <utility>

#include "datasets/storage/checksum.hpp"
#include "datasets/storage/hdf5.hpp"
#include "datasets/storage/layout.hpp"
#include "datasets/storage/schema.hpp"
#include "datasets/writer.hpp"
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
    throw Error(path.string() + ": is a folder or a device, not a dataset");
  std::ifstream stream(path, std::ios::binary);
  if (!stream) throw Error(path.string() + ": cannot be read (check its permissions)");
  std::string signature(8, '\0');
  stream.read(signature.data(), 8);
  if (signature != "\x89HDF\r\n\x1a\n")
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

void read_law(const File& file, const Extent& extent, flow::Law& law) {
  law.modes.k = read_all<int>(file, "/eulerian/k", extent.n_modes);
  law.modes.l = read_all<int>(file, "/eulerian/l", extent.n_modes);
  law.omega = read_all<double>(file, "/eulerian/omega", extent.n_modes);
  law.prior_std = read_all<double>(file, "/eulerian/prior_std", extent.n_modes);
  law.times = read_all<double>(file, "/model_time", extent.n_times);
  law.release_x = read_all<double>(file, "/release_x", extent.n_drifters);
  law.release_y = read_all<double>(file, "/release_y", extent.n_drifters);
  law.damping.assign(law.modes.size(), 0);
  law.release_time.assign(law.release_x.size(), 0);
}

void require_version(const File& file, const fs::path& path) {
  if (!file.has_attribute("schema_version"))
    throw Error(path.string() +
                ": not a dataset of lagoon (no global attribute schema_version; "
                "`lagoon generate` and `lagoon import` write such files)");
  const auto version = file.number_attribute<std::int32_t>("schema_version");
  if (version != kSchemaVersion)
    throw Error(path.string() + ": schema_version is " + std::to_string(version) +
                ", this program reads " + std::to_string(kSchemaVersion) +
                " (use the version of lagoon that wrote it)");
}

}  // namespace

struct Reader::State {
  explicit State(const fs::path& file_path)
      : path(file_path),
        file_size(require_hdf5_file(path)),
        file(File::open(path, File::Access::read)) {
    require_version(file, path);
    read_description();
    check_hashes();
    read_progress();
    read_splits();
  }

  void read_description() try {
    description.storage = storage_from_string(file.text_attribute("storage"));
    extent = require_layout(file, description.storage, file_size);
    visit_attributes(description,
                     [&](const char* name, auto& member) { read_member(file, name, member); });
    description.n_flows = extent.n_flows;
    read_law(file, extent, description.law);
    require_valid(description.law);
    require_valid(description.fractions);
  } catch (const Error& error) {
    const std::string message = error.what();
    throw Error(message.starts_with(path.string()) ? message : path.string() + ": " + message);
  }

  void check_hashes() {
    law_hash = flow::hash(description.law);
    if (file.text_attribute("law_hash") != to_hex(law_hash))
      fail("law_hash is not the hash of the modes, omega, prior_std, release points and times");
    if (file.text_attribute("sample_hash") != to_hex(sample_hash(description)))
      fail("sample_hash is not the hash of the seed, sizes and scheme");
    if (read_all<double>(file, "/time", extent.n_times) != description.law.times)
      fail("/time differs from /model_time");
  }

  void read_progress() {
    complete = file.number_attribute<std::int8_t>("complete") != 0;
    file.read("/integrity/samples_complete", 0, 1, &n_readable);
    const bool whole_blocks = n_readable % Writer::kBlockFlows == 0 && !complete;
    if (n_readable < 0 || n_readable > extent.n_flows ||
        (n_readable != extent.n_flows && !whole_blocks))
      fail("/integrity/samples_complete is " + std::to_string(n_readable));
  }

  void read_splits() {
    const auto flags = read_all<std::int8_t>(file, "/split", extent.n_flows);
    splits.reserve(flags.size());
    for (std::size_t i = 0; i < flags.size(); ++i) {
      splits.push_back(split_of(static_cast<std::int64_t>(i), description.fractions));
      if (flags[i] != static_cast<std::int8_t>(splits[i]))
        fail("/split of flow " + std::to_string(i) + " is not what the fractions say");
    }
    splits.resize(static_cast<std::size_t>(n_readable));
  }

  [[noreturn]] void fail(const std::string& what) const {
    throw Error(path.string() + ": " + what + kDamaged);
  }

  void require_range(std::int64_t first, std::int64_t count) const {
    if (first < 0 || count < 0 || count > n_readable - first)
      throw Error(path.string() + ": " + std::to_string(count) + " flows from flow " +
                  std::to_string(first) + " on were asked for, but it holds " +
                  std::to_string(n_readable));
  }

  // The first value that is not finite, told as its flow.
  void require_finite(std::span<const double> values, std::int64_t first, std::int64_t count,
                      const std::string& variable) const {
    const auto bad = std::ranges::find_if_not(values, [](double v) { return std::isfinite(v); });
    if (bad == values.end()) return;
    const auto per_flow = static_cast<std::int64_t>(values.size()) / count;
    const std::int64_t flow = first + (bad - values.begin()) / per_flow;
    fail(variable + " of flow " + std::to_string(flow) + " is not finite");
  }

  std::vector<double> read_positions(const std::string& variable, std::int64_t first,
                                     std::int64_t count) const {
    std::vector<double> values(
        static_cast<std::size_t>(count * extent.n_drifters * extent.n_times));
    if (count == 0) return values;
    file.read(variable, first * extent.n_drifters, count * extent.n_drifters, values.data());
    require_finite(values, first, count, variable);
    return values;
  }

  // Rows as they are stored.
  std::vector<std::byte> read_stored(const std::string& variable, hdf5::Type type,
                                     std::int64_t row_values, std::int64_t first,
                                     std::int64_t count) const {
    std::vector<std::byte> bytes(static_cast<std::size_t>(count * row_values) * size_of(type));
    file.read_rows(variable, first, count, type, bytes.data());
    return bytes;
  }

  std::uint64_t checksum_of(std::int64_t first, std::int64_t count) const {
    constexpr std::int64_t kFlowsAtOnce = 64;
    const auto type =
        description.storage == Storage::float32 ? hdf5::Type::float32 : hdf5::Type::float64;
    std::uint64_t checksum = 0;
    for (std::int64_t i = first; i < first + count; i += kFlowsAtOnce) {
      const std::int64_t n = std::min(kFlowsAtOnce, first + count - i);
      const std::int64_t row = i * extent.n_drifters, n_rows = n * extent.n_drifters;
      checksum = extend_checksum(
          checksum, static_cast<std::size_t>(n),
          read_stored("/eulerian/psi_hat", hdf5::Type::float64, 2 * extent.n_modes, i, n),
          read_stored("/x", type, extent.n_times, row, n_rows),
          read_stored("/y", type, extent.n_times, row, n_rows));
    }
    return checksum;
  }

  template <class Function>
  void verify_each(const std::string& variable, Function value_of) const {
    const std::int64_t n = extent.length(Dimension::trajectory);
    std::vector<std::decay_t<decltype(value_of(0))>> values;
    for (std::int64_t first = 0; first < n; first += kSlabRows) {
      values.resize(static_cast<std::size_t>(std::min(kSlabRows, n - first)));
      file.read(variable, first, static_cast<std::int64_t>(values.size()), values.data());
      for (std::size_t i = 0; i < values.size(); ++i)
        if (values[i] != value_of(first + static_cast<std::int64_t>(i)))
          fail(variable + " of trajectory " + std::to_string(first + static_cast<std::int64_t>(i)) +
               " is not what the law says");
    }
  }

  fs::path path;
  std::int64_t file_size;
  File file;
  Description description;
  Extent extent;
  std::uint64_t law_hash = 0;
  std::int64_t n_readable = 0;
  bool complete = false;
  std::vector<Split> splits;
};

Reader::Reader(const fs::path& path) : state_(std::make_unique<State>(path)) {}
Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;
Reader::~Reader() = default;

const fs::path& Reader::path() const {
  return state_->path;
}
const Description& Reader::description() const {
  return state_->description;
}
std::uint64_t Reader::law_hash() const {
  return state_->law_hash;
}
std::int64_t Reader::n_flows() const {
  return state_->n_readable;
}
bool Reader::complete() const {
  return state_->complete;
}
std::vector<Split> Reader::splits() const {
  return state_->splits;
}

std::vector<std::int64_t> Reader::rows(Split split) const {
  std::vector<std::int64_t> result;
  for (std::int64_t i = 0; i < n_flows(); ++i)
    if (state_->splits[static_cast<std::size_t>(i)] == split) result.push_back(i);
  return result;
}

std::vector<std::int64_t> Reader::all_rows() const {
  std::vector<std::int64_t> result(static_cast<std::size_t>(n_flows()));
  std::iota(result.begin(), result.end(), 0);
  return result;
}

std::vector<std::complex<double>> Reader::psi_hat(std::int64_t first, std::int64_t count) const {
  state_->require_range(first, count);
  std::vector<std::complex<double>> values(
      static_cast<std::size_t>(count * state_->extent.n_modes));
  if (count == 0) return values;
  auto* const parts = reinterpret_cast<double*>(values.data());
  state_->file.read("/eulerian/psi_hat", first, count, parts);
  state_->require_finite({parts, 2 * values.size()}, first, count, "/eulerian/psi_hat");
  return values;
}

Reader::Positions Reader::positions(std::int64_t first, std::int64_t count) const {
  state_->require_range(first, count);
  return {state_->read_positions("/x", first, count), state_->read_positions("/y", first, count)};
}

void Reader::verify_checksums() const {
  visit_trajectory_values(
      law(), [&](const char* variable, auto value_of) { state_->verify_each(variable, value_of); });
  for (std::int64_t first = 0; first < n_flows(); first += Writer::kBlockFlows) {
    const std::int64_t block = first / Writer::kBlockFlows;
    std::uint64_t expected = 0;
    state_->file.read("/integrity/checksum", block, 1, &expected);
    if (state_->checksum_of(first, std::min(Writer::kBlockFlows, n_flows() - first)) != expected)
      state_->fail("the checksum of block " + std::to_string(block) + " (flows from " +
                   std::to_string(first) + ") differs");
  }
}

}  // namespace lagoon::datasets
