#pragma once

#include <memory>

#include "datasets/matrices/matrix_file.hpp"

namespace lagoon::datasets {

/// Little-endian numbers of a file that lie row after row in one piece.
enum class RawType { bfloat16, float16, float32, float64 };

/// Bytes of a number.
std::int64_t size_of(RawType type);

/// Throws Error if the file is shorter than the matrix.
std::unique_ptr<MatrixFile::Source> raw_matrix(const std::filesystem::path& path, RawType type,
                                               std::int64_t offset, std::int64_t rows,
                                               std::int64_t cols);

/// The matrix of an NPY file (versions 1 to 3), rows first.
std::unique_ptr<MatrixFile::Source> npy_matrix(const std::filesystem::path& path);

/// The tensor of that name in a safetensors file; "": the only one of two axes.
std::unique_ptr<MatrixFile::Source> safetensors_matrix(const std::filesystem::path& path,
                                                       const std::string& name);

}  // namespace lagoon::datasets
