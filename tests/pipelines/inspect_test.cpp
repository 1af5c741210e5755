// Damage that inspect sees, and law that generate copies.
#include <fstream>
#include <limits>

#include <hdf5.h>

#include "tests/pipelines/program.hpp"

namespace lagoon::pipelines::tests {
namespace {

/// Puts one value into a dataset of doubles, as h5py would.
void put_value(const std::filesystem::path& file, const char* dataset, double value) {
  const hid_t id = H5Fopen(file.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  const hid_t data = H5Dopen2(id, dataset, H5P_DEFAULT);
  const hid_t space = H5Dget_space(data);
  const hsize_t first[3] = {2, 3, 1}, one[3] = {1, 1, 1};
  H5Sselect_hyperslab(space, H5S_SELECT_SET, first, nullptr, one, nullptr);
  const hid_t memory = H5Screate_simple(1, one, nullptr);
  EXPECT_GE(H5Dwrite(data, H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT, &value), 0);
  H5Sclose(memory);
  H5Sclose(space);
  H5Dclose(data);
  H5Fclose(id);
}

/// The file's offset of a contiguous dataset's first byte.
std::size_t offset_of(const std::filesystem::path& file, const char* dataset) {
  const hid_t id = H5Fopen(file.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  const hid_t data = H5Dopen2(id, dataset, H5P_DEFAULT);
  const haddr_t offset = H5Dget_offset(data);
  H5Dclose(data);
  H5Fclose(id);
  return static_cast<std::size_t>(offset);
}

/// An HDF5 file with one dataset of somebody else's.
void write_other_schema(const std::filesystem::path& file) {
  const hid_t id = H5Fcreate(file.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  const hsize_t size = 3;
  const hid_t space = H5Screate_simple(1, &size, nullptr);
  H5Dclose(H5Dcreate2(id, "temperature", H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, H5P_DEFAULT,
                      H5P_DEFAULT));
  H5Sclose(space);
  H5Fclose(id);
}

class InspectTest : public ProgramTest {
 protected:
  Outcome verify(const std::string& name) const {
    return run({"inspect", path(name).string(), "--verify", "--verify-samples", "8"});
  }
};

TEST_F(InspectTest, sound_files_pass) {
  for (const auto* storage : {"float32", "float64"}) {
    ASSERT_EQ(run(small("flows.h5", 60, {"--storage", storage, "--force"})).code, 0);
    const auto outcome = verify("flows.h5");
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_NE(outcome.out.find("checksums: agree"), std::string::npos) << outcome.out;
  }
}

TEST_F(InspectTest, noise_is_reproduced_from_the_seed) {
  ASSERT_EQ(run(small("flows.h5", 20, {"--noise", "10", "--storage", "float64"})).code, 0);
  const auto outcome = verify("flows.h5");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
}

TEST_F(InspectTest, flipped_byte_is_found) {
  ASSERT_EQ(run(small("flows.h5", 60)).code, 0);
  std::string bytes = read_text(path("flows.h5"));
  bytes[offset_of(path("flows.h5"), "/x") + 41] ^= 1;
  write("flows.h5", bytes);
  expect_one_line(verify("flows.h5"), 1, {"flows.h5", "block 0"});
}

TEST_F(InspectTest, coefficient_that_is_not_finite_is_refused) {
  ASSERT_EQ(run(small("flows.h5", 60)).code, 0);
  put_value(path("flows.h5"), "/eulerian/psi_hat", std::numeric_limits<double>::quiet_NaN());
  expect_one_line(verify("flows.h5"), 1, {"flows.h5"});
}

TEST_F(InspectTest, another_schema_is_refused) {
  write_other_schema(path("other.h5"));
  expect_one_line(verify("other.h5"), 1, {"other.h5"});
  expect_one_line(run(copy_law("new.h5", path("other.h5").string())), 1, {"other.h5"});
}

TEST_F(InspectTest, law_is_copied_from_a_dataset) {
  ASSERT_EQ(
      run(small("a.h5", 8,
                {"--law-seed", "3", "--noise", "5", "--release", "uniform", "--drifters", "2"}))
          .code,
      0);
  const std::string source = path("a.h5").string();
  const auto outcome = run(copy_law("b.h5", source));
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_TRUE(same_flows(path("a.h5"), path("b.h5")));
  expect_one_line(run(small("c.h5", 8, {"--law-from", source})), 2, {"--times", "--law-from"});
  EXPECT_FALSE(std::filesystem::exists(path("c.h5")));
}

}  // namespace
}  // namespace lagoon::pipelines::tests
