#include "datasets/digits/mnist.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "flow/error.hpp"
#include "tests/datasets/digits/idx_file.hpp"
#include "tests/datasets/fixture.hpp"

namespace lagoon::datasets::tests {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kMade = 3;  // digits of a made folder

class MadeMnist : public testing::Test {
 protected:
  void SetUp() override {
    write_text(folder_ / "train-labels-idx1-ubyte.gz", gzip(labels_));
    write_text(folder_ / "train-images-idx3-ubyte.gz", gzip(images_));
  }

  void expect_refused(const std::string& part, MnistSplit split = MnistSplit::train) const {
    const std::string message = error_of([&] { load_mnist(folder_.path(), split); });
    EXPECT_TRUE(message.starts_with(folder_.path().string())) << message;
    EXPECT_NE(message.find(part), std::string::npos) << message << " lacks '" << part << "'";
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  }

  const TemporaryFolder folder_;
  const std::string pixels_ = varied_bytes(kMade * Digits::kPixels);
  const std::string labels_ = idx_header(0x0801, {kMade}) + std::string("\x07\x00\x09", 3);
  const std::string images_ = idx_header(0x0803, {kMade, 28, 28}) + pixels_;
};

TEST_F(MadeMnist, is_read_as_it_was_written) {
  const Digits digits = load_mnist(folder_.path(), MnistSplit::train);
  EXPECT_EQ(digits.n(), kMade);
  EXPECT_EQ(digits.labels, (std::vector<std::int64_t>{7, 0, 9}));
  EXPECT_TRUE(std::equal(digits.pixels.begin(), digits.pixels.end(), pixels_.begin(), pixels_.end(),
                         [](std::uint8_t a, char b) { return a == static_cast<std::uint8_t>(b); }));
  EXPECT_EQ(digits.image(2).data(), digits.pixels.data() + 2 * 784);
}

TEST_F(MadeMnist, may_be_unpacked_and_named_as_tools_do) {
  const Digits expected = load_mnist(folder_.path(), MnistSplit::train);
  fs::remove(folder_ / "train-labels-idx1-ubyte.gz");
  fs::remove(folder_ / "train-images-idx3-ubyte.gz");
  write_text(folder_ / "train-labels-idx1-ubyte", labels_);
  write_text(folder_ / "train-images.idx3-ubyte", images_);
  const Digits found = load_mnist(folder_.path(), MnistSplit::train);
  EXPECT_EQ(found.labels, expected.labels);
  EXPECT_EQ(found.pixels, expected.pixels);
}

TEST_F(MadeMnist, without_a_file_or_folder_is_refused) {
  expect_refused("there is no t10k-labels-idx1-ubyte.gz here", MnistSplit::test);
  fs::remove(folder_ / "train-images-idx3-ubyte.gz");
  expect_refused("there is no train-images-idx3-ubyte.gz here");
  fs::create_directory(folder_ / "train-images-idx3-ubyte.gz");
  expect_refused("not a file");
  EXPECT_EQ(error_of([&] { load_mnist(folder_ / "absent", MnistSplit::train); }),
            (folder_ / "absent").string() + ": there is no such folder");
}

TEST_F(MadeMnist, whose_files_disagree_is_refused) {
  const std::string four = idx_header(0x0801, {4}) + std::string(4, '\x01');
  write_text(folder_ / "train-labels-idx1-ubyte.gz", gzip(four));
  expect_refused(
      "holds 3 x 28 x 28 bytes, expected 4 x 28 x 28, an image for each label of "
      "train-labels-idx1-ubyte.gz");
}

TEST_F(MadeMnist, of_other_labels_or_images_is_refused) {
  write_text(folder_ / "train-images-idx3-ubyte.gz", idx_header(0x0803, {3, 32, 32}));
  expect_refused("holds 3 x 32 x 32 bytes, expected 3 x 28 x 28");
  write_text(folder_ / "train-labels-idx1-ubyte.gz",
             idx_header(0x0801, {3}) + std::string("\x01\x0a\x02", 3));
  expect_refused("label 1 is 10, above 9");
  write_text(folder_ / "train-labels-idx1-ubyte.gz", idx_header(0x0801, {0}));
  expect_refused("holds 0 bytes, expected any");
  write_text(folder_ / "train-labels-idx1-ubyte.gz", images_);
  expect_refused("an IDX file of 3 axes, not 1");
}

/// The check values that data/mnist/README.md gives.
struct Published {
  MnistSplit split;
  std::int64_t n;
  std::array<std::int64_t, 10> of_label;
  std::int64_t pixel_sum;
  double mean, deviation;
  std::vector<std::int64_t> first_labels;
};

const Published kTrain = {MnistSplit::train,
                          60000,
                          {5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949},
                          1567298545,
                          0.130660,
                          0.308108,
                          {5, 0, 4, 1, 9, 2, 1, 3}};
const Published kTest = {MnistSplit::test,
                         10000,
                         {980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009},
                         264923200,
                         0.132515,
                         0.310480,
                         {7, 2, 1, 0, 4, 1, 4, 9}};
constexpr double kPublishedDigits = 5e-7;  // half of the last of six

TEST(Mnist, published_files_have_the_published_sums) {
  const fs::path folder = lagoon::tests::real_data("mnist");
  if (folder.empty()) GTEST_SKIP() << "LAGOON_DATA is not set";
  for (const Published& published : {kTrain, kTest}) {
    const Digits digits = load_mnist(folder, published.split);
    ASSERT_EQ(digits.n(), published.n);
    std::array<std::int64_t, 10> of_label{};
    for (const std::int64_t label : digits.labels) ++of_label[label];
    EXPECT_EQ(of_label, published.of_label);
    EXPECT_TRUE(std::equal(published.first_labels.begin(), published.first_labels.end(),
                           digits.labels.begin()));
    std::int64_t sum = 0, squares = 0;
    for (const std::int64_t pixel : digits.pixels) {
      sum += pixel;
      squares += pixel * pixel;
    }
    EXPECT_EQ(sum, published.pixel_sum);
    const auto count = static_cast<double>(digits.pixels.size());
    const double mean = static_cast<double>(sum) / count;
    EXPECT_NEAR(mean / 255, published.mean, kPublishedDigits);
    EXPECT_NEAR(std::sqrt(static_cast<double>(squares) / count - mean * mean) / 255,
                published.deviation, kPublishedDigits);
  }
}

}  // namespace
}  // namespace lagoon::datasets::tests
