#include "datasets/storage/row_reader.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "datasets/shards.hpp"
#include "datasets/storage/dataset_file.hpp"
#include "datasets/storage/durable_file.hpp"
#include "flow/error.hpp"

namespace lagoon::datasets {
namespace {

namespace fs = std::filesystem;

const std::array<std::string, 3> kVariables = {"/eulerian/psi_hat", "/x", "/y"};

/// Where a variable of one file lies.
struct Place {
  SampleVariable variable;
  std::int64_t offset = 0;
};

/// One file, open for reads at any place.
class OpenFile {
 public:
  OpenFile(const fs::path& path, FlowRange flows) : path_(path), flows_(flows) {
    const DatasetFile checked(path);
    const auto file = hdf5::File::open(path, hdf5::File::Access::read);
    for (std::size_t i = 0; i < kVariables.size(); ++i) {
      const SampleVariable* const variable = find_sample(checked.samples(), kVariables[i]);
      const std::int64_t offset = variable ? file.info(kVariables[i]).offset : -1;
      require(offset >= 0, path.string() + ": " + kVariables[i] +
                               " is missing or in pieces: read it into memory (--pairs memory)");
      places_[i] = {*variable, offset};
    }
    // Last: a constructor that throws calls no destructor.
    descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor_ < 0) throw Error(system_failure(path, "cannot be opened"));
  }
  OpenFile(OpenFile&& other) noexcept
      : path_(std::move(other.path_)),
        flows_(other.flows_),
        descriptor_(std::exchange(other.descriptor_, -1)),
        places_(std::move(other.places_)) {}
  ~OpenFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

  const fs::path& path() const { return path_; }
  const FlowRange& flows() const { return flows_; }

  /// Numbers of one flow of variable `which`.
  void read(std::size_t which, std::int64_t flow, bool gaps, double* numbers) const {
    const SampleVariable& variable = places_[which].variable;
    const auto n = static_cast<std::size_t>(variable.numbers);
    const std::int64_t at = places_[which].offset + (flow - flows_.first) * variable.bytes();
    if (variable.type == hdf5::Type::float64) {
      read_bytes(numbers, n * sizeof(double), at);
    } else {
      std::vector<float> stored(n);
      read_bytes(stored.data(), n * sizeof(float), at);
      std::ranges::copy(stored, numbers);
    }
    if (find_impossible({numbers, n}, gaps && variable.may_have_gaps) >= 0) {
      throw Error(path_.string() + ": " + variable.path + " of flow " +
                  std::to_string(flow - flows_.first) + " is not finite");
    }
  }

 private:
  void read_bytes(void* values, std::size_t size, std::int64_t at) const {
    auto* next = static_cast<std::byte*>(values);
    while (size > 0) {
      const ssize_t got = ::pread(descriptor_, next, size, at);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) throw Error(system_failure(path_, "cannot be read"));
      require(got > 0, path_.string() + ": truncated while it was read");
      next += got;
      at += got;
      size -= static_cast<std::size_t>(got);
    }
  }

  fs::path path_;
  FlowRange flows_;
  int descriptor_ = -1;
  std::array<Place, 3> places_;
};

}  // namespace

struct RowReader::State {
  explicit State(const Reader& reader)
      : path(reader.path()), law(reader.law()), n_flows(reader.n_flows()) {
    if (reader.n_shards() == 0) files.emplace_back(reader.path(), FlowRange{0, n_flows});
    for (int i = 0; i < reader.n_shards(); ++i) {
      const Shard shard{i, reader.n_shards()};
      files.emplace_back(shard_path(reader.path(), shard), flows_of(shard, n_flows));
    }
  }

  const OpenFile& file_of(std::int64_t flow) const {
    require(flow >= 0 && flow < n_flows, path.string() + ": flow " + std::to_string(flow) +
                                             " was asked for, but it holds " +
                                             std::to_string(n_flows));
    const auto after = std::ranges::upper_bound(
        files, flow, {}, [](const OpenFile& file) { return file.flows().first; });
    return *(after - 1);
  }

  fs::path path;
  flow::Law law;
  std::int64_t n_flows;
  std::vector<OpenFile> files;
};

RowReader::RowReader(const Reader& reader) : state_(std::make_unique<State>(reader)) {}
RowReader::RowReader(RowReader&&) noexcept = default;
RowReader::~RowReader() = default;

const flow::Law& RowReader::law() const {
  return state_->law;
}

SampleBlock RowReader::read(std::span<const std::int64_t> flows) const {
  const flow::Law& law = state_->law;
  const std::size_t n_modes = law.n_modes(), n_positions = law.n_drifters() * law.n_times();
  SampleBlock block;
  block.psi_hat.resize(flows.size() * n_modes);
  block.x.resize(flows.size() * n_positions);
  block.y.resize(block.x.size());
  for (std::size_t i = 0; i < flows.size(); ++i) {
    const OpenFile& file = state_->file_of(flows[i]);
    auto* psi_hat = reinterpret_cast<double*>(block.psi_hat.data() + i * n_modes);
    file.read(0, flows[i], law.has_gaps(), psi_hat);
    file.read(1, flows[i], law.has_gaps(), block.x.data() + i * n_positions);
    file.read(2, flows[i], law.has_gaps(), block.y.data() + i * n_positions);
  }
  require(!law.has_gaps() || find_half_observed(block.x, block.y) < 0,
          state_->files.front().path().string() +
              ": of /x and /y of a flow one is observed, the other is not");
  return block;
}

}  // namespace lagoon::datasets
