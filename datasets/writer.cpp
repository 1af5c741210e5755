#include "datasets/writer.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "datasets/storage/dataset_file.hpp"
#include "datasets/storage/durable_file.hpp"
#include "datasets/storage/hdf5.hpp"
#include "datasets/storage/layout.hpp"
#include "datasets/storage/samples.hpp"
#include "datasets/storage/schema.hpp"
#include "datasets/text/text.hpp"
#include "flow/error.hpp"

namespace lagoon::datasets {
namespace {

namespace fs = std::filesystem;

fs::path with_suffix(const fs::path& path, const std::string& suffix) {
  return fs::path(path.string() + suffix);
}

std::int64_t size_or_zero(const fs::path& path) {
  std::error_code error;
  const std::uintmax_t size = fs::file_size(path, error);
  return error ? 0 : static_cast<std::int64_t>(size);
}

void remove_file(const fs::path& path) {
  std::error_code error;
  fs::remove(path, error);
  if (error) throw Error(path.string() + ": could not be replaced: " + error.message());
}

void require_lock(DurableFile& file, const fs::path& path) {
  if (!file.lock())
    throw Error(path.string() + ": another process is writing it (wait, or stop it)");
}

void require_absent_or_force(const fs::path& path, const fs::path& part, bool force) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) throw Error(path.string() + ": is a folder (name a file)");
  if (!force) {
    require_absent(path);
    if (is_there(part))
      throw Error(part.string() + ": an unfinished dataset is there (--resume continues it, " +
                  "--force begins again)");
  } else if (is_there(part)) {
    DurableFile file(part, DurableFile::Mode::update);
    require_lock(file, part);
  }
}

// Numbers as they are stored; scratch holds them if that is not how they came.
std::span<const std::byte> stored(std::span<const double> numbers, hdf5::Type type,
                                  std::vector<float>& scratch) {
  if (type == hdf5::Type::float64) return std::as_bytes(numbers);
  scratch.assign(numbers.begin(), numbers.end());
  return std::as_bytes(std::span<const float>(scratch));
}

/// A variable that holds samples, and where it lies: samples and their bookkeeping are written past
/// the HDF5 library, whose metadata then never change.
struct Column {
  SampleVariable variable;
  std::int64_t offset = 0;
  std::vector<float> scratch = {};
};

}  // namespace

struct Writer::State {
  State(fs::path final_path, const Description& full, DurableFile opened,
        const fs::path& opened_path)
      : path(std::move(final_path)),
        part(with_suffix(path, ".part")),
        n_flows(flows_of(full).size),
        has_gaps(full.law.has_gaps()),
        samples(sample_variables(contents_of(full), extent_of(full))),
        flows_at_once(flows_in(kPieceBytes, samples)),
        file(std::move(opened)) {
    const auto layout = hdf5::File::open(opened_path, hdf5::File::Access::read);
    const auto offset_of = [&](const std::string& name) { return layout.info(name).offset; };
    for (const SampleVariable& variable : samples)
      columns.push_back({variable, offset_of(variable.path)});
    checksum_offset = offset_of("/integrity/checksum");
    samples_complete_offset = offset_of("/integrity/samples_complete");
  }

  [[noreturn]] void refuse(const std::string& what) const {
    throw Error(path.string() + ": " + what);
  }

  // The block's numbers, a column each; Error unless all are of the same flows.
  std::vector<std::span<const double>> numbers_by_column(const SampleBlock& block) const {
    std::vector<std::span<const double>> result;
    const auto flows =
        static_cast<std::int64_t>(numbers_of(block.psi_hat).size()) / samples[0].numbers;
    if (flows < 1 || flows > n_flows - flows_complete)
      refuse("a block of " + std::to_string(flows) + " flows was given, " +
             std::to_string(n_flows - flows_complete) + " are to come");
    visit_samples(block, [&](const std::string& name, const auto& member) {
      const SampleVariable* const variable = find_sample(samples, name);
      const std::int64_t due = variable == nullptr ? 0 : flows * variable->numbers;
      const auto numbers = numbers_of(member);
      if (static_cast<std::int64_t>(numbers.size()) != due)
        refuse("a block of " + std::to_string(flows) + " flows has " +
               std::to_string(numbers.size()) + " numbers of " + name + ", expected " +
               std::to_string(due));
      if (variable != nullptr) result.push_back(numbers);
    });
    return result;
  }

  std::string flow_of(std::int64_t place, const SampleVariable& variable) const {
    return " of flow " + std::to_string(flows_complete + place / variable.numbers);
  }

