#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace lagoon::datasets {

/// Where a tensor lies in a safetensors file.
struct TensorPlace {
  std::string dtype;                ///< the format's word: F32, F64, I64, U8, ...
  std::vector<std::int64_t> shape;  ///< no number is negative
  std::int64_t begin = 0, end = 0;  ///< bytes of the file
};

/// What a file says of itself before its bytes, by name.
struct SafeTensorsHeader {
  std::map<std::string, TensorPlace> tensors;
  std::map<std::string, std::string> metadata;
  std::int64_t end = 0;  ///< its own bytes: where those of the tensors begin
};

/// Bytes of an element; 0 for a word that the format does not know.
std::int64_t element_size(const std::string& dtype);

/// False if the eight bytes that such a file begins with are no length of a header that fits into
/// the file, or if that length is above 100 MB, more than anyone writes.
bool has_safetensors_header(const std::filesystem::path& path);

/// Reads the header alone and checks each entry by itself: of a known dtype, its bytes are those of
/// its shape. That tensors lie side by side inside the file is for those who read them all.
/// Throws Error naming the file and what is wrong.
SafeTensorsHeader read_safetensors_header(const std::filesystem::path& path);

}  // namespace lagoon::datasets
