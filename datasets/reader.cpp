#include "datasets/reader.hpp"

#include <algorithm>
#include <numeric>
#include <optional>
#include <type_traits>

#include "datasets/storage/dataset_file.hpp"
#include "datasets/storage/samples.hpp"
#include "flow/error.hpp"

namespace lagoon::datasets {

namespace fs = std::filesystem;

/// The file itself, or the shards behind it, of which one is open at a time.
struct Reader::State {
  explicit State(const fs::path& path) : file(path) {
    for (int index = 0; index < file.n_shards(); ++index) {
      try {
        open(index).require_is_shard({index, file.n_shards()}, sample_hash(file.description()));
      } catch (const Error& error) {
        throw Error(path.string() + ": " + error.what());
      }
    }
  }

  // The file of a shard; for a file without shards, itself.
  const DatasetFile& open(int index) const {
    if (file.n_shards() == 0) return file;
    if (!opened || opened_index != index) {
      opened.emplace(shard_path(file.path(), {index, file.n_shards()}));
      opened_index = index;
    }
    return *opened;
  }

  // Calls visit(file, first, count) for the part of flows [first, first + count) that each file
  // holds, in order, `first` counted within the file.
  template <class Visitor>
  void visit_files(std::int64_t first, std::int64_t count, Visitor&& visit) const {
    if (file.n_shards() == 0) return visit(file, first, count);
    for (int index = 0; index < file.n_shards(); ++index) {
      const FlowRange held = flows_of({index, file.n_shards()}, file.description().n_flows);
      const std::int64_t begin = std::max(first, held.first);
      const std::int64_t end = std::min(first + count, held.first + held.size);
      if (begin < end) visit(open(index), begin - held.first, end - begin);
    }
  }

  void require_range(std::int64_t first, std::int64_t count) const {
    if (first < 0 || count < 0 || count > file.n_readable() - first)
      throw Error(file.path().string() + ": " + std::to_string(count) + " flows from flow " +
                  std::to_string(first) + " on were asked for, but it holds " +
                  std::to_string(file.n_readable()));
  }

  // Number: double, or complex<double> where the last axis is (real, imaginary).
  template <class Number>
  std::vector<Number> read(const std::string& path, std::int64_t first, std::int64_t count) const {
    require_range(first, count);
    const SampleVariable* const variable = find_sample(file.samples(), path);
    if (variable == nullptr) return {};
    constexpr std::size_t kParts = std::is_same_v<Number, double> ? 1 : 2;
    std::vector<Number> values(static_cast<std::size_t>(count * variable->numbers) / kParts);
    auto* next = reinterpret_cast<double*>(values.data());
    visit_files(first, count,
                [&](const DatasetFile& part, std::int64_t begin, std::int64_t n_flows) {
                  part.read(*variable, begin, n_flows, next);
                  next += n_flows * variable->numbers;
                });
    return values;
  }

  DatasetFile file;
  mutable std::optional<DatasetFile> opened;
  mutable int opened_index = -1;
};

Reader::Reader(const fs::path& path) : state_(std::make_unique<State>(path)) {}
Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;
Reader::~Reader() = default;

const fs::path& Reader::path() const {
  return state_->file.path();
}
const Description& Reader::description() const {
  return state_->file.description();
}
std::uint64_t Reader::law_hash() const {
  return state_->file.law_hash();
}
std::int64_t Reader::n_flows() const {
  return state_->file.n_readable();
}
std::int64_t Reader::first_flow() const {
  return state_->file.first_flow();
}
bool Reader::complete() const {
  return state_->file.complete();
}
int Reader::n_shards() const {
  return state_->file.n_shards();
}

std::vector<Split> Reader::splits() const {
  std::vector<Split> result;
  result.reserve(static_cast<std::size_t>(n_flows()));
  for (std::int64_t i = 0; i < n_flows(); ++i)
    result.push_back(split_of(first_flow() + i, description().fractions));
  return result;
}

std::vector<std::int64_t> Reader::rows(Split split) const {
  std::vector<std::int64_t> result;
  for (std::int64_t i = 0; i < n_flows(); ++i)
    if (split_of(first_flow() + i, description().fractions) == split) result.push_back(i);
  return result;
}

std::vector<std::int64_t> Reader::all_rows() const {
  std::vector<std::int64_t> result(static_cast<std::size_t>(n_flows()));
  std::iota(result.begin(), result.end(), 0);
  return result;
}

std::vector<std::complex<double>> Reader::psi_hat(std::int64_t first, std::int64_t count) const {
  return state_->read<std::complex<double>>("/eulerian/psi_hat", first, count);
}

std::vector<std::complex<double>> Reader::amplitudes(std::int64_t first, std::int64_t count) const {
  return state_->read<std::complex<double>>("/eulerian/amplitudes", first, count);
}

Reader::Components Reader::positions(std::int64_t first, std::int64_t count) const {
  Components positions{state_->read<double>("/x", first, count),
                       state_->read<double>("/y", first, count)};
  if (law().has_gaps())
    state_->file.require_observed_together(positions.x, positions.y, first, count);
  return positions;
}

Reader::Components Reader::station_velocity(std::int64_t first, std::int64_t count) const {
  return {state_->read<double>("/eulerian/velocity_x", first, count),
          state_->read<double>("/eulerian/velocity_y", first, count)};
}

std::vector<double> Reader::psi(std::int64_t first, std::int64_t count) const {
  return state_->read<double>("/eulerian/psi", first, count);
}

std::vector<double> Reader::vorticity(std::int64_t first, std::int64_t count) const {
  return state_->read<double>("/eulerian/vorticity", first, count);
}

void Reader::verify_checksums() const {
  state_->visit_files(0, n_flows(),
                      [](const DatasetFile& file, std::int64_t, std::int64_t) { file.verify(); });
}

}  // namespace lagoon::datasets
