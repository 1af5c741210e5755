#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace lagoon::datasets {

/// A named array in a safetensors file. dtype is the format's word: F32, F64, I64, U8, ...
struct SafeTensor {
  std::string dtype;
  std::vector<std::int64_t> shape;
  std::vector<std::byte> bytes;  ///< row-major, little-endian

  bool operator==(const SafeTensor&) const = default;
};

/// What such a file holds, by name.
struct SafeTensors {
  std::map<std::string, SafeTensor> tensors;
  std::map<std::string, std::string> metadata;
};

/// Writes atomically: temporary file, fsync, rename, fsync of the folder.
void write_safetensors(const std::filesystem::path& path, const SafeTensors& content);

/// Reads and checks everything: header length, JSON, dtypes, shapes, offsets contiguous and inside
/// the file. Throws Error naming the file and what is wrong.
SafeTensors read_safetensors(const std::filesystem::path& path);

}  // namespace lagoon::datasets
