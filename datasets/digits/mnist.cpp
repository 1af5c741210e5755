#include "datasets/digits/mnist.hpp"

#include <array>
#include <string>

#include "datasets/digits/idx.hpp"
#include "flow/error.hpp"

namespace lagoon::datasets {
namespace {

namespace fs = std::filesystem;

/// "train-images-idx3-ubyte.gz", or the name under which tools unpack it.
fs::path find_file(const fs::path& folder, const std::string& what, int axes) {
  const std::string kind = "idx" + std::to_string(axes) + "-ubyte";
  for (const char* const separator : {"-", "."})
    for (const char* const packed : {".gz", ""}) {
      fs::path path = folder / (what + separator + kind + packed);
      std::error_code failure;
      if (fs::exists(path, failure)) return path;
    }
  throw Error(folder.string() + ": there is no " + what + "-" + kind +
              ".gz here: give the folder of the four files of MNIST");
}

std::vector<std::int64_t> read_labels(const fs::path& path) {
  const IdxArray array = read_idx(path, std::array{kAnyLength});
  for (std::size_t i = 0; i < array.values.size(); ++i) {
    if (array.values[i] >= Digits::kLabels)
      throw Error(path.string() + ": label " + std::to_string(i) + " is " +
                  std::to_string(array.values[i]) + ", above 9: not the labels of MNIST");
  }
  return {array.values.begin(), array.values.end()};
}

}  // namespace

Digits load_mnist(const fs::path& folder, MnistSplit split) {
  std::error_code failure;
  require(fs::is_directory(folder, failure), folder.string() + ": there is no such folder");
  const std::string prefix = split == MnistSplit::train ? "train" : "t10k";
  const fs::path labels = find_file(folder, prefix + "-labels", 1);
  const fs::path images = find_file(folder, prefix + "-images", 3);
  Digits digits;
  digits.labels = read_labels(labels);
  digits.pixels = read_idx(images, std::array{digits.n(), Digits::kSide, Digits::kSide},
                           ", an image for each label of " + labels.filename().string())
                      .values;
  return digits;
}

}  // namespace lagoon::datasets