  void require_possible(const std::vector<std::span<const double>>& numbers) const {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const SampleVariable& variable = columns[i].variable;
      const std::int64_t bad = find_impossible(numbers[i], variable.may_have_gaps && has_gaps);
      if (bad >= 0)
        refuse(name_of(variable.path) + flow_of(bad, variable) +
               " is not finite (smaller steps, or a weaker prior)");
    }
  }

  void require_observed_together(const SampleBlock& block) const {
    const std::int64_t bad = find_half_observed(block.x, block.y);
    if (bad >= 0)
      refuse("of x and y" + flow_of(bad, *find_sample(samples, "/x")) +
             " one is observed, the other is not");
  }

  // Writes n flows of the block, from its flow `first` on, and their checksums.
  void write_flows(const std::vector<std::span<const double>>& numbers, std::int64_t first,
                   std::int64_t n) {
    const std::int64_t place = flows_complete + first;
    std::vector<std::span<const std::byte>> bytes;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      auto& [variable, offset, scratch] = columns[i];
      const auto piece = numbers[i].subspan(static_cast<std::size_t>(first * variable.numbers),
                                            static_cast<std::size_t>(n * variable.numbers));
      bytes.push_back(stored(piece, variable.type, scratch));
      file.write_at(offset + place * variable.bytes(), bytes.back());
    }
    const auto checksums = checksums_of(bytes, static_cast<std::size_t>(n));
    file.write_at(checksum_offset + place * 8, std::as_bytes(std::span(checksums)));
  }

  // The samples are on the disk before they are counted.
  void count_flows(std::int64_t n) {
    file.sync();
    const std::int64_t now_complete = flows_complete + n;
    file.write_at(samples_complete_offset, std::as_bytes(std::span(&now_complete, 1)));
    file.sync();
    flows_complete = now_complete;
  }

  fs::path path, part;
  std::int64_t n_flows;
  bool has_gaps;
  std::vector<SampleVariable> samples;
  std::int64_t flows_at_once;
  DurableFile file;
  std::vector<Column> columns;
  std::int64_t checksum_offset = 0, samples_complete_offset = 0;
  std::int64_t flows_complete = 0;
};

Writer::Writer(std::unique_ptr<State> state) : state_(std::move(state)) {}
Writer::Writer(Writer&&) noexcept = default;
Writer& Writer::operator=(Writer&&) noexcept = default;
Writer::~Writer() = default;

std::int64_t Writer::flows_complete() const {
  return state_->flows_complete;
}

Writer Writer::create(const fs::path& path, const Description& description, bool force) {
  require_valid(description);
  const fs::path part = with_suffix(path, ".part");
  const fs::path fresh = with_suffix(path, ".part.new");
  DurableFile file(fresh, DurableFile::Mode::create);
  require_lock(file, fresh);
  try {
    // Under the lock: another process may have begun, or ended, since any look before it.
    require_absent_or_force(path, part, force);
    const std::int64_t bytes =
        bytes_of(extent_of(description), contents_of(description)) + kMetadataBytes;
    require_room(path, bytes - size_or_zero(path) - size_or_zero(part));
    remove_file(part);
    remove_file(path);
    // Quotas and limits show only when room is taken; the HDF5 library would crash on them at exit.
    file.reserve(bytes);
    create_layout(fresh, description);
    file.reserve(file.size());
    file.sync();
    auto state = std::make_unique<State>(path, description, std::move(file), fresh);
    rename_durably(fresh, part);
    return Writer(std::move(state));
  } catch (...) {
    std::error_code ignored;
    fs::remove(fresh, ignored);
    throw;
  }
}

Writer Writer::resume(const fs::path& path, const Description& description) {
  require_valid(description);
  require_absent(path);
  const fs::path part = with_suffix(path, ".part");
  if (!is_there(part)) throw Error(part.string() + ": there is nothing to resume");
  DurableFile file(part, DurableFile::Mode::update);
  require_lock(file, part);
  const DatasetFile begun(part);
  std::string difference = sample_difference(begun.description(), description);
  if (difference.empty() && begun.description().shard != description.shard) difference = "shard";
  if (!difference.empty())
    throw Error(part.string() + ": was begun with another " + difference +
                " (resume with what it was begun with, or --force begins again)");
  auto state = std::make_unique<State>(path, description, std::move(file), part);
  state->flows_complete = begun.n_readable();
  return Writer(std::move(state));
}

void Writer::write_block(const SampleBlock& block) {
  const auto numbers = state_->numbers_by_column(block);
  state_->require_possible(numbers);
  state_->require_observed_together(block);
  const std::int64_t n_flows =
      static_cast<std::int64_t>(numbers[0].size()) / state_->samples[0].numbers;
  for (std::int64_t first = 0; first < n_flows; first += state_->flows_at_once)
    state_->write_flows(numbers, first, std::min(state_->flows_at_once, n_flows - first));
  state_->count_flows(n_flows);
}

void Writer::finish() {
  const State& state = *state_;
  if (state.flows_complete != state.n_flows)
    throw Error(state.part.string() + ": only " + std::to_string(state.flows_complete) + " of " +
                std::to_string(state.n_flows) + " flows are written (--resume writes the rest)");
  require_absent(state.path);
  state_->file.close();
  auto file = hdf5::File::open(state.part, hdf5::File::Access::write);
  file.update_attribute("complete", 1);
  file.close();
  DurableFile(state.part, DurableFile::Mode::update).sync();
  rename_durably(state.part, state.path);
}

}  // namespace lagoon::datasets
