#include "datasets/storage/layout.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include "datasets/split.hpp"
#include "datasets/storage/hdf5.hpp"
#include "datasets/storage/schema.hpp"
#include "datasets/text/text.hpp"
#include "flow/error.hpp"
#include "flow/hash.hpp"

namespace lagoon::datasets {
namespace {

using hdf5::File;

template <class Number>
void write_all(File& file, const std::string& variable, const std::vector<Number>& values) {
  file.write(variable, 0, std::span<const Number>(values));
}

// Values value_of(i), i in [0, n), without holding them all.
template <class Function>
void write_each(File& file, const std::string& variable, std::int64_t n, Function value_of) {
  std::vector<std::decay_t<decltype(value_of(0))>> values;
  for (std::int64_t first = 0; first < n; first += kSlabRows) {
    values.clear();
    for (std::int64_t i = first; i < std::min(n, first + kSlabRows); ++i)
      values.push_back(value_of(i));
    file.write(variable, first, std::span<const std::decay_t<decltype(value_of(0))>>(values));
  }
}

/// What a file is made for: samples of its own, or shards to be the master of.
struct Plan {
  const Description& description;
  Extent extent = extent_of(description);
  std::vector<VariableRow> rows = variables(contents_of(description));
  std::vector<hdf5::SourceRows> shards = {};  ///< files with their flows

  bool is_virtual(const VariableRow& variable) const {
    return !shards.empty() && is_of_samples(variable);
  }
  const VariableRow& variable(const std::string& path) const {
    return *std::ranges::find(rows, path, &VariableRow::path);
  }
};

std::vector<hdf5::SourceRows> sources_of(const Plan& plan, const VariableRow& variable) {
  if (!plan.is_virtual(variable)) return {};
  std::vector<hdf5::SourceRows> sources = plan.shards;
  const std::int64_t rows = plan.extent.lengths(variable)[0] / plan.extent.n_flows;
  for (hdf5::SourceRows& source : sources) source.rows *= rows;
  return sources;
}

// What clients read where nothing was written, or where a master's shard is lost.
bool is_filled_with_nan(const Plan& plan, const VariableRow& variable) {
  const bool is_float =
      variable.type == hdf5::Type::float32 || variable.type == hdf5::Type::float64;
  return is_position(variable) || (plan.is_virtual(variable) && is_float);
}

void create_variable(File& file, const Plan& plan, const VariableRow& variable) {
  file.create_dataset({.path = variable.path,
                       .type = variable.type,
                       .lengths = plan.extent.lengths(variable),
                       .nan_fill_value = is_filled_with_nan(plan, variable),
                       .sources = sources_of(plan, variable)});
}

// Dimensions first: clients number them in the order of creation.
void create_objects(File& file, const Plan& plan) {
  for (const std::string& group : groups()) file.create_group(group);
  for (const DimensionRow& row : dimensions(contents_of(plan.description))) {
    if (!row.is_variable) {
      file.create_bare_dimension(row.path, plan.extent.length(row.dimension));
      continue;
    }
    create_variable(file, plan, plan.variable(row.path));
    file.make_scale(row.path, name_of(row.path));
  }
  for (const VariableRow& variable : plan.rows) {
    if (row_of(variable.dimensions[0]).path == variable.path) continue;
    create_variable(file, plan, variable);
    for (unsigned axis = 0; axis < variable.dimensions.size(); ++axis)
      file.attach_scale(variable.path, axis, row_of(variable.dimensions[axis]).path);
  }
}

void write_variable_attributes(File& file, const VariableRow& variable) {
  file.describe(variable.path, variable.units, variable.long_name, variable.more);
  if (!is_position(variable)) return;
  if (variable.type == hdf5::Type::float32)
    file.write_attribute(variable.path, "_FillValue", std::numeric_limits<float>::quiet_NaN());
  else
    file.write_attribute(variable.path, "_FillValue", std::numeric_limits<double>::quiet_NaN());
}

void write_global_attributes(File& file, const Description& description) {
  for (const auto& [name, text] : constant_attributes()) file.write_attribute("/", name, text);
  visit_attributes(description, [&](const char* name, const auto& member) {
    file.write_attribute("/", name, member);
  });
  file.write_attribute("/", "storage", to_string(description.storage));
  file.write_attribute("/", "law_hash", to_hex(flow::hash(description.law)));
  file.write_attribute("/", "sample_hash", to_hex(sample_hash(description)));
  file.write_attribute("/", "schema_version", kSchemaVersion);
  file.write_attribute("/", "complete", std::int8_t{0});
  const std::array<std::int8_t, 3> flags = {0, 1, 2};
  file.write_attribute("/split", "flag_values", std::span<const std::int8_t>(flags));
}

void write_law(File& file, const flow::Law& law) {
  write_all(file, "/eulerian/k", law.modes.k);
  write_all(file, "/eulerian/l", law.modes.l);
  write_all(file, "/eulerian/omega", law.omega);
  write_all(file, "/eulerian/prior_std", law.prior_std);
  write_all(file, "/eulerian/damping", law.damping);
  write_all(file, "/time", law.times);
  write_all(file, "/model_time", law.times);
}

void write_eulerian(File& file, const Plan& plan) {
  const flow::EulerianObservations& eulerian = plan.description.eulerian;
  const Contents contents = contents_of(plan.description);
  if (contents.stations) {
    write_all(file, "/eulerian/station_x", eulerian.station_x);
    write_all(file, "/eulerian/station_y", eulerian.station_y);
  }
  if (!holds(contents, Presence::fields)) return;
  for (const char* axis : {"/eulerian/grid_x", "/eulerian/grid_y"})
    write_each(file, axis, plan.extent.n_grid,
               [&](std::int64_t i) { return grid_line(i, plan.extent.n_grid); });
}

void write_progress(File& file, std::int64_t flows_complete) {
  file.write("/integrity/samples_complete", 0, std::span<const std::int64_t>(&flows_complete, 1));
}

// Of this file's part of the dataset.
void write_indices(File& file, const Description& description, const Extent& extent) {
  const std::int64_t first_flow = flows_of(description).first;
  const std::int64_t first_trajectory = first_flow * extent.n_drifters;
  visit_trajectory_values(description.law, [&](const char* variable, auto value_of) {
    write_each(file, variable, extent.length(Dimension::trajectory),
               [&](std::int64_t i) { return value_of(first_trajectory + i); });
  });
  write_each(file, "/split", extent.n_flows, [&](std::int64_t i) {
    return static_cast<std::int8_t>(split_of(first_flow + i, description.fractions));
  });
}

void create_all_but_samples(File& file, const Plan& plan) {
  create_objects(file, plan);
  for (const VariableRow& variable : plan.rows) write_variable_attributes(file, variable);
  write_global_attributes(file, plan.description);
  write_law(file, plan.description.law);
  write_eulerian(file, plan);
}

// The variables' lengths, each checked against the table and against the file's length.
class Layout {
 public:
  Layout(const File& file, const Contents& contents, std::int64_t file_size, bool is_master)
      : file_size_(file_size), rows_(variables(contents)) {
    if (is_master) std::erase_if(rows_, is_of_samples);
    for (const VariableRow& row : rows_) infos_.push_back(require_row(file, row));
    if (!is_master) read_flows();
    extent_.n_times = length("/model_time");
    extent_.n_modes = length("/eulerian/k");
    if (contents.stations) extent_.n_stations = length("/eulerian/station_x");
    if (holds(contents, Presence::fields)) extent_.n_grid = length("/eulerian/grid_x");
    for (std::size_t i = 0; i < rows_.size(); ++i)
      if (infos_[i].lengths != extent_.lengths(rows_[i])) fail(rows_[i], "has another length");
  }

