#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace lagoon::datasets::hdf5 {

/// What an HDF5 file begins with.
inline constexpr std::string_view kFileSignature = "\x89HDF\r\n\x1a\n";

/// Element types that every netCDF-4 client knows; little-endian in files.
enum class Type { character, int8, int32, int64, uint64, float32, float64, other };

/// Bytes of an element, and the type's name ("float32").
std::size_t size_of(Type type);
std::string to_string(Type type);

/// The element type of a C++ number.
template <class T>
constexpr Type type_of() {
  if constexpr (std::is_same_v<T, char>) return Type::character;
  static_assert(sizeof(T) == 1 || sizeof(T) == 4 || sizeof(T) == 8);
  if constexpr (std::is_floating_point_v<T>) return sizeof(T) == 4 ? Type::float32 : Type::float64;
  constexpr bool is_unsigned = std::is_unsigned_v<T> && !std::is_same_v<T, char>;
  static_assert(!is_unsigned || sizeof(T) == 8, "files hold no narrower unsigned numbers");
  if constexpr (is_unsigned) return Type::uint64;
  return sizeof(T) == 1 ? Type::int8 : sizeof(T) == 4 ? Type::int32 : Type::int64;
}

/// What a file says of a dataset.
struct DatasetInfo {
  Type type = Type::other;
  std::vector<std::int64_t> lengths;  ///< of its axes
  std::int64_t offset = -1;  ///< of the first byte in the file; -1: not one contiguous piece
};

/// What makes a dataset unreadable in a file of that many bytes, "is longer than the file" say; ""
/// if nothing does.
std::string fault_of(const DatasetInfo& info, std::int64_t file_size);

/// Text attributes, by name.
using TextAttributes = std::vector<std::pair<std::string, std::string>>;

template <class T>
concept Number = std::is_arithmetic_v<T> && !std::same_as<T, bool>;

/// Rows of another file's dataset of the same path.
struct SourceRows {
  std::string file;  ///< its name, in the folder of the file that is written
  std::int64_t rows = 0;
};

/// What a new dataset is. Space is allocated with the dataset and never filled.
struct NewDataset {
  std::string path;
  Type type = Type::float64;
  std::vector<std::int64_t> lengths;
  bool nan_fill_value = false;  ///< else the library's 0
  bool without_space = false;   ///< for a scale that is a bare dimension: nothing is ever stored
  std::vector<SourceRows> sources = {};  ///< if any: it is virtual, their rows one after the other
};

/// One open HDF5 file. Thin over the C library: objects are named by their absolute path, every
/// failure is an Error "FILE: what", and the library itself prints nothing. Variable-length data
/// are never read: damaged ones can hang the library.
class File {
 public:
  /// Of an existing file.
  enum class Access { read, write };
  /// Which library can read a new file.
  enum class Format { hdf5_1_8, hdf5_1_10 };

  /// A new file in HDF5 1.8's format (older clients read it, a killed writer leaves it readable) or
  /// in that of 1.10, which virtual datasets need; with the creation order of links and attributes
  /// tracked, as netCDF-4 wants. Replaces `path`.
  static File create(const std::filesystem::path& path, Format format = Format::hdf5_1_8);
  /// An existing file.
  static File open(const std::filesystem::path& path, Access access);

  File(File&& other) noexcept;
  ~File();

  /// Writes what is pending and closes; Error if the library could not (the destructor is silent).
  void close();

  /// An empty group, and a dataset without values yet.
  void create_group(const std::string& group);
  void create_dataset(const NewDataset& dataset);

  /// Makes `dataset` a dimension scale that bears `name`.
  void make_scale(const std::string& dataset, const std::string& name);
  /// Makes a scale that of an axis of a dataset.
  void attach_scale(const std::string& dataset, unsigned axis, const std::string& scale);

  /// A dimension that has a length but no values: netCDF-4 knows one by the name of its scale.
  void create_bare_dimension(const std::string& dataset, std::int64_t length);

  /// Attributes of a group or dataset. Text is of fixed length, UTF-8; one number is a scalar.
  void write_attribute(const std::string& object, const std::string& name, const std::string& text);
  template <class T>
  void write_attribute(const std::string& object, const std::string& name,
                       std::span<const T> values) {
    write_numbers(object, name, type_of<T>(), values.data(), values.size());
  }
  void write_attribute(const std::string& object, const std::string& name, Number auto value) {
    write_numbers(object, name, type_of<decltype(value)>(), &value, 1);
  }
  /// What clients ask of a variable: its units ("": none), long_name and further attributes.
  void describe(const std::string& variable, const std::string& units, const std::string& long_name,
                const TextAttributes& more);
  /// Sets the number of an attribute of the root group that exists.
  void update_attribute(const std::string& name, std::int8_t value);

  /// Attributes of the root group. Error if missing or of another kind.
  bool has_attribute(const std::string& name) const;
  std::string text_attribute(const std::string& name) const;
  template <class T>
  T number_attribute(const std::string& name) const {
    T value{};
    read_number(name, type_of<T>(), &value);
    return value;
  }

  /// Paths, without the leading "/", of all datasets whose elements are integers or floating point
  /// numbers, by name.
  std::vector<std::string> number_datasets() const;

  /// True if a link of that path is there, whatever it leads to.
  bool has_link(const std::string& path) const;

  /// Error if `dataset` is missing or cannot be understood.
  DatasetInfo info(const std::string& dataset) const;

  /// Rows [first, first + count) of the first axis, converted to or from T. Sizes are the caller's
  /// to check.
  template <class T>
  void read(const std::string& dataset, std::int64_t first, std::int64_t count, T* values) const {
    read_rows(dataset, first, count, type_of<T>(), values);
  }
  void read_rows(const std::string& dataset, std::int64_t first, std::int64_t count, Type type,
                 void* values) const;
  /// Whole rows of the first axis, from row `first` on.
  template <class T>
  void write(const std::string& dataset, std::int64_t first, std::span<const T> values) {
    write_rows(dataset, first, type_of<T>(), values.data(), values.size());
  }

 private:
  File(std::string path, std::int64_t id) : path_(std::move(path)), id_(id) {}
  void write_numbers(const std::string& object, const std::string& name, Type type,
                     const void* values, std::size_t count);
  void read_number(const std::string& name, Type type, void* value) const;
  void write_rows(const std::string& dataset, std::int64_t first, Type type, const void* values,
                  std::size_t count);

  std::string path_;
  std::int64_t id_ = -1;
};

/// For programs, before they open a file: one that could not be closed, as of a full disk, is left
/// alone at exit, where the library's own handler would write it again and crash. Ours are closed
/// by their owners.
void leave_open_files_at_exit();

}  // namespace lagoon::datasets::hdf5
