#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>

#include <gtest/gtest.h>
#include <hdf5.h>

#include "datasets/probe.hpp"
#include "datasets/storage/hdf5.hpp"
#include "datasets/storage/schema.hpp"
#include "flow/error.hpp"
#include "tests/datasets/fixture.hpp"

namespace lagoon::datasets::tests {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kDamagedFlows = 50;

class DamagedFile : public testing::Test {
 protected:
  void SetUp() override {
    write_dataset(whole_, description_);
    bytes_ = read_text(whole_);
  }

  // Opens and reads everything; throws Error, or returns whether it is all as written.
  bool read_is_right(const fs::path& path) const {
    const Reader reader(path);
    reader.verify_checksums();
    const Reader original(whole_);
    const auto found = reader.positions(0, reader.n_flows());
    const auto expected = original.positions(0, kDamagedFlows);
    return reader.law_hash() == original.law_hash() && reader.n_flows() == kDamagedFlows &&
           reader.psi_hat(0, kDamagedFlows) == original.psi_hat(0, kDamagedFlows) &&
           found.x == expected.x && found.y == expected.y &&
           reader.description().title == description_.title &&
           reader.description().config_toml == description_.config_toml;
  }

  std::size_t offset_of(const std::string& variable) const {
    const auto file = hdf5::File::open(whole_, hdf5::File::Access::read);
    return static_cast<std::size_t>(file.info(variable).offset);
  }

  const TemporaryFolder folder_;
  const fs::path whole_ = folder_ / "whole.h5", damaged_ = folder_ / "damaged.h5";
  const Description description_ = small_description(kDamagedFlows);
  std::string bytes_;
};

TEST_F(DamagedFile, the_undamaged_copy_is_right) {
  write_text(damaged_, bytes_);
  EXPECT_TRUE(read_is_right(damaged_));
  EXPECT_NO_THROW(probe_file(damaged_));
}

TEST_F(DamagedFile, truncated_anywhere_is_refused) {
  std::mt19937 random(4);
  for (int trial = 0; trial < 20; ++trial) {
    const std::size_t size = random() % bytes_.size();
    write_text(damaged_, bytes_.substr(0, size));
    EXPECT_EQ(run_in_child([&] { const Reader reader(damaged_); }), 1) << size;
    const std::string message = error_of([&] { const Reader reader(damaged_); });
    EXPECT_TRUE(message.starts_with(damaged_.string() + ": ")) << message;
  }
}

// Damaged variable-length data (in global heaps, "GCOL") hang the library in whoever reads them.
TEST_F(DamagedFile, variable_length_data_are_never_read) {
  std::string bytes = bytes_;
  int n_heaps = 0;
  for (std::size_t i = bytes.find("GCOL"); i != std::string::npos; i = bytes.find("GCOL", i + 4)) {
    bytes.replace(i + 4, 64, 64, '\xff');
    ++n_heaps;
  }
  ASSERT_GT(n_heaps, 0);
  write_text(damaged_, bytes);
  EXPECT_EQ(run_in_child([&] {
              if (!read_is_right(damaged_)) throw std::runtime_error("wrong data");
            }),
            0);
}

// Of a file that holds everything: samples, law, indices, and what guards them.
TEST(ChangedFile, every_changed_number_is_refused_on_opening_or_found_by_verification) {
  const TemporaryFolder folder;
  const Description description = rich_description(3);
  write_dataset(folder / "a.h5", description);
  const std::string whole = read_text(folder / "a.h5");
  std::mt19937 random(6);
  int n_changes = 0;
  for (const VariableRow& variable : variables(contents_of(description))) {
    const std::size_t size = size_of(variable.type);
    const std::size_t n_bytes = stored_bytes(folder / "a.h5", description, variable).size();
    const auto offset = static_cast<std::size_t>(
        hdf5::File::open(folder / "a.h5", hdf5::File::Access::read).info(variable.path).offset);
    for (std::size_t at = 0; at < n_bytes; at += size, ++n_changes) {
      std::string bytes = whole;
      bytes[offset + at + random() % size] ^= static_cast<char>(1 << random() % 8);
      write_text(folder / "b.h5", bytes);
      EXPECT_THROW(Reader(folder / "b.h5").verify_checksums(), Error)
          << variable.path << " number " << at / size;
    }
  }
  EXPECT_GT(n_changes, 500);
}

TEST_F(DamagedFile, a_flipped_bit_of_the_law_is_refused_on_opening) {
  for (const std::string variable :
       {"/eulerian/k", "/eulerian/l", "/eulerian/omega", "/eulerian/prior_std", "/eulerian/damping",
        "/model_time", "/time", "/split", "/release_x", "/release_time"}) {
    std::string bytes = bytes_;
    bytes[offset_of(variable) + 3] ^= 1;
    write_text(damaged_, bytes);
    EXPECT_THROW(Reader{damaged_}, Error) << variable;
  }
}

TEST_F(DamagedFile, a_value_that_is_not_finite_is_refused_with_its_flow) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const float infinity = std::numeric_limits<float>::infinity();
  std::string bytes = bytes_;
  std::memcpy(&bytes[offset_of("/eulerian/psi_hat") + 17 * 5 * 16], &nan, sizeof nan);
  std::memcpy(&bytes[offset_of("/y") + 31 * 2 * 3 * 4], &infinity, sizeof infinity);
  write_text(damaged_, bytes);
  const Reader reader(damaged_);
  EXPECT_NE(error_of([&] { reader.psi_hat(10, 20); }).find("/eulerian/psi_hat of flow 17"),
            std::string::npos);
  EXPECT_NE(error_of([&] { reader.positions(0, kDamagedFlows); }).find("/y of flow 31"),
            std::string::npos);
  EXPECT_NO_THROW(reader.psi_hat(18, 32));
}

