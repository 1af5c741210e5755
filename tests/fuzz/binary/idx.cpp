// Arrays of bytes as MNIST has them, plain and gzip'd: datasets/digits/idx.hpp.
#include "datasets/digits/idx.hpp"

#include "tests/datasets/digits/idx_file.hpp"
#include "tests/fuzz/target.hpp"

namespace lagoon::fuzz {
namespace {

constexpr std::uint32_t kImages = 0x0803, kLabels = 0x0801;
constexpr std::int64_t kSide = 4;

}  // namespace

std::vector<std::string> seeds() {
  using datasets::tests::gzip, datasets::tests::idx_header, datasets::tests::varied_bytes;
  const std::string images = idx_header(kImages, {3, kSide, kSide}) + varied_bytes(48);
  const std::string labels = idx_header(kLabels, {5}) + varied_bytes(5);
  return {images, labels, gzip(images), gzip(labels), gzip(images, 0)};
}

void read(const std::string& bytes) {
  const auto path = file_of("images-idx3-ubyte", bytes);
  const std::vector<std::vector<std::int64_t>> shapes = {{datasets::kAnyLength, kSide, kSide},
                                                         {datasets::kAnyLength}};
  // Either shape may be what is expected: the length of the input decides.
  datasets::read_idx(path, shapes[bytes.size() % 2]);
}

}  // namespace lagoon::fuzz
