#include "datasets/digits/idx.hpp"

#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "flow/error.hpp"
#include "tests/datasets/digits/idx_file.hpp"
#include "tests/datasets/fixture.hpp"
#include "tests/support/mutate.hpp"

namespace lagoon::datasets::tests {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::int64_t, 1> kList = {kAnyLength};
constexpr std::array<std::int64_t, 3> kImages = {kAnyLength, 5, 7};

class IdxFile : public testing::Test {
 protected:
  fs::path write(const std::string& bytes) const {
    write_text(path_, bytes);
    return path_;
  }

  /// The message of one line, after the file's name.
  std::string refusal(const std::string& bytes,
                      std::span<const std::int64_t> shape = kImages) const {
    const std::string message = error_of([&] { read_idx(write(bytes), shape); });
    EXPECT_TRUE(message.starts_with(path_.string() + ": ")) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
    return message.substr(std::min(message.size(), path_.string().size() + 2));
  }

  void expect_refused(const std::string& bytes, const std::string& part,
                      std::span<const std::int64_t> shape = kImages) const {
    const std::string message = refusal(bytes, shape);
    EXPECT_NE(message.find(part), std::string::npos) << message << " lacks '" << part << "'";
  }

  const TemporaryFolder folder_;
  const fs::path path_ = folder_ / "images";
  const std::string values_ = varied_bytes(4 * 35);
  const std::string plain_ = idx_header(0x0803, {4, 5, 7}) + values_;
};

std::string characters_of(const IdxArray& array) {
  return {array.values.begin(), array.values.end()};
}

TEST_F(IdxFile, plain_and_gzipped_hold_the_same) {
  for (const std::string& bytes : {plain_, gzip(plain_), gzip(plain_, 0),
                                   gzip(plain_.substr(0, 9)) + gzip(plain_.substr(9))}) {
    const IdxArray array = read_idx(write(bytes), kImages);
    EXPECT_EQ(array.lengths, (std::vector<std::int64_t>{4, 5, 7}));
    EXPECT_EQ(characters_of(array), values_);
  }
}

// Longer than every buffer, and not a multiple of one.
TEST_F(IdxFile, millions_of_values_come_in_order) {
  const std::string values = varied_bytes(5'000'001);
  const std::string bytes = idx_header(0x0801, {5'000'001}) + values;
  EXPECT_TRUE(characters_of(read_idx(write(bytes), kList)) == values);
  EXPECT_TRUE(characters_of(read_idx(write(gzip(bytes, 1)), kList)) == values);
}

TEST_F(IdxFile, of_another_kind_is_refused) {
  expect_refused("", "within its header");
  expect_refused("<html>not found</html>", "not an IDX file of unsigned bytes");
  expect_refused(gzip("<html>not found</html>"), "not an IDX file of unsigned bytes");
  expect_refused(idx_header(0x0d03, {4, 5, 7}) + values_, "0x00000d03, not 0x00000803");
  expect_refused(idx_header(0x0801, {140}) + values_, "an IDX file of 1 axes, not 3");
  expect_refused(plain_, "an IDX file of 3 axes, not 1", kList);
  expect_refused(idx_header(0x0803, {4, 7, 5}) + values_,
                 "holds 4 x 7 x 5 bytes, expected any x 5 x 7");
  expect_refused(idx_header(0x0803, {0, 5, 7}), "holds 0 x 5 x 7");
}

TEST_F(IdxFile, cut_anywhere_is_refused) {
  const std::string packed = gzip(plain_);
  for (std::size_t length = 0; length < plain_.size(); ++length) refusal(plain_.substr(0, length));
  for (std::size_t length = 0; length < packed.size(); ++length) refusal(packed.substr(0, length));
  expect_refused(plain_.substr(0, 10), "ends after 10 bytes, within its header");
  expect_refused(plain_.substr(0, 100), "holds at most 84");
  expect_refused(gzip(plain_.substr(0, 100)), "holds 84 of the 140 values");
  expect_refused(packed.substr(0, packed.size() - 1), "its gzip data are cut short");
}

TEST_F(IdxFile, followed_by_anything_is_refused) {
  expect_refused(plain_ + "x", "bytes follow its 140 values");
  expect_refused(gzip(plain_ + "x"), "bytes follow its 140 values");
  expect_refused(gzip(plain_) + gzip("x"), "bytes follow its 140 values");
  expect_refused(gzip(plain_) + "x", "gzip data are cut short");
  expect_refused(gzip(plain_) + "not gzip, but as long", "gzip data are damaged");
}

TEST_F(IdxFile, whose_checksum_or_length_is_wrong_is_refused) {
  std::string packed = gzip(plain_, 0);
  packed[packed.size() - 8] ^= 1;
  expect_refused(packed, "damaged (incorrect data check)");
  packed = gzip(plain_, 0);
  packed[packed.size() - 4] ^= 1;
  expect_refused(packed, "damaged (incorrect length check)");
  packed = gzip(plain_, 0);
  packed[60] ^= 1;  // a pixel
  expect_refused(packed, "damaged (incorrect data check)");
}

TEST_F(IdxFile, that_is_none_is_refused) {
  EXPECT_NE(error_of([&] { read_idx(folder_.path(), kImages); }).find("not a file"),
            std::string::npos);
  EXPECT_NE(error_of([&] { read_idx(folder_ / "absent", kImages); }).find("no such file"),
            std::string::npos);
  ASSERT_EQ(::mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  EXPECT_NE(error_of([&] { read_idx(folder_ / "pipe", kImages); }).find("not a file"),
            std::string::npos);
}

TEST_F(IdxFile, that_may_not_be_read_says_so) {
  write(plain_);
  ASSERT_EQ(::chmod(path_.c_str(), 0), 0);
  ASSERT_EQ(::chmod(folder_.path().c_str(), 0755), 0);
  const int status = run_in_child([&] {
    if (::geteuid() == 0 && ::seteuid(65534) != 0) throw std::runtime_error("no other user");
    const std::string message = error_of([&] { read_idx(path_, kImages); });
    if (message != path_.string() + ": cannot be read: Permission denied")
      throw std::runtime_error(message);
  });
  EXPECT_EQ(status, 0);
}

std::int64_t peak_megabytes() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

// A header says what it likes: memory is taken for what comes.
TEST_F(IdxFile, takes_no_memory_for_values_that_are_not_there) {
  const std::string million = varied_bytes(1'000'000);
  const std::vector<std::pair<std::string, std::string>> cases = {
      {idx_header(0x0801, {0xffffffff}) + million, "holds at most 1000000"},
      {gzip(idx_header(0x0801, {0xffffffff}) + million), "holds at most"},
      {gzip(idx_header(0x0801, {1'000'000'000}) + million), "holds 1000000 of the 1000000000"},
      {gzip(idx_header(0x0801, {3}) + std::string(50'000'000, '\0'), 1),
       "bytes follow its 3 values"}};
  for (const auto& [bytes, part] : cases) {
    write(bytes);
    const int status = run_in_child([&, part = part] {
      const std::int64_t before = peak_megabytes();
      const std::string message = error_of([&] { read_idx(path_, kList); });
      if (message.find(part) == std::string::npos) throw std::runtime_error(message);
      if (peak_megabytes() - before > 16) throw std::runtime_error("took memory");
    });
    EXPECT_EQ(status, 0) << part;
  }
  const std::string many = idx_header(0x0803, {0xffffffff, 0xffffffff, 0xffffffff});
  expect_refused(many, "expected any x 5 x 7");
  expect_refused(many, "cut short or damaged", std::array{kAnyLength, kAnyLength, kAnyLength});
}

// Of a gzip'd file every byte is guarded, or is of the header and says nothing of the values.
TEST_F(IdxFile, mutated_is_refused_in_one_line_or_right) {
  const std::string packed = gzip(plain_);
  int refused = 0;
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    try {
      EXPECT_EQ(characters_of(read_idx(write(lagoon::tests::mutate(packed, seed)), kImages)),
                values_)
          << seed;
    } catch (const Error& error) {
      const std::string message = error.what();
      EXPECT_TRUE(message.starts_with(path_.string() + ": ") &&
                  message.find('\n') == std::string::npos)
          << message;
      ++refused;
    }
  }
  EXPECT_GT(refused, 300);
}

// A plain one guards its header and its length.
TEST_F(IdxFile, mutated_and_plain_is_refused_or_of_the_right_size) {
  int refused = 0;
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    try {
      EXPECT_EQ(read_idx(write(lagoon::tests::mutate(plain_, seed)), kImages).values.size(), 140U);
    } catch (const Error&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 100);
}

}  // namespace
}  // namespace lagoon::datasets::tests
