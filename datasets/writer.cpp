#include "datasets/writer.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "datasets/reader.hpp"
#include "datasets/storage/checksum.hpp"
#include "datasets/storage/durable_file.hpp"
#include "datasets/storage/hdf5.hpp"
#include "datasets/storage/layout.hpp"
#include "datasets/storage/schema.hpp"
#include "flow/error.hpp"

namespace lagoon::datasets {
namespace {

namespace fs = std::filesystem;

// Room for what is not samples: object headers, attributes, the configuration.
constexpr std::int64_t kMetadataBytes = 65536;

fs::path with_suffix(const fs::path& path, const std::string& suffix) {
  return fs::path(path.string() + suffix);
}

void require_valid(const Description& description) {
  flow::require_valid(description.law);
  require_valid(description.fractions);
  if (description.n_flows < 1)
    throw Error("a dataset of " + std::to_string(description.n_flows) +
                " flows (--samples) cannot be: give at least 1");
}

std::int64_t size_or_zero(const fs::path& path) {
  std::error_code error;
  const std::uintmax_t size = fs::file_size(path, error);
  return error ? 0 : static_cast<std::int64_t>(size);
}

// What cannot be looked at counts as absent: opening it says why.
bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
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

void require_absent(const fs::path& path) {
  if (is_there(path))
    throw Error(path.string() +
                ": is there already (choose another name, or --force to replace it)");
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

// Where the samples and their bookkeeping lie: they are written past the HDF5 library, whose
// metadata then never change while samples are written.
struct Offsets {
  explicit Offsets(const fs::path& path) {
    const auto file = hdf5::File::open(path, hdf5::File::Access::read);
    psi_hat = file.info("/eulerian/psi_hat").offset;
    x = file.info("/x").offset;
    y = file.info("/y").offset;
    checksum = file.info("/integrity/checksum").offset;
    samples_complete = file.info("/integrity/samples_complete").offset;
  }
  std::int64_t psi_hat, x, y, checksum, samples_complete;
};

// Positions as they are stored; scratch holds them if that is not how they came.
std::span<const std::byte> stored(std::span<const double> values, Storage storage,
                                  std::vector<float>& scratch) {
  if (storage == Storage::float64) return std::as_bytes(values);
  scratch.assign(values.begin(), values.end());
  return std::as_bytes(std::span<const float>(scratch));
}

}  // namespace

struct Writer::State {
  State(fs::path final_path, const Description& full, DurableFile opened,
        const fs::path& opened_path)
      : path(std::move(final_path)),
        part(with_suffix(path, ".part")),
        description(full),
        extent(extent_of(full)),
        file(std::move(opened)),
        offsets(opened_path) {}

  std::size_t n_modes() const { return static_cast<std::size_t>(extent.n_modes); }
  std::size_t n_positions() const {
    return static_cast<std::size_t>(extent.n_drifters * extent.n_times);
  }

  // Error unless the spans are the next block; the number of its flows.
  std::int64_t require_block(std::span<const std::complex<double>> psi_hat,
                             std::span<const double> x, std::span<const double> y) const {
    const std::size_t n = psi_hat.size() / n_modes();
    const std::int64_t due = std::min(kBlockFlows, extent.n_flows - flows_complete);
    if (static_cast<std::int64_t>(n) != due || psi_hat.size() != n * n_modes() ||
        x.size() != n * n_positions() || y.size() != n * n_positions())
      throw Error(path.string() + ": a block of " + std::to_string(n) +
                  " flows was given, the next holds " + std::to_string(due) +
                  " (psi_hat, x and y of the same flows)");
    return due;
  }

  void require_finite(std::span<const double> values, std::size_t per_flow,
                      const std::string& name) const {
    const auto bad = std::ranges::find_if_not(
        values, [](double v) { return std::isfinite(static_cast<float>(v)); });
    if (bad == values.end()) return;
    const auto index = static_cast<std::size_t>(bad - values.begin()) / per_flow;
    throw Error(path.string() + ": " + name + " of flow " +
                std::to_string(flows_complete + static_cast<std::int64_t>(index)) +
                " is not finite (smaller steps, or a weaker prior)");
  }

