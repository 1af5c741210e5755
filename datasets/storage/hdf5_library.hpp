#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <hdf5.h>

#include "datasets/storage/hdf5.hpp"
#include "flow/error.hpp"

/// What the sources of hdf5::File share: the C library behind its failures and identifiers.
namespace lagoon::datasets::hdf5 {

/// The library prints its error stack unless told not to; the setting is put back, as it is the
/// program's, not ours.
class Silence {
 public:
  Silence() {
    H5Eget_auto2(H5E_DEFAULT, &function_, &data_);
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  }
  ~Silence() { H5Eset_auto2(H5E_DEFAULT, function_, data_); }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;

 private:
  H5E_auto2_t function_ = nullptr;
  void* data_ = nullptr;
};

/// Owns an identifier of the library, of any kind; Error `failure` if there is none.
class Handle {
 public:
  /// Takes the identifier over.
  Handle(hid_t id, const std::string& failure) : id_(id) {
    if (id < 0) throw Error(failure);
  }
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, H5I_INVALID_HID)) {}
  Handle& operator=(Handle&&) = delete;
  ~Handle() {
    if (id_ >= 0) H5Idec_ref(id_);
  }
  /// The identifier, which stays the handle's.
  operator hid_t() const { return id_; }

 private:
  hid_t id_;
};

/// Error `failure` if the library says that a call failed.
void check(herr_t status, const std::string& failure);

/// The library's identifier of an element type, and back.
hid_t library_type(Type type);
Type our_type(hid_t id);

/// A space of these lengths.
Handle simple_space(const std::vector<std::int64_t>& lengths, const std::string& failure);

}  // namespace lagoon::datasets::hdf5
