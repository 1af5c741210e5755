#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "pipelines/export/output_file.hpp"

namespace lagoon::pipelines {

/// The arrays of a VTK XML file, raw behind its text (appended data), each with its length before
/// it (VTK File Formats, "XML file formats"). Lengths are told first, so that all arrays can grow
/// side by side in constant memory.
class VtkArrays {
 public:
  /// Declares an array; `attributes` stand in its element, as "Name='time'". Returns its number.
  template <class Number>
  std::size_t declare(const std::string& attributes, int components, std::int64_t tuples) {
    return declare_bytes(type_name<Number>(), attributes, components,
                         tuples * components * static_cast<std::int64_t>(sizeof(Number)));
  }

  /// "<DataArray .../>" of an array.
  std::string element(std::size_t array) const;

  /// Writes the file's head, `body` (the elements between <VTKFile> and the data), and takes the
  /// room of all arrays.
  void begin(OutputFile& out, const std::string& type, const std::string& body);

  /// Appends values to an array.
  template <class Number>
  void append(OutputFile& out, std::size_t array, std::span<const Number> values) {
    append_bytes(out, array, std::as_bytes(values));
  }
  template <class Number>
  void append(OutputFile& out, std::size_t array, Number value) {
    append(out, array, std::span<const Number>(&value, 1));
  }

  /// Writes what is pending of an array to which nothing comes any more, and frees its memory.
  void complete(OutputFile& out, std::size_t array);

  /// Completes all arrays, and writes the file's end.
  void finish(OutputFile& out);

 private:
  struct Array {
    std::string type, attributes;
    int components = 1;
    std::int64_t bytes = 0;
    std::int64_t offset = 0;  // of its length, from the first byte of the data
    std::int64_t written = 0;
    std::vector<std::byte> pending;
  };

  template <class Number>
  static std::string type_name() {
    return (std::is_floating_point_v<Number> ? "Float" : "Int") +
           std::to_string(8 * sizeof(Number));
  }
  std::size_t declare_bytes(const std::string& type, const std::string& attributes, int components,
                            std::int64_t bytes);
  void append_bytes(OutputFile& out, std::size_t array, std::span<const std::byte> bytes);
  void flush(OutputFile& out, Array& array) const;

  std::vector<Array> arrays_;
  std::int64_t data_begin_ = 0;  // in the file
  std::int64_t data_bytes_ = 0;
};

}  // namespace lagoon::pipelines
