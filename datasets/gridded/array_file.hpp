#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace lagoon::datasets {

/// An axis of an array.
struct ArrayAxis {
  std::string name;  ///< of the dimension; empty where the file gives it none
  std::size_t length = 0;
};

/// Whether axes of two variables are one: by name and length, or, where the file names no axes, by
/// length.
bool same_axis(const ArrayAxis& a, const ArrayAxis& b);

/// One array of numbers and what the file says about it.
struct ArrayVariable {
  std::string name;  ///< with its groups: "slasnapshot/sla"
  std::vector<ArrayAxis> axes;
  std::map<std::string, std::string> texts;            ///< attributes that are text
  std::map<std::string, std::vector<double>> numbers;  ///< attributes that are numbers
  std::vector<double> missing;                         ///< values that mean "no value"

  std::size_t size() const;
  std::vector<ArrayAxis> long_axes() const;              ///< those of more than one value
  std::string text(const std::string& attribute) const;  ///< empty if there is none
  /// The first number of an attribute.
  double number(const std::string& attribute, double otherwise) const;
  /// The units, whichever way the attribute is spelled (units, Unit, ...).
  std::string units() const;
  std::string group() const;  ///< empty for the root group
};

/// The arrays of an open file. All metadata are read when it is opened.
class ArrayFile {
 public:
  /// For the libraries' readers, which fill variables_.
  explicit ArrayFile(std::filesystem::path path) : path_(std::move(path)) {}
  virtual ~ArrayFile() = default;
  ArrayFile(const ArrayFile&) = delete;
  ArrayFile& operator=(const ArrayFile&) = delete;

  const std::filesystem::path& path() const { return path_; }
  const std::vector<ArrayVariable>& variables() const { return variables_; }

  /// The variable of this name, sought in `group` and then in the root group; null if there is
  /// none.
  const ArrayVariable* find(const std::string& name, const std::string& group = "") const;

  /// All values as they lie in the file, last axis fastest. Error if they need more than memory.
  std::vector<double> values(const ArrayVariable& variable) const;

  /// The same with scale_factor and add_offset applied, times `unit`; NaN where missing.
  std::vector<double> unpacked(const ArrayVariable& variable, double unit = 1) const;

 protected:
  std::vector<ArrayVariable> variables_;

 private:
  virtual void read(const ArrayVariable& variable, double* values) const = 0;

  std::filesystem::path path_;
};

/// Throws Error if `count` numbers and a copy of them do not fit into the machine's memory.
void require_memory(const std::string& what, std::size_t count);

/// NetCDF through libnetcdf; HDF5 that libnetcdf does not open through hdf5::File, where variables
/// have neither attributes nor named axes. Throws Error for anything else.
std::unique_ptr<ArrayFile> open_array_file(const std::filesystem::path& path);

}  // namespace lagoon::datasets
