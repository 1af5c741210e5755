#include "datasets/matrices/matrix_file.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <new>
#include <stdexcept>
#include <utility>

#include "datasets/matrices/raw_matrix.hpp"
#include "datasets/probe.hpp"
#include "datasets/storage/hdf5.hpp"
#include "datasets/text/text.hpp"
#include "flow/error.hpp"

namespace lagoon::datasets {
namespace {

namespace fs = std::filesystem;

class Hdf5Matrix : public MatrixFile::Source {
 public:
  Hdf5Matrix(const fs::path& file_path, hdf5::File file, std::string name,
             const std::vector<std::int64_t>& lengths)
      : Source(file_path, lengths[0], lengths[1]), file_(std::move(file)), name_(std::move(name)) {}

  void read(std::int64_t first, std::int64_t count, float* values) const override {
    file_.read(name_, first, count, values);
  }

 private:
  hdf5::File file_;
  std::string name_;
};

bool is_matrix(const hdf5::DatasetInfo& info) {
  return info.lengths.size() == 2 &&
         (info.type == hdf5::Type::float32 || info.type == hdf5::Type::float64);
}

std::string only_matrix(const fs::path& path, const hdf5::File& file) {
  std::vector<std::string> names;
  for (const auto& name : file.number_datasets()) {
    if (is_matrix(file.info(name))) names.push_back(name);
  }
  const std::string list = (names.empty() ? "" : ": ") + joined(names);
  require(names.size() == 1, path.string() + ": holds " + std::to_string(names.size()) +
                                 " matrices of floats" + list + " (name one dataset)");
  return names.front();
}

std::unique_ptr<MatrixFile::Source> hdf5_matrix(const fs::path& path, const std::string& name) {
  probe_file(path, [](const fs::path& probed) {
    static_cast<void>(hdf5::File::open(probed, hdf5::File::Access::read).number_datasets());
  });
  auto file = hdf5::File::open(path, hdf5::File::Access::read);
  const std::string chosen = name.empty() ? only_matrix(path, file) : name;
  const auto info = file.info(chosen);
  require(is_matrix(info), path.string() + ": dataset " + chosen +
                               " is no matrix of 32 or 64 bit floats (name another)");
  const auto fault = hdf5::fault_of(info, static_cast<std::int64_t>(fs::file_size(path)));
  require(info.offset < 0 || fault.empty(), path.string() + ": dataset " + chosen + " " + fault);
  return std::make_unique<Hdf5Matrix>(path, std::move(file), chosen, info.lengths);
}

/// The first bytes of a file, which tell its kind.
std::string signature(const fs::path& path) {
  require(fs::is_regular_file(path), path.string() + ": is no file (give a file of embeddings)");
  constexpr std::streamsize kBytes = 8;
  std::string bytes(kBytes, '\0');
  std::ifstream stream(path, std::ios::binary);
  require(stream.good(), path.string() + ": cannot be read");
  stream.read(bytes.data(), kBytes);
  return bytes;
}

/// Lengths that a damaged header names may be more than any memory.
std::vector<float> values_of(const MatrixFile::Source& source, std::int64_t first,
                             std::int64_t count) {
  const auto too_many = [&] {
    return source.path.string() + ": " + std::to_string(count) + " rows of " +
           std::to_string(source.cols) + " numbers do not fit into memory (give fewer at a time)";
  };
  std::int64_t numbers = 0;
  require(!__builtin_mul_overflow(count, source.cols, &numbers), too_many());
  try {
    std::vector<float> values(static_cast<std::size_t>(numbers));
    source.read(first, count, values.data());
    return values;
  } catch (const std::bad_alloc&) {
    throw Error(too_many());
  } catch (const std::length_error&) {
    throw Error(too_many());
  }
}

}  // namespace

MatrixFile::Source::Source(fs::path file, std::int64_t n_rows, std::int64_t n_cols)
    : path(std::move(file)), rows(n_rows), cols(n_cols) {
  require(rows >= 1 && cols >= 1, path.string() + ": its matrix is empty");
}

MatrixFile MatrixFile::open(const fs::path& path, const std::string& name) {
  const std::string start = signature(path);
  if (start == hdf5::kFileSignature) return MatrixFile(hdf5_matrix(path, name));
  if (start.starts_with("\x93NUMPY")) return MatrixFile(npy_matrix(path));
  return MatrixFile(safetensors_matrix(path, name));
}

std::int64_t MatrixFile::rows() const {
  return source_->rows;
}
std::int64_t MatrixFile::cols() const {
  return source_->cols;
}

std::vector<float> MatrixFile::read(std::int64_t first, std::int64_t count) const {
  require(first >= 0 && count >= 0 && first <= rows() && count <= rows() - first,
          source_->path.string() + ": has " + std::to_string(rows()) + " rows");
  auto values = values_of(*source_, first, count);
  const auto bad = std::ranges::find_if(values, [](float x) { return !std::isfinite(x); });
  require(bad == values.end(), source_->path.string() + ": row " +
                                   std::to_string(first + (bad - values.begin()) / cols()) +
                                   " is not finite (leave it out)");
  return values;
}

}  // namespace lagoon::datasets
