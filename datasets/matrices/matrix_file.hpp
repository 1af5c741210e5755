#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace lagoon::datasets {

/// A matrix of floating point numbers in a file of others: HDF5 (a dataset of two axes), NumPy's
/// NPY, or safetensors. Rows are read a stretch at a time, so that it need not fit in memory.
class MatrixFile {
 public:
  /// `name`: the HDF5 dataset or the tensor; "": the only one of two axes. An HDF5 file is opened
  /// in a child process first (probe_file): call it before threads are started. Throws Error, one
  /// line that names the file, for what is missing, damaged, not of two axes or not real numbers.
  static MatrixFile open(const std::filesystem::path& path, const std::string& name = "");

  std::int64_t rows() const;
  std::int64_t cols() const;

  /// Rows [first, first + count) in single precision, row-major. Throws Error for rows that are not
  /// there, cannot be read or are not finite.
  std::vector<float> read(std::int64_t first, std::int64_t count) const;

  /// One kind of file.
  class Source {
   public:
    /// Of a file that was found to hold such a matrix.
    Source(std::filesystem::path path, std::int64_t rows, std::int64_t cols);
    virtual ~Source() = default;
    /// Rows [first, first + count) into `values`, row-major. Throws Error if they cannot be read.
    virtual void read(std::int64_t first, std::int64_t count, float* values) const = 0;

    std::filesystem::path path;
    std::int64_t rows, cols;
  };

 private:
  explicit MatrixFile(std::unique_ptr<Source> source) : source_(std::move(source)) {}
  std::unique_ptr<Source> source_;
};

}  // namespace lagoon::datasets
