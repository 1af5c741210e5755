#include "datasets/storage/hdf5.hpp"

#include <array>
#include <cstdio>
#include <limits>
#include <utility>

#include <hdf5_hl.h>

#include "datasets/storage/hdf5_library.hpp"

namespace lagoon::datasets::hdf5 {
namespace {

std::vector<std::int64_t> lengths_of(hid_t space, const std::string& failure) {
  const int rank = H5Sget_simple_extent_ndims(space);
  check(rank, failure);
  std::vector<hsize_t> sizes(static_cast<std::size_t>(rank));
  check(H5Sget_simple_extent_dims(space, sizes.data(), nullptr), failure);
  std::vector<std::int64_t> lengths;
  for (hsize_t size : sizes) {
    require(size <= hsize_t{std::numeric_limits<std::int64_t>::max()}, failure);
    lengths.push_back(static_cast<std::int64_t>(size));
  }
  return lengths;
}

Handle open_dataset(hid_t file, const std::string& path, const std::string& dataset) {
  return {H5Dopen2(file, dataset.c_str(), H5P_DEFAULT),
          path + ": dataset " + dataset + " is missing or damaged"};
}

// Selects rows [first, first + count) of a space of these lengths.
void select(const Handle& space, const std::vector<std::int64_t>& lengths, std::int64_t first,
            std::int64_t count, const std::string& failure) {
  std::vector<hsize_t> start(lengths.size(), 0), size(lengths.begin(), lengths.end());
  start[0] = static_cast<hsize_t>(first);
  size[0] = static_cast<hsize_t>(count);
  check(H5Sselect_hyperslab(space, H5S_SELECT_SET, start.data(), nullptr, size.data(), nullptr),
        failure);
}

// A file space that selects `count` rows of the first axis.
Handle select_rows(const Handle& dataset, std::int64_t first, std::int64_t count,
                   std::vector<std::int64_t>& lengths, const std::string& failure) {
  Handle space(H5Dget_space(dataset), failure);
  lengths = lengths_of(space, failure);
  require(!lengths.empty() && first >= 0 && count >= 0 && first + count <= lengths[0], failure);
  select(space, lengths, first, count, failure);
  lengths[0] = count;
  return space;
}

/// For H5Ovisit: notes the names of datasets. Exceptions must not pass through the library.
herr_t add_if_dataset(hid_t, const char* name, const H5O_info_t* object, void* names) noexcept {
  if (object->type == H5O_TYPE_DATASET)
    static_cast<std::vector<std::string>*>(names)->emplace_back(name);
  return 0;
}

Handle access_list(File::Format format = File::Format::hdf5_1_8) {
  Handle list(H5Pcreate(H5P_FILE_ACCESS), "HDF5: no property list");
  // Readers need no lock, and network file systems often have none; writers hold their own.
  check(H5Pset_file_locking(list, false, true), "HDF5: locking cannot be set");
  const auto newest = format == File::Format::hdf5_1_8 ? H5F_LIBVER_V18 : H5F_LIBVER_V110;
  check(H5Pset_libver_bounds(list, H5F_LIBVER_V18, newest), "HDF5: no such format");
  return list;
}

void map_sources(const Handle& creation, const NewDataset& dataset, const std::string& failure) {
  const Handle space = simple_space(dataset.lengths, failure);
  std::int64_t first = 0;
  for (const SourceRows& source : dataset.sources) {
    std::vector<std::int64_t> lengths = dataset.lengths;
    lengths[0] = source.rows;
    select(space, dataset.lengths, first, source.rows, failure);
    check(H5Pset_virtual(creation, space, source.file.c_str(), dataset.path.c_str(),
                         simple_space(lengths, failure)),
          failure);
    first += source.rows;
  }
}

void lay_out(const Handle& creation, const NewDataset& dataset, const std::string& failure) {
  if (!dataset.sources.empty()) return map_sources(creation, dataset, failure);
  check(H5Pset_layout(creation, H5D_CONTIGUOUS), failure);
  check(H5Pset_fill_time(creation, H5D_FILL_TIME_NEVER), failure);
  const auto when = dataset.without_space ? H5D_ALLOC_TIME_LATE : H5D_ALLOC_TIME_EARLY;
  check(H5Pset_alloc_time(creation, when), failure);
}

constexpr unsigned kTracked = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;

}  // namespace

File File::create(const std::filesystem::path& path, Format format) {
  const Silence silence;
  const std::string failure = path.string() + ": the HDF5 library could not create the file";
  const Handle creation(H5Pcreate(H5P_FILE_CREATE), failure);
  check(H5Pset_link_creation_order(creation, kTracked), failure);
  check(H5Pset_attr_creation_order(creation, kTracked), failure);
  const hid_t id = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation, access_list(format));
  if (id < 0) throw Error(failure);
  return {path.string(), id};
}

File File::open(const std::filesystem::path& path, Access access) {
  const Silence silence;
  const unsigned flags = access == Access::read ? H5F_ACC_RDONLY : H5F_ACC_RDWR;
  const hid_t id = H5Fopen(path.c_str(), flags, access_list());
  if (id < 0) throw Error(path.string() + ": truncated or damaged (HDF5 could not open it)");
  return {path.string(), id};
}

File::File(File&& other) noexcept
    : path_(std::move(other.path_)), id_(std::exchange(other.id_, -1)) {}

