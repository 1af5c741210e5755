#include "datasets/drifters/storage/drifter_file.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <span>
#include <vector>

#include "datasets/drifters/storage/drifter_schema.hpp"
#include "datasets/storage/durable_file.hpp"
#include "datasets/storage/hdf5.hpp"
#include "flow/error.hpp"
#include "flow/hash.hpp"

namespace lagoon::datasets {
namespace {

namespace fs = std::filesystem;
using drifter_schema::Extent;
using drifter_schema::Variable;
using hdf5::File;

void create_variable(File& file, const Variable& variable, const Extent& extent) {
  const std::string path = "/" + variable.name;
  file.create_dataset({.path = path,
                       .type = variable.type,
                       .lengths = extent.lengths(variable),
                       .nan_fill_value = variable.may_be_missing});
  file.describe(path, variable.units, variable.long_name, variable.more);
  if (variable.may_be_missing)
    file.write_attribute(path, "_FillValue", std::numeric_limits<double>::quiet_NaN());
}

/// Dimensions first: clients number them in the order of creation.
void create_dimensions(File& file, const DrifterFile& content, const std::vector<Variable>& all,
                       const Extent& extent) {
  for (const std::string& name : drifter_schema::dimensions(content.layout)) {
    const auto variable = std::ranges::find(all, name, &Variable::name);
    if (variable == all.end() || variable->dimensions[0] != name) {
      file.create_bare_dimension("/" + name, extent.length(name));
    } else {
      create_variable(file, *variable, extent);
      file.make_scale("/" + name, name);
    }
  }
}

void create_variables(File& file, const DrifterFile& content) {
  const std::vector<Variable> all = drifter_schema::variables(content);
  const Extent extent = drifter_schema::extent_of(content);
  create_dimensions(file, content, all, extent);
  for (const Variable& variable : all) {
    if (variable.dimensions[0] == variable.name) continue;
    create_variable(file, variable, extent);
    for (unsigned axis = 0; axis < variable.dimensions.size(); ++axis)
      file.attach_scale("/" + variable.name, axis, "/" + variable.dimensions[axis]);
  }
}

void write_global_attributes(File& file, const DrifterFile& content) {
  file.write_attribute("/", "Conventions", "CF-1.8");
  file.write_attribute("/", "featureType", "trajectory");
  file.write_attribute("/", "lagoon_content", drifter_schema::kContent);
  file.write_attribute("/", "drifter_schema_version", drifter_schema::kSchemaVersion);
  file.write_attribute("/", "layout", drifter_schema::to_string(content.layout));
  file.write_attribute("/", "records_hash", hash_records(content));
  file.write_attribute("/", "geographic", static_cast<std::int8_t>(content.scales.geographic));
  file.write_attribute("/", "has_velocity",
                       static_cast<std::int8_t>(content.tracks.has_velocity()));
  drifter_schema::visit_attributes(content, [&](const std::string& name, const auto& member) {
    file.write_attribute("/", name, member);
  });
}

template <class Number>
void write_values(File& file, const std::string& name, const std::vector<Number>& values,
                  std::size_t count) {
  file.write("/" + name, 0, std::span<const Number>(values).first(count));
}

std::vector<char> padded_ids(const std::vector<std::string>& ids, std::size_t length) {
  std::vector<char> result(ids.size() * length, '\0');
  for (std::size_t i = 0; i < ids.size(); ++i)
    std::ranges::copy(ids[i], result.begin() + i * length);
  return result;
}

void write_records(File& file, const DrifterFile& content) {
  const DrifterTracks& tracks = content.tracks;
  const Extent extent = drifter_schema::extent_of(content);
  std::vector<std::int64_t> number(tracks.n_tracks());
  std::iota(number.begin(), number.end(), 0);
  write_values(file, "trajectory", number, number.size());
  const auto ids = padded_ids(tracks.ids, static_cast<std::size_t>(extent.id_length));
  write_values(file, "id", ids, ids.size());
  write_values(file, "segment", tracks.segment, tracks.n_tracks());
  const bool ragged = content.layout == DrifterLayout::ragged;
  if (ragged) write_values(file, "rowsize", tracks.rowsize, tracks.n_tracks());
  const auto n_times = static_cast<std::size_t>(ragged ? extent.obs : extent.time);
  write_values(file, "time", tracks.time, n_times);
  write_values(file, "model_time", content.records.time, n_times);
  drifter_schema::visit_records(content, tracks.has_velocity(),
                                [&](const char* name, const auto& values) {
                                  write_values(file, name, values, values.size());
                                });
}

void write_part(const fs::path& part, const DrifterFile& content) {
  File file = File::create(part);
  create_variables(file, content);
  write_global_attributes(file, content);
  write_records(file, content);
  file.close();
  DurableFile(part, DurableFile::Mode::update).sync();
}

void require_writable(const fs::path& path, const fs::path& part, const DrifterFile& content,
                      bool force) {
  for (const fs::path& file : {path, part})
    if (!force) require_absent(file);
  const DrifterTracks& tracks = content.tracks;
  require(tracks.n_records() > 0, path.string() + ": there are no records to write");
  require(std::ranges::max(tracks.rowsize) <= std::numeric_limits<std::int32_t>::max(),
          path.string() + ": a track of more than 2147483647 records has no place in the file");
  if (content.layout == DrifterLayout::orthogonal)
    require(std::ranges::all_of(tracks.rowsize,
                                [&](std::int64_t size) { return size == tracks.rowsize[0]; }),
            path.string() + ": tracks of unequal length cannot be orthogonal: resample them");
  constexpr std::int64_t kBytesPerRecord = 10 * 8;
  require_room(path,
               kMetadataBytes + kBytesPerRecord * static_cast<std::int64_t>(tracks.n_records()));
}

template <class Number>
std::uint64_t extend_hash(std::uint64_t hash, const std::vector<Number>& values) {
  return hash_bytes(std::as_bytes(std::span<const Number>(values)), hash);
}

}  // namespace

std::string hash_records(const DrifterFile& content) {
  const DrifterTracks& tracks = content.tracks;
  std::uint64_t hash = 0;
  for (const std::string& id : tracks.ids)
    hash = hash_bytes(std::as_bytes(std::span<const char>(id.data(), id.size())), hash);
  hash = extend_hash(extend_hash(hash, tracks.segment), tracks.rowsize);
  hash = extend_hash(extend_hash(hash, tracks.time), content.records.time);
  drifter_schema::visit_records(
      content, tracks.has_velocity(),
      [&](const char*, const auto& values) { hash = extend_hash(hash, values); });
  return to_hex(hash);
}

void write_drifter_file(const fs::path& path, const DrifterFile& content, bool force) {
  const fs::path part(path.string() + ".part");
  require_writable(path, part, content, force);
  try {
    write_part(part, content);
    rename_durably(part, path);
  } catch (const Error&) {
    std::error_code ignored;
    fs::remove(part, ignored);
    throw;
  }
}

}  // namespace lagoon::datasets
