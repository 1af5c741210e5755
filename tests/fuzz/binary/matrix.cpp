// Matrices of others' embeddings, NPY, safetensors and HDF5: datasets/matrices/matrix_file.hpp.
#include <algorithm>

#include "datasets/matrices/matrix_file.hpp"
#include "datasets/safetensors.hpp"
#include "datasets/storage/hdf5.hpp"
#include "tests/fuzz/target.hpp"

namespace lagoon::fuzz {
namespace {

std::string npy(const std::string& header, std::size_t n_bytes) {
  const auto size = static_cast<char>(header.size());
  return std::string("\x93NUMPY\x01\x00", 8) + size + '\0' + header + std::string(n_bytes, '\1');
}

void write_hdf5(const std::filesystem::path& path) {
  auto file = datasets::hdf5::File::create(path);
  file.create_dataset({"embeddings", datasets::hdf5::Type::float32, {3, 2}});
  const std::vector<float> values(6, 1.5F);
  file.write("embeddings", 0, std::span<const float>(values));
  file.close();
}

}  // namespace

std::vector<std::string> seeds() {
  datasets::SafeTensors content;
  content.tensors["z"] = {"BF16", {3, 2}, std::vector<std::byte>(12)};
  return {npy("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }\n", 24),
          npy("{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2), }\n", 16),
          npy("{'descr': '<f2', 'fortran_order': False, 'shape': (4, 1), }\n", 8),
          bytes_of([&](const auto& path) { datasets::write_safetensors(path, content); }),
          bytes_of(write_hdf5)};
}

void read(const std::string& bytes) {
  const auto matrix = datasets::MatrixFile::open(file_of("matrix", bytes));
  // As the program does: a stretch of rows at a time.
  const std::int64_t some = std::clamp<std::int64_t>(1'000'000 / matrix.cols(), 1, matrix.rows());
  matrix.read(0, some);
  matrix.read(matrix.rows() - some, some);
}

}  // namespace lagoon::fuzz
