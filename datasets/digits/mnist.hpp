#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

namespace lagoon::datasets {

/// Which of the two pairs of files: 60,000 images to train on, 10,000 to test with.
enum class MnistSplit { train, test };

/// Grey images of hand-written digits with their labels ([BST] 6.2; LeCun, Cortes, Burges).
struct Digits {
  static constexpr std::int64_t kSide = 28;
  static constexpr std::int64_t kPixels = kSide * kSide;
  static constexpr std::int64_t kLabels = 10;

  std::vector<std::uint8_t> pixels;  ///< (image, 28, 28), rows from the top; 0 paper, 255 ink
  std::vector<std::int64_t> labels;  ///< (image) 0 to 9

  std::int64_t n() const { return static_cast<std::int64_t>(labels.size()); }
  /// The pixels of image i, row by row.
  std::span<const std::uint8_t> image(std::int64_t i) const {
    return std::span(pixels).subspan(static_cast<std::size_t>(i * kPixels), kPixels);
  }
};

/// Reads the images and labels of a split from the four IDX files of MNIST in `folder`, by the
/// names that they are published under: train-images-idx3-ubyte.gz and so on, or the same without
/// .gz, or with a dot in place of the second hyphen. Throws Error as read_idx() does, for a file
/// that is not there, for counts that differ and for a label above 9.
Digits load_mnist(const std::filesystem::path& folder, MnistSplit split);

}  // namespace lagoon::datasets