  // Writes n flows from `first` on; their share of the block's checksum.
  std::uint64_t write_flows(std::int64_t first, std::size_t n,
                            std::span<const std::complex<double>> psi_hat,
                            std::span<const double> x, std::span<const double> y,
                            std::uint64_t checksum) {
    const auto x_bytes = stored(x, description.storage, x_scratch);
    const auto y_bytes = stored(y, description.storage, y_scratch);
    const auto psi_hat_bytes = std::as_bytes(psi_hat);
    const auto place = [&](std::int64_t offset, std::span<const std::byte> bytes) {
      file.write_at(offset + first * static_cast<std::int64_t>(bytes.size() / n), bytes);
    };
    place(offsets.psi_hat, psi_hat_bytes);
    place(offsets.x, x_bytes);
    place(offsets.y, y_bytes);
    return extend_checksum(checksum, n, psi_hat_bytes, x_bytes, y_bytes);
  }

  // The samples are on the disk before they are counted.
  void count_block(std::int64_t n_flows, std::uint64_t checksum) {
    const std::int64_t block = flows_complete / kBlockFlows;
    file.write_at(offsets.checksum + block * 8, std::as_bytes(std::span(&checksum, 1)));
    file.sync();
    flows_complete += n_flows;
    file.write_at(offsets.samples_complete, std::as_bytes(std::span(&flows_complete, 1)));
    file.sync();
  }

  fs::path path, part;
  Description description;
  Extent extent;
  DurableFile file;
  Offsets offsets;
  std::int64_t flows_complete = 0;
  std::vector<float> x_scratch, y_scratch;
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
  require_absent_or_force(path, part, force);
  DurableFile file(fresh, DurableFile::Mode::create);
  require_lock(file, fresh);
  try {
    const std::int64_t bytes =
        bytes_of(extent_of(description), description.storage) + kMetadataBytes;
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
  const Reader begun(part);
  const std::string difference = sample_difference(begun.description(), description);
  if (!difference.empty())
    throw Error(part.string() + ": was begun with another " + difference +
                " (resume with what it was begun with, or --force begins again)");
  auto state = std::make_unique<State>(path, description, std::move(file), part);
  state->flows_complete = begun.n_flows();
  return Writer(std::move(state));
}

void Writer::write_block(std::span<const std::complex<double>> psi_hat, std::span<const double> x,
                         std::span<const double> y) {
  constexpr std::size_t kFlowsAtOnce = 64;
  const std::size_t n_modes = state_->n_modes(), n_positions = state_->n_positions();
  const auto n = static_cast<std::size_t>(state_->require_block(psi_hat, x, y));
  const auto* const parts = reinterpret_cast<const double*>(psi_hat.data());
  state_->require_finite({parts, 2 * psi_hat.size()}, 2 * n_modes, "psi_hat");
  state_->require_finite(x, n_positions, "x");
  state_->require_finite(y, n_positions, "y");
  std::uint64_t checksum = 0;
  for (std::size_t i = 0; i < n; i += kFlowsAtOnce) {
    const std::size_t count = std::min(kFlowsAtOnce, n - i);
    checksum = state_->write_flows(state_->flows_complete + static_cast<std::int64_t>(i), count,
                                   psi_hat.subspan(i * n_modes, count * n_modes),
                                   x.subspan(i * n_positions, count * n_positions),
                                   y.subspan(i * n_positions, count * n_positions), checksum);
  }
  state_->count_block(static_cast<std::int64_t>(n), checksum);
}

void Writer::finish() {
  const State& state = *state_;
  if (state.flows_complete != state.extent.n_flows)
    throw Error(state.part.string() + ": only " + std::to_string(state.flows_complete) + " of " +
                std::to_string(state.extent.n_flows) +
                " flows are written (--resume writes the rest)");
  require_absent(state.path);
  state_->file.close();
  auto file = hdf5::File::open(state.part, hdf5::File::Access::write);
  file.update_attribute("complete", 1);
  file.close();
  DurableFile(state.part, DurableFile::Mode::update).sync();
  rename_durably(state.part, state.path);
}

}  // namespace lagoon::datasets