  const Extent& extent() const { return extent_; }

 private:
  [[noreturn]] void fail(const VariableRow& row, const std::string& what) const {
    throw Error(row.path + " " + what + "; expected " + signature(row));
  }

  hdf5::DatasetInfo read_info(const File& file, const VariableRow& row) const try {
    return file.info(row.path);
  } catch (const Error&) {
    fail(row, "is missing or damaged");
  }

  hdf5::DatasetInfo require_row(const File& file, const VariableRow& row) const {
    hdf5::DatasetInfo info = read_info(file, row);
    if (info.type != row.type) fail(row, "is of type " + hdf5::to_string(info.type));
    if (info.lengths.size() != row.dimensions.size())
      fail(row, "has " + std::to_string(info.lengths.size()) + " axes");
    const std::string fault = fault_of(info, file_size_);
    if (!fault.empty()) fail(row, fault);
    return info;
  }

  std::int64_t length(const std::string& variable) const {
    return infos_[std::ranges::find(rows_, variable, &VariableRow::path) - rows_.begin()]
        .lengths[0];
  }

  void read_flows() {
    extent_.n_flows = length("/split");
    const std::int64_t n_trajectories = length("/trajectory");
    if (n_trajectories % extent_.n_flows != 0)
      throw Error(std::to_string(n_trajectories) + " trajectories of " +
                  std::to_string(extent_.n_flows) + " flows: expected the same number in each");
    extent_.n_drifters = n_trajectories / extent_.n_flows;
  }

  std::int64_t file_size_;
  std::vector<VariableRow> rows_;
  std::vector<hdf5::DatasetInfo> infos_;
  Extent extent_;
};

}  // namespace

double grid_line(std::int64_t i, std::int64_t n_grid) {
  return static_cast<double>(i) / static_cast<double>(n_grid);
}

void create_layout(const std::filesystem::path& path, const Description& description) {
  File file = File::create(path);
  const Plan plan{description};
  create_all_but_samples(file, plan);
  write_indices(file, description, plan.extent);
  write_progress(file, 0);
  file.close();
}

void create_master(const std::filesystem::path& path, const Description& description,
                   const std::vector<Shard>& shards, const std::filesystem::path& out) {
  Plan plan{description};
  for (const Shard& shard : shards)
    plan.shards.push_back(
        {shard_path(out, shard).filename().string(), flows_of(shard, description.n_flows).size});
  File file = File::create(path, File::Format::hdf5_1_10);
  create_all_but_samples(file, plan);
  write_progress(file, description.n_flows);
  file.write_attribute("/", "shards", static_cast<std::int32_t>(shards.size()));
  file.update_attribute("complete", 1);
  file.close();
}

Contents find_contents(const File& file, Storage storage) {
  return {.storage = storage,
          .amplitudes = file.has_link("/eulerian/amplitudes"),
          .stations = file.has_link("/eulerian/station_x"),
          .psi = file.has_link("/eulerian/psi"),
          .vorticity = file.has_link("/eulerian/vorticity")};
}

Extent require_layout(const File& file, const Contents& contents, std::int64_t file_size,
                      bool is_master) {
  return Layout(file, contents, file_size, is_master).extent();
}

}  // namespace lagoon::datasets
