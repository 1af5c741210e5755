#include "datasets/gridded/netcdf_file.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <netcdf.h>

#include "datasets/gridded/classic_length.hpp"
#include "datasets/storage/hdf5_library.hpp"
#include "flow/error.hpp"

namespace lagoon::datasets {
namespace {

/// libnetcdf's identifier of an open file or of a group in it.
using Group = int;

/// Attributes longer than this say nothing that is needed here.
constexpr std::size_t kLongestAttribute = 1 << 16;

/// What libnetcdf calls a dimension that an HDF5 file gives no name.
constexpr std::string_view kNamelessDimension = "phony_dim_";

struct Location {
  Group group = -1;
  int variable = -1;
};

class NetcdfFile : public ArrayFile {
 public:
  NetcdfFile(const std::filesystem::path& path, NetcdfHandle file)
      : ArrayFile(path), file_(std::move(file)) {
    add_group(file_.id(), "");
    require_whole(classic_length(file_.id()));
  }

 private:
  void check(int status, const std::string& what) const {
    if (status != NC_NOERR)
      throw Error(path().string() + ": " + what + " cannot be read: truncated or damaged (" +
                  nc_strerror(status) + ")");
  }

  /// libnetcdf reads zeros beyond the end of a classic file.
  void require_whole(std::uint64_t least) const {
    constexpr std::uint64_t kPadding = 3;
    const std::uint64_t length = std::filesystem::file_size(path());
    if (length + kPadding < least)
      throw Error(path().string() + ": has " + std::to_string(length) +
                  " bytes, its header asks for " + std::to_string(least) +
                  ": truncated, copy it again");
  }

  void add_group(Group group, const std::string& prefix);
  void add_variable(const Location& at, const std::string& prefix);
  std::vector<ArrayAxis> axes_of(const Location& at) const;
  void add_attribute(const Location& at, int index, ArrayVariable& variable) const;
  std::string text_of(const Location& at, const char* attribute, nc_type type,
                      std::size_t length) const;
  void read(const ArrayVariable& variable, double* values) const override;