File::~File() {
  const Silence silence;
  if (id_ >= 0) H5Fclose(id_);
}

void File::close() {
  const Silence silence;
  check(H5Fclose(std::exchange(id_, -1)), path_ + ": could not be written to the end");
}

void File::create_group(const std::string& group) {
  const Silence silence;
  const std::string failure = path_ + ": could not create group " + group;
  const Handle creation(H5Pcreate(H5P_GROUP_CREATE), failure);
  check(H5Pset_link_creation_order(creation, kTracked), failure);
  check(H5Pset_attr_creation_order(creation, kTracked), failure);
  const Handle id(H5Gcreate2(id_, group.c_str(), H5P_DEFAULT, creation, H5P_DEFAULT), failure);
}

void File::create_dataset(const NewDataset& dataset) {
  const Silence silence;
  const std::string failure = path_ + ": could not create dataset " + dataset.path;
  const Handle creation(H5Pcreate(H5P_DATASET_CREATE), failure);
  check(H5Pset_attr_creation_order(creation, kTracked), failure);
  lay_out(creation, dataset, failure);
  if (dataset.nan_fill_value) {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    check(H5Pset_fill_value(creation, H5T_NATIVE_DOUBLE, &nan), failure);
  }
  const Handle space = simple_space(dataset.lengths, failure);
  const Handle id(H5Dcreate2(id_, dataset.path.c_str(), library_type(dataset.type), space,
                             H5P_DEFAULT, creation, H5P_DEFAULT),
                  failure);
}

void File::make_scale(const std::string& dataset, const std::string& name) {
  const Silence silence;
  check(H5DSset_scale(open_dataset(id_, path_, dataset), name.c_str()),
        path_ + ": could not make " + dataset + " a dimension scale");
}

void File::attach_scale(const std::string& dataset, unsigned axis, const std::string& scale) {
  const Silence silence;
  check(H5DSattach_scale(open_dataset(id_, path_, dataset), open_dataset(id_, path_, scale), axis),
        path_ + ": could not attach " + scale + " to " + dataset);
}

void File::create_bare_dimension(const std::string& dataset, std::int64_t length) {
  std::array<char, 80> name{};
  std::snprintf(name.data(), name.size(),
                "This is a netCDF dimension but not a netCDF variable.%10d",
                static_cast<int>(length));
  create_dataset(
      {.path = dataset, .type = Type::float32, .lengths = {length}, .without_space = true});
  make_scale(dataset, name.data());
}

std::vector<std::string> File::number_datasets() const {
  const Silence silence;
  const std::string failure = path_ + ": truncated or damaged (its objects cannot be listed)";
  std::vector<std::string> names;
  check(H5Ovisit2(id_, H5_INDEX_NAME, H5_ITER_INC, add_if_dataset, &names, H5O_INFO_BASIC),
        failure);
  std::erase_if(names, [&](const std::string& name) {
    const Handle type(H5Dget_type(open_dataset(id_, path_, name)), failure);
    const H5T_class_t kind = H5Tget_class(type);
    return kind != H5T_INTEGER && kind != H5T_FLOAT;
  });
  return names;
}

bool File::has_link(const std::string& path) const {
  const Silence silence;
  return H5Lexists(id_, path.c_str(), H5P_DEFAULT) > 0;
}

DatasetInfo File::info(const std::string& dataset) const {
  const Silence silence;
  const std::string failure = path_ + ": dataset " + dataset + " cannot be understood";
  const Handle id = open_dataset(id_, path_, dataset);
  const Handle type(H5Dget_type(id), failure), space(H5Dget_space(id), failure);
  const Handle creation(H5Dget_create_plist(id), failure);
  DatasetInfo info{our_type(type), lengths_of(space, failure), -1};
  const haddr_t offset = H5Dget_offset(id);
  if (H5Pget_layout(creation) == H5D_CONTIGUOUS && offset != HADDR_UNDEF)
    info.offset = static_cast<std::int64_t>(offset);
  return info;
}

void File::read_rows(const std::string& dataset, std::int64_t first, std::int64_t count, Type type,
                     void* values) const {
  const Silence silence;
  const std::string failure = path_ + ": could not read dataset " + dataset;
  const Handle id = open_dataset(id_, path_, dataset);
  std::vector<std::int64_t> lengths;
  const Handle from = select_rows(id, first, count, lengths, failure);
  const Handle to = simple_space(lengths, failure);
  check(H5Dread(id, library_type(type), to, from, H5P_DEFAULT, values), failure);
}

void File::write_rows(const std::string& dataset, std::int64_t first, Type type, const void* values,
                      std::size_t count) {
  const Silence silence;
  const std::string failure = path_ + ": could not write dataset " + dataset;
  const Handle id = open_dataset(id_, path_, dataset);
  std::vector<std::int64_t> lengths = lengths_of(Handle(H5Dget_space(id), failure), failure);
  std::int64_t row = 1;
  for (std::size_t axis = 1; axis < lengths.size(); ++axis) row *= lengths[axis];
  const auto n_values = static_cast<std::int64_t>(count);
  require(row > 0 && n_values % row == 0, failure);
  const Handle to = select_rows(id, first, n_values / row, lengths, failure);
  const Handle from = simple_space(lengths, failure);
  check(H5Dwrite(id, library_type(type), from, to, H5P_DEFAULT, values), failure);
}

}  // namespace lagoon::datasets::hdf5
