#include "datasets/gridded/classic_length.hpp"

#include <array>
#include <cstddef>
#include <cstring>

#include <netcdf.h>

#include "flow/error.hpp"

namespace lagoon::datasets {
namespace {

constexpr std::uint64_t kTag = 4;  ///< bytes of a list's tag and of an element type

void check(int status) {
  require(status == NC_NOERR, "libnetcdf cannot read its header");
}

std::uint64_t padded(std::uint64_t bytes) {
  return (bytes + 3) / 4 * 4;
}

std::uint64_t size_of(int file, nc_type type) {
  std::size_t size = 0;
  check(nc_inq_type(file, type, nullptr, &size));
  return size;
}

class Length {
 public:
  Length(int file, int format)
      : file_(file),
        count_(format == NC_FORMAT_CDF5 ? 8 : 4),
        offset_(format == NC_FORMAT_CLASSIC ? 4 : 8) {
    check(nc_inq(file, &n_dimensions_, &n_variables_, &n_attributes_, &record_dimension_));
  }

  std::uint64_t bytes() {
    constexpr std::uint64_t kMagic = 4;
    std::uint64_t header = kMagic + count_ + kTag + count_ + attributes(NC_GLOBAL, n_attributes_);
    for (int i = 0; i < n_dimensions_; ++i) header += dimension(i);
    header += kTag + count_;
    for (int i = 0; i < n_variables_; ++i) header += variable(i);
    // A record of one variable alone is not padded.
    const std::uint64_t record = n_record_variables_ == 1 ? last_record_ : record_;
    return header + fixed_ + n_records() * record;
  }

 private:
  std::uint64_t name(const char* text) const { return count_ + padded(std::strlen(text)); }

  std::uint64_t n_records() const {
    std::size_t n = 0;
    if (record_dimension_ >= 0) check(nc_inq_dimlen(file_, record_dimension_, &n));
    return n;
  }

  std::uint64_t dimension(int id) const {
    std::array<char, NC_MAX_NAME + 1> text{};
    check(nc_inq_dimname(file_, id, text.data()));
    return name(text.data()) + count_;
  }

  std::uint64_t attributes(int variable, int n) const {
    std::uint64_t bytes = kTag + count_;
    for (int i = 0; i < n; ++i) {
      std::array<char, NC_MAX_NAME + 1> text{};
      nc_type type = NC_NAT;
      std::size_t length = 0;
      check(nc_inq_attname(file_, variable, i, text.data()));
      check(nc_inq_att(file_, variable, text.data(), &type, &length));
      bytes += name(text.data()) + kTag + count_ + padded(length * size_of(file_, type));
    }
    return bytes;
  }

  /// Bytes in the header; adds the variable's data to fixed_ or record_.
  std::uint64_t variable(int id) {
    std::array<char, NC_MAX_NAME + 1> text{};
    std::array<int, NC_MAX_VAR_DIMS> dimensions{};
    nc_type type = NC_NAT;
    int n_axes = 0, n_attributes = 0;
    check(nc_inq_var(file_, id, text.data(), &type, &n_axes, dimensions.data(), &n_attributes));
    const bool is_record = n_axes > 0 && dimensions[0] == record_dimension_;
    std::uint64_t data = size_of(file_, type);
    for (int i = is_record ? 1 : 0; i < n_axes; ++i) {
      std::size_t length = 0;
      check(nc_inq_dimlen(file_, dimensions[static_cast<std::size_t>(i)], &length));
      data *= length;
    }
    (is_record ? record_ : fixed_) += padded(data);
    n_record_variables_ += is_record ? 1 : 0;
    if (is_record) last_record_ = data;
    return name(text.data()) + count_ + count_ * static_cast<std::uint64_t>(n_axes) +
           attributes(id, n_attributes) + kTag + count_ + offset_;
  }

  int file_;
  std::uint64_t count_, offset_;  ///< bytes of a number of things and of a place in the file
  int n_dimensions_ = 0, n_variables_ = 0, n_attributes_ = 0, record_dimension_ = -1;
  int n_record_variables_ = 0;
  std::uint64_t fixed_ = 0, record_ = 0, last_record_ = 0;
};

}  // namespace

std::uint64_t classic_length(int file) {
  int format = 0;
  check(nc_inq_format(file, &format));
  if (format == NC_FORMAT_NETCDF4 || format == NC_FORMAT_NETCDF4_CLASSIC) return 0;
  return Length(file, format).bytes();
}

}  // namespace lagoon::datasets
