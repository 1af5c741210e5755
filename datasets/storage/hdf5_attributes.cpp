#include <algorithm>

#include "datasets/storage/hdf5_library.hpp"

namespace lagoon::datasets::hdf5 {
namespace {

Handle open_root_attribute(hid_t file, const std::string& path, const std::string& name) {
  return {H5Aopen_by_name(file, "/", name.c_str(), H5P_DEFAULT, H5P_DEFAULT),
          path + ": global attribute " + name + " is missing or damaged"};
}

}  // namespace

void File::write_attribute(const std::string& object, const std::string& name,
                           const std::string& text) {
  const Silence silence;
  const std::string failure = path_ + ": could not write attribute " + name + " of " + object;
  const Handle type(H5Tcopy(H5T_C_S1), failure);
  // A type of size 0 does not exist: empty text is one padding byte.
  const std::string padded = text.empty() ? std::string(1, '\0') : text;
  check(H5Tset_size(type, padded.size()), failure);
  check(H5Tset_strpad(type, H5T_STR_NULLPAD), failure);
  check(H5Tset_cset(type, H5T_CSET_UTF8), failure);
  const Handle space(H5Screate(H5S_SCALAR), failure);
  const Handle id(H5Acreate_by_name(id_, object.c_str(), name.c_str(), type, space, H5P_DEFAULT,
                                    H5P_DEFAULT, H5P_DEFAULT),
                  failure);
  check(H5Awrite(id, type, padded.data()), failure);
}

void File::write_numbers(const std::string& object, const std::string& name, Type type,
                         const void* values, std::size_t count) {
  const Silence silence;
  const std::string failure = path_ + ": could not write attribute " + name + " of " + object;
  const Handle space = count == 1 ? Handle(H5Screate(H5S_SCALAR), failure)
                                  : simple_space({static_cast<std::int64_t>(count)}, failure);
  const Handle id(H5Acreate_by_name(id_, object.c_str(), name.c_str(), library_type(type), space,
                                    H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                  failure);
  check(H5Awrite(id, library_type(type), values), failure);
}

void File::describe(const std::string& variable, const std::string& units,
                    const std::string& long_name, const TextAttributes& more) {
  if (!units.empty()) write_attribute(variable, "units", units);
  write_attribute(variable, "long_name", long_name);
  for (const auto& [name, text] : more) write_attribute(variable, name, text);
}

void File::update_attribute(const std::string& name, std::int8_t value) {
  const Silence silence;
  check(H5Awrite(open_root_attribute(id_, path_, name), H5T_NATIVE_INT8, &value),
        path_ + ": could not write global attribute " + name);
}

bool File::has_attribute(const std::string& name) const {
  const Silence silence;
  return H5Aexists_by_name(id_, "/", name.c_str(), H5P_DEFAULT) > 0;
}

std::string File::text_attribute(const std::string& name) const {
  const Silence silence;
  const std::string failure = path_ + ": global attribute " + name + " is not text of fixed length";
  const Handle id = open_root_attribute(id_, path_, name);
  const Handle type(H5Aget_type(id), failure), space(H5Aget_space(id), failure);
  require(H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) == 0, failure);
  require(H5Sget_simple_extent_npoints(space) == 1, failure);
  require(H5Tget_size(type) <= H5Aget_storage_size(id), failure);
  std::string text(H5Tget_size(type), '\0');
  check(H5Aread(id, type, text.data()), failure);
  text.resize(std::min(text.size(), text.find('\0')));
  return text;
}

void File::read_number(const std::string& name, Type type, void* value) const {
  const Silence silence;
  const std::string failure =
      path_ + ": global attribute " + name + " is not one number of type " + to_string(type);
  const Handle id = open_root_attribute(id_, path_, name);
  const Handle stored(H5Aget_type(id), failure), space(H5Aget_space(id), failure);
  require(our_type(stored) == type && H5Sget_simple_extent_npoints(space) == 1, failure);
  check(H5Aread(id, library_type(type), value), failure);
}

}  // namespace lagoon::datasets::hdf5
