#include "datasets/storage/hdf5_library.hpp"

#include <array>
#include <bit>
#include <type_traits>

namespace lagoon::datasets::hdf5 {
namespace {

static_assert(std::endian::native == std::endian::little, "files are little-endian");
static_assert(std::is_same_v<hid_t, std::int64_t>);

struct TypeRow {
  Type type;
  const char* name;
  std::size_t size;
  hid_t id;
};

std::array<TypeRow, 7> type_table() {
  return {{{Type::character, "character", 1, H5T_C_S1},
           {Type::int8, "int8", 1, H5T_STD_I8LE},
           {Type::int32, "int32", 4, H5T_STD_I32LE},
           {Type::int64, "int64", 8, H5T_STD_I64LE},
           {Type::uint64, "uint64", 8, H5T_STD_U64LE},
           {Type::float32, "float32", 4, H5T_IEEE_F32LE},
           {Type::float64, "float64", 8, H5T_IEEE_F64LE}}};
}

TypeRow row_of(Type type) {
  for (const TypeRow& row : type_table())
    if (row.type == type) return row;
  return {Type::other, "another type", 0, H5I_INVALID_HID};
}

}  // namespace

void leave_open_files_at_exit() {
  H5dont_atexit();
}

void check(herr_t status, const std::string& failure) {
  if (status < 0) throw Error(failure);
}

hid_t library_type(Type type) {
  return row_of(type).id;
}

Type our_type(hid_t id) {
  for (const TypeRow& row : type_table())
    if (H5Tequal(id, row.id) > 0) return row.type;
  return Type::other;
}

Handle simple_space(const std::vector<std::int64_t>& lengths, const std::string& failure) {
  const std::vector<hsize_t> sizes(lengths.begin(), lengths.end());
  return {H5Screate_simple(static_cast<int>(sizes.size()), sizes.data(), nullptr), failure};
}

std::size_t size_of(Type type) {
  return row_of(type).size;
}

std::string to_string(Type type) {
  return row_of(type).name;
}

std::string fault_of(const DatasetInfo& info, std::int64_t file_size) {
  const auto size = static_cast<std::int64_t>(size_of(info.type));
  if (size == 0) return "is of a type that has no place here";
  if (info.offset < 0) return "is not stored in one contiguous piece";
  std::int64_t room = (file_size - info.offset) / size;
  for (const std::int64_t length : info.lengths) {
    if (length < 1) return "is empty";
    room /= length;
  }
  return room < 1 ? "is longer than the file" : "";
}

}  // namespace lagoon::datasets::hdf5
