#include "datasets/gridded/array_file.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

#include <unistd.h>

#include "datasets/gridded/netcdf_file.hpp"
#include "datasets/storage/hdf5.hpp"
#include "flow/error.hpp"

namespace lagoon::datasets {
namespace {

/// Arrays of an HDF5 file that is not NetCDF: their sizes and values, and nothing else.
class Hdf5Arrays : public ArrayFile {
 public:
  explicit Hdf5Arrays(const std::filesystem::path& path)
      : ArrayFile(path), file_(hdf5::File::open(path, hdf5::File::Access::read)) {
    for (const std::string& name : file_.number_datasets()) {
      ArrayVariable variable;
      variable.name = name;
      for (std::int64_t length : file_.info(name).lengths)
        variable.axes.push_back({"", static_cast<std::size_t>(length)});
      variables_.push_back(std::move(variable));
    }
  }

 private:
  void read(const ArrayVariable& variable, double* values) const override {
    const std::size_t rows = variable.axes.empty() ? 1 : variable.axes[0].length;
    file_.read(variable.name, 0, static_cast<std::int64_t>(rows), values);
  }

  hdf5::File file_;
};

}  // namespace

bool same_axis(const ArrayAxis& a, const ArrayAxis& b) {
  if (a.name.empty() || b.name.empty()) return a.length == b.length;
  return a.name == b.name && a.length == b.length;
}

std::size_t ArrayVariable::size() const {
  std::size_t size = 1;
  for (const ArrayAxis& axis : axes) {
    if (axis.length == 0) return 0;
    // No memory holds so many; what asks for it says so.
    if (size > std::numeric_limits<std::size_t>::max() / axis.length)
      return std::numeric_limits<std::size_t>::max();
    size *= axis.length;
  }
  return size;
}

std::vector<ArrayAxis> ArrayVariable::long_axes() const {
  std::vector<ArrayAxis> result;
  std::ranges::copy_if(axes, std::back_inserter(result),
                       [](const ArrayAxis& axis) { return axis.length > 1; });
  return result;
}

std::string ArrayVariable::text(const std::string& attribute) const {
  const auto found = texts.find(attribute);
  return found == texts.end() ? "" : found->second;
}

double ArrayVariable::number(const std::string& attribute, double otherwise) const {
  const auto found = numbers.find(attribute);
  return found == numbers.end() || found->second.empty() ? otherwise : found->second.front();
}

std::string ArrayVariable::units() const {
  for (const char* spelling : {"units", "Units", "unit", "Unit"})
    if (texts.contains(spelling)) return text(spelling);
  return "";
}

std::string ArrayVariable::group() const {
  const std::size_t slash = name.rfind('/');
  return slash == std::string::npos ? "" : name.substr(0, slash);
}

const ArrayVariable* ArrayFile::find(const std::string& name, const std::string& group) const {
  for (const std::string& full : {group.empty() ? name : group + "/" + name, name}) {
    const auto found = std::find_if(variables_.begin(), variables_.end(),
                                    [&](const ArrayVariable& v) { return v.name == full; });
    if (found != variables_.end()) return &*found;
  }
  return nullptr;
}

std::vector<double> ArrayFile::values(const ArrayVariable& variable) const {
  require_memory(path_.string() + ": variable " + variable.name, variable.size());
  std::vector<double> values(variable.size());
  if (!values.empty()) read(variable, values.data());
  return values;
}

std::vector<double> ArrayFile::unpacked(const ArrayVariable& variable, double unit) const {
  const double scale = variable.number("scale_factor", 1) * unit;
  const double offset = variable.number("add_offset", 0) * unit;
  std::vector<double> result = values(variable);
  for (double& value : result) {
    const bool missing = std::ranges::find(variable.missing, value) != variable.missing.end();
    value = missing ? std::numeric_limits<double>::quiet_NaN() : value * scale + offset;
  }
  return result;
}

void require_memory(const std::string& what, std::size_t count) {
  const double memory =
      static_cast<double>(::sysconf(_SC_PHYS_PAGES)) * static_cast<double>(::sysconf(_SC_PAGESIZE));
  const double needed = 2.0 * sizeof(double) * static_cast<double>(count);
  if (needed > memory)
    throw Error(what + " has " + std::to_string(count) +
                " values, more than this machine's memory holds: cut out a part of it");
}

std::unique_ptr<ArrayFile> open_array_file(const std::filesystem::path& path) {
  std::error_code failure;
  require(std::filesystem::is_regular_file(path, failure), path.string() + ": no such file");
  std::string refusal;
  if (auto file = open_netcdf_file(path, refusal)) return file;
  try {
    return std::make_unique<Hdf5Arrays>(path);
  } catch (const Error&) {
    throw Error(path.string() +
                ": neither NetCDF nor HDF5, or truncated or damaged (libnetcdf: " + refusal + ")");
  }
}

}  // namespace lagoon::datasets