TEST_F(DamagedFile, a_place_of_which_one_coordinate_was_lost_is_refused_with_its_flow) {
  write_dataset(damaged_, rich_description(20));
  const auto x = Reader(damaged_).positions(13, 1).x;
  const auto seen = std::ranges::find_if(x, [](double value) { return !std::isnan(value); });
  ASSERT_NE(seen, x.end());
  const auto place = x.size() * 13 + static_cast<std::size_t>(seen - x.begin());
  const float nan = std::numeric_limits<float>::quiet_NaN();
  std::string bytes = read_text(damaged_);
  const auto offset = hdf5::File::open(damaged_, hdf5::File::Access::read).info("/x").offset;
  std::memcpy(&bytes[static_cast<std::size_t>(offset) + place * sizeof nan], &nan, sizeof nan);
  write_text(damaged_, bytes);
  const Reader reader(damaged_);
  EXPECT_NE(error_of([&] {
              reader.positions(10, 5);
            }).find("of /x and /y of flow 13 one is observed, the other is not"),
            std::string::npos);
  EXPECT_NO_THROW(reader.positions(14, 6));
}

TEST_F(DamagedFile, what_is_no_dataset_is_told_in_one_line) {
  write_text(damaged_, "no HDF5 here");
  EXPECT_THROW(Reader{damaged_}, Error);
  write_text(damaged_, "");
  EXPECT_THROW(Reader{damaged_}, Error);
  EXPECT_NE(error_of([&] { Reader{folder_ / "none.h5"}; }).find("no such file"), std::string::npos);
  EXPECT_NE(error_of([&] { Reader{folder_.path()}; }).find("folder"), std::string::npos);
  hdf5::File::create(damaged_).close();
  EXPECT_NE(error_of([&] { Reader{damaged_}; }).find("not a dataset of lagoon"), std::string::npos);
}

// Opens the whole file to change it, with the library itself.
class WrongSchema : public DamagedFile {
 protected:
  void remove(const std::string& object) {
    const hid_t file = H5Fopen(whole_.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
    H5Ldelete(file, object.c_str(), H5P_DEFAULT);
    H5Fclose(file);
  }
  void replace(const hdf5::NewDataset& dataset) {
    remove(dataset.path);
    auto file = hdf5::File::open(whole_, hdf5::File::Access::write);
    file.create_dataset(dataset);
    file.close();
  }
  void write_attribute(const std::string& name, int value) {
    const hid_t file = H5Fopen(whole_.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
    const hid_t attribute = H5Aopen(file, name.c_str(), H5P_DEFAULT);
    EXPECT_GE(H5Awrite(attribute, H5T_NATIVE_INT, &value), 0) << name;
    H5Aclose(attribute);
    H5Fclose(file);
  }
  void expect_message(const std::string& part) const {
    const std::string message = error_of([&] { Reader{whole_}; });
    EXPECT_TRUE(message.starts_with(whole_.string() + ": ")) << message;
    EXPECT_NE(message.find(part), std::string::npos) << message;
  }
};

TEST_F(WrongSchema, a_missing_variable_is_named_with_what_was_expected) {
  remove("/eulerian/k");
  expect_message("/eulerian/k is missing or damaged; expected int32 (mode)");
}

TEST_F(WrongSchema, another_type_is_named) {
  replace({.path = "/eulerian/omega", .type = hdf5::Type::float32, .lengths = {5}});
  expect_message("/eulerian/omega is of type float32; expected float64 (mode)");
}

TEST_F(WrongSchema, another_number_of_axes_is_named) {
  replace({.path = "/x", .type = hdf5::Type::float32, .lengths = {300}});
  expect_message("/x has 1 axes; expected float32 (trajectory, time)");
}

TEST_F(WrongSchema, another_length_is_named) {
  replace({.path = "/y", .type = hdf5::Type::float32, .lengths = {100, 4}});
  expect_message("/y has another length");
}

TEST_F(WrongSchema, a_group_in_place_of_a_variable_is_named) {
  remove("/split");
  auto file = hdf5::File::open(whole_, hdf5::File::Access::write);
  file.create_group("/split");
  file.close();
  expect_message("/split is missing or damaged; expected int8 (flow)");
}

// Allocating what this claims would take a terabyte.
TEST_F(WrongSchema, a_length_beyond_the_file_is_refused_before_allocation) {
  replace({.path = "/trajectory",
           .type = hdf5::Type::int32,
           .lengths = {std::int64_t{1} << 37},
           .without_space = true});
  expect_message("/trajectory is not stored");
}

TEST_F(WrongSchema, another_version_is_named) {
  write_attribute("schema_version", 99);
  expect_message("schema_version is 99");
}

TEST_F(WrongSchema, numbers_of_flows_that_differ_are_named) {
  write_attribute("n_flows", 60);
  expect_message("/split is of 50 flows, but shard_index, shard_count and n_flows tell 60");
}

TEST_F(WrongSchema, trajectories_that_cannot_be_shared_out_among_flows_are_named) {
  replace({.path = "/trajectory", .type = hdf5::Type::int32, .lengths = {99}});
  expect_message("99 trajectories of 50 flows");
}

TEST_F(DamagedFile, the_probe_says_what_the_reader_says) {
  write_text(damaged_, bytes_.substr(0, bytes_.size() / 2));
  EXPECT_EQ(error_of([&] { probe_file(damaged_); }), error_of([&] { Reader{damaged_}; }));
  EXPECT_NE(error_of([&] { probe_file(folder_ / "none.h5"); }).find("no such file"),
            std::string::npos);
}

}  // namespace
}  // namespace lagoon::datasets::tests
