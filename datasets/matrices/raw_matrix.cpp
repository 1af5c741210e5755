#include "datasets/matrices/raw_matrix.hpp"

#include <bit>
#include <cmath>
#include <cstring>
#include <fstream>

#include "flow/error.hpp"

namespace lagoon::datasets {
namespace {

namespace fs = std::filesystem;

/// IEEE half precision.
float from_half(std::uint16_t bits) {
  constexpr int kFractionBits = 10, kBias = 15, kLargestExponent = 31;
  const int exponent = bits >> kFractionBits & kLargestExponent;
  const int fraction = bits & ((1 << kFractionBits) - 1);
  float value = NAN;
  if (exponent == 0) {
    value = std::ldexp(static_cast<float>(fraction), 1 - kBias - kFractionBits);
  } else if (exponent < kLargestExponent) {
    value = std::ldexp(static_cast<float>(fraction + (1 << kFractionBits)),
                       exponent - kBias - kFractionBits);
  }
  return (bits >> 15) != 0 ? -value : value;
}

template <class T, class Convert>
void convert(const std::vector<char>& bytes, float* values, Convert&& to_float) {
  for (std::size_t i = 0; i < bytes.size() / sizeof(T); ++i) {
    T raw;
    std::memcpy(&raw, bytes.data() + i * sizeof(T), sizeof(T));
    values[i] = to_float(raw);
  }
}

class RawMatrix : public MatrixFile::Source {
 public:
  RawMatrix(const fs::path& file, RawType type, std::int64_t offset, std::int64_t n_rows,
            std::int64_t n_cols)
      : Source(file, n_rows, n_cols), type_(type), offset_(offset) {}

  void read(std::int64_t first, std::int64_t count, float* values) const override {
    std::vector<char> bytes(static_cast<std::size_t>(count * cols * size_of(type_)));
    std::ifstream stream(path, std::ios::binary);
    stream.seekg(offset_ + first * cols * size_of(type_));
    stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    require(stream.good(), path.string() + ": cannot be read (has it changed?)");
    if (type_ == RawType::float64) {
      convert<double>(bytes, values, [](double x) { return static_cast<float>(x); });
    } else if (type_ == RawType::float32) {
      std::memcpy(values, bytes.data(), bytes.size());
    } else if (type_ == RawType::float16) {
      convert<std::uint16_t>(bytes, values, from_half);
    } else {
      convert<std::uint16_t>(bytes, values, [](std::uint16_t bits) {
        return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
      });
    }
  }

 private:
  RawType type_;
  std::int64_t offset_;
};

}  // namespace

std::int64_t size_of(RawType type) {
  if (type == RawType::float64) return sizeof(double);
  return type == RawType::float32 ? sizeof(float) : sizeof(std::uint16_t);
}

std::unique_ptr<MatrixFile::Source> raw_matrix(const fs::path& path, RawType type,
                                               std::int64_t offset, std::int64_t rows,
                                               std::int64_t cols) {
  std::int64_t numbers = 0, bytes = 0;
  const bool too_many = __builtin_mul_overflow(rows, cols, &numbers) ||
                        __builtin_mul_overflow(numbers, size_of(type), &bytes) ||
                        __builtin_add_overflow(bytes, offset, &bytes);
  require(!too_many && bytes <= static_cast<std::int64_t>(fs::file_size(path)),
          path.string() + ": is shorter than its " + std::to_string(rows) + " rows of " +
              std::to_string(cols) + " numbers (copy it again)");
  return std::make_unique<RawMatrix>(path, type, offset, rows, cols);
}

}  // namespace lagoon::datasets