  NetcdfHandle file_;
  std::map<std::string, Location> locations_;
};

bool is_number(nc_type type) {
  return type >= NC_BYTE && type <= NC_UINT64 && type != NC_CHAR;
}

/// What libnetcdf puts where nothing was written, for types whose every value is not data.
std::vector<double> default_missing(nc_type type) {
  switch (type) {
    case NC_SHORT:
      return {NC_FILL_SHORT};
    case NC_INT:
      return {NC_FILL_INT};
    case NC_FLOAT:
      return {static_cast<double>(NC_FILL_FLOAT)};
    case NC_DOUBLE:
      return {NC_FILL_DOUBLE};
    default:
      return {};
  }
}

/// Values that mean "no value", as they come out of a variable of this type.
std::vector<double> missing_values(const ArrayVariable& variable, nc_type type) {
  std::vector<double> missing;
  for (const char* attribute : {"_FillValue", "missing_value"}) {
    const auto found = variable.numbers.find(attribute);
    if (found == variable.numbers.end()) continue;
    missing.insert(missing.end(), found->second.begin(), found->second.end());
  }
  if (missing.empty()) missing = default_missing(type);
  if (type == NC_FLOAT)
    for (double& value : missing) value = static_cast<float>(value);
  return missing;
}

void NetcdfFile::add_group(Group group, const std::string& prefix) {
  int n_variables = 0, n_groups = 0;
  check(nc_inq_nvars(group, &n_variables), "the header");
  for (int variable = 0; variable < n_variables; ++variable)
    add_variable({group, variable}, prefix);
  check(nc_inq_grps(group, &n_groups, nullptr), "the header");
  std::vector<Group> groups(static_cast<std::size_t>(n_groups));
  check(nc_inq_grps(group, nullptr, groups.data()), "the header");
  for (Group inner : groups) {
    std::array<char, NC_MAX_NAME + 1> name{};
    check(nc_inq_grpname(inner, name.data()), "the header");
    add_group(inner, prefix + name.data() + "/");
  }
}

void NetcdfFile::add_variable(const Location& at, const std::string& prefix) {
  std::array<char, NC_MAX_NAME + 1> name{};
  nc_type type = NC_NAT;
  int n_attributes = 0;
  check(nc_inq_var(at.group, at.variable, name.data(), &type, nullptr, nullptr, &n_attributes),
        "the header");
  if (!is_number(type)) return;
  ArrayVariable variable;
  variable.name = prefix + name.data();
  variable.axes = axes_of(at);
  for (int i = 0; i < n_attributes; ++i) add_attribute(at, i, variable);
  variable.missing = missing_values(variable, type);
  locations_[variable.name] = at;
  variables_.push_back(std::move(variable));
}

std::vector<ArrayAxis> NetcdfFile::axes_of(const Location& at) const {
  int n_axes = 0;
  check(nc_inq_varndims(at.group, at.variable, &n_axes), "the header");
  std::vector<int> dimensions(static_cast<std::size_t>(n_axes));
  check(nc_inq_vardimid(at.group, at.variable, dimensions.data()), "the header");
  std::vector<ArrayAxis> axes;
  for (int dimension : dimensions) {
    std::array<char, NC_MAX_NAME + 1> name{};
    ArrayAxis axis;
    check(nc_inq_dim(at.group, dimension, name.data(), &axis.length), "the header");
    axis.name = name.data();
    if (axis.name.starts_with(kNamelessDimension)) axis.name.clear();
    axes.push_back(axis);
  }
  return axes;
}

void NetcdfFile::add_attribute(const Location& at, int index, ArrayVariable& variable) const {
  std::array<char, NC_MAX_NAME + 1> name{};
  nc_type type = NC_NAT;
  std::size_t length = 0;
  check(nc_inq_attname(at.group, at.variable, index, name.data()), variable.name);
  check(nc_inq_att(at.group, at.variable, name.data(), &type, &length), variable.name);
  if (length == 0 || length > kLongestAttribute) return;
  if (is_number(type)) {
    std::vector<double> numbers(length);
    check(nc_get_att_double(at.group, at.variable, name.data(), numbers.data()), variable.name);
    variable.numbers[name.data()] = std::move(numbers);
  } else if (type == NC_CHAR || (type == NC_STRING && length == 1)) {
    variable.texts[name.data()] = text_of(at, name.data(), type, length);
  }
}

std::string NetcdfFile::text_of(const Location& at, const char* attribute, nc_type type,
                                std::size_t length) const {
  std::string text(length, '\0');
  if (type == NC_CHAR) {
    check(nc_get_att_text(at.group, at.variable, attribute, text.data()), attribute);
    text.resize(std::min(text.find('\0'), text.size()));
    return text;
  }
  char* string = nullptr;
  check(nc_get_att_string(at.group, at.variable, attribute, &string), attribute);
  text = string != nullptr ? string : "";
  nc_free_string(1, &string);
  return text;
}

void NetcdfFile::read(const ArrayVariable& variable, double* values) const {
  const hdf5::Silence silence;
  const Location& at = locations_.at(variable.name);
  check(nc_get_var_double(at.group, at.variable, values), "variable " + variable.name);
}

}  // namespace

NetcdfHandle::NetcdfHandle(const std::filesystem::path& path) {
  const hdf5::Silence silence;
  const int status = nc_open(path.c_str(), NC_NOWRITE, &id_);
  if (status == NC_NOERR) return;
  id_ = kNone;
  refusal_ = nc_strerror(status);
}

NetcdfHandle::~NetcdfHandle() {
  const hdf5::Silence silence;
  if (is_open()) nc_close(id_);
}

std::unique_ptr<ArrayFile> open_netcdf_file(const std::filesystem::path& path,
                                            std::string& refusal) {
  const hdf5::Silence silence;
  NetcdfHandle file(path);
  refusal = file.refusal();
  if (!file.is_open()) return nullptr;
  return std::make_unique<NetcdfFile>(path, std::move(file));
}

}  // namespace lagoon::datasets
