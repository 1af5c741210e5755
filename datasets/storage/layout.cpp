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
#include "flow/error.hpp"
#include "flow/hash.hpp"

namespace lagoon::datasets {
namespace {

using hdf5::File;

template <class Number>
void write_number(File& file, const std::string& object, const std::string& name, Number value) {
  file.write_attribute(object, name, std::span<const Number>(&value, 1));
}

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

bool is_position(const VariableRow& variable) {
  return variable.path == "/x" || variable.path == "/y";
}

void create_variable(File& file, const VariableRow& variable, const Extent& extent) {
  file.create_dataset({.path = variable.path,
                       .type = variable.type,
                       .lengths = extent.lengths(variable),
                       .nan_fill_value = is_position(variable)});
}

// Dimensions first: clients number them in the order of creation.
void create_objects(File& file, const std::vector<VariableRow>& rows, const Extent& extent) {
  for (const std::string& group : groups()) file.create_group(group);
  for (const DimensionRow& row : dimensions()) {
    if (!row.is_variable) {
      file.create_bare_dimension(row.path, extent.length(row.dimension));
      continue;
    }
    create_variable(file, *std::ranges::find(rows, row.path, &VariableRow::path), extent);
    file.make_scale(row.path, name_of(row.path));
  }
  for (const VariableRow& variable : rows) {
    if (row_of(variable.dimensions[0]).path == variable.path) continue;
    create_variable(file, variable, extent);
    for (unsigned axis = 0; axis < variable.dimensions.size(); ++axis)
      file.attach_scale(variable.path, axis, row_of(variable.dimensions[axis]).path);
  }
}

void write_variable_attributes(File& file, const VariableRow& variable) {
  if (!variable.units.empty()) file.write_attribute(variable.path, "units", variable.units);
  file.write_attribute(variable.path, "long_name", variable.long_name);
  for (const auto& [name, text] : variable.more) file.write_attribute(variable.path, name, text);
  if (!is_position(variable)) return;
  if (variable.type == hdf5::Type::float32)
    write_number(file, variable.path, "_FillValue", std::numeric_limits<float>::quiet_NaN());
  else
    write_number(file, variable.path, "_FillValue", std::numeric_limits<double>::quiet_NaN());
}

void write_member(File& file, const std::string& name, const std::string& text) {
  file.write_attribute("/", name, text);
}

template <class Number>
void write_member(File& file, const std::string& name, Number value) {
  write_number(file, "/", name, value);
}

void write_global_attributes(File& file, const Description& description) {
  for (const auto& [name, text] : constant_attributes()) file.write_attribute("/", name, text);
  visit_attributes(description,
                   [&](const char* name, const auto& member) { write_member(file, name, member); });
  file.write_attribute("/", "storage", to_string(description.storage));
  file.write_attribute("/", "law_hash", to_hex(flow::hash(description.law)));
  file.write_attribute("/", "sample_hash", to_hex(sample_hash(description)));
  write_number(file, "/", "diffusion", 0.0);
  write_number(file, "/", "schema_version", kSchemaVersion);
  write_number(file, "/", "complete", std::int8_t{0});
  const std::array<std::int8_t, 3> flags = {0, 1, 2};
  file.write_attribute("/split", "flag_values", std::span<const std::int8_t>(flags));
}

void write_law(File& file, const flow::Law& law) {
  write_all(file, "/eulerian/k", law.modes.k);
  write_all(file, "/eulerian/l", law.modes.l);
  write_all(file, "/eulerian/omega", law.omega);
  write_all(file, "/eulerian/prior_std", law.prior_std);
  write_all(file, "/time", law.times);
  write_all(file, "/model_time", law.times);
}

void write_indices(File& file, const Description& description, const Extent& extent) {
  const auto n_trajectories = extent.length(Dimension::trajectory);
  visit_trajectory_values(description.law, [&](const char* variable, auto value_of) {
    write_each(file, variable, n_trajectories, value_of);
  });
  write_each(file, "/split", extent.n_flows, [&](std::int64_t i) {
    return static_cast<std::int8_t>(split_of(i, description.fractions));
  });
  write_each(file, "/integrity/samples_complete", 1, [](std::int64_t) { return std::int64_t{0}; });
}

// The variables' lengths, each checked against the table and against the file's length.
class Layout {
 public:
  Layout(const File& file, Storage storage, std::int64_t file_size)
      : file_size_(file_size), rows_(variables(storage)) {
    for (const VariableRow& row : rows_) infos_.push_back(require_row(file, row));
    extent_ = read_extent();
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
    if (info.offset < 0) fail(row, "is not stored in one contiguous piece");
    std::int64_t room = (file_size_ - info.offset) / static_cast<std::int64_t>(size_of(info.type));
    for (std::int64_t length : info.lengths) {
      if (length < 1) fail(row, "is empty");
      room /= length;
    }
    if (room < 1) fail(row, "is longer than the file");
    return info;
  }

  std::int64_t length(const std::string& variable) const {
    return infos_[std::ranges::find(rows_, variable, &VariableRow::path) - rows_.begin()]
        .lengths[0];
  }

  Extent read_extent() const {
    const std::int64_t n_flows = length("/split");
    const std::int64_t n_trajectories = length("/trajectory");
    if (n_trajectories % n_flows != 0)
      throw Error(std::to_string(n_trajectories) + " trajectories of " + std::to_string(n_flows) +
                  " flows: expected the same number in each");
    return {n_flows, n_trajectories / n_flows, length("/model_time"), length("/eulerian/k")};
  }

  std::int64_t file_size_;
  std::vector<VariableRow> rows_;
  std::vector<hdf5::DatasetInfo> infos_;
  Extent extent_;
};

}  // namespace

void create_layout(const std::filesystem::path& path, const Description& description) {
  File file = File::create(path);
  const Extent extent = extent_of(description);
  const std::vector<VariableRow> rows = variables(description.storage);
  create_objects(file, rows, extent);
  for (const VariableRow& variable : rows) write_variable_attributes(file, variable);
  write_global_attributes(file, description);
  write_law(file, description.law);
  write_indices(file, description, extent);
  file.close();
}

Extent require_layout(const File& file, Storage storage, std::int64_t file_size) {
  return Layout(file, storage, file_size).extent();
}

}  // namespace lagoon::datasets
