// Observations that cannot be: one line each, which says what is wrong and where.
#include <cmath>
#include <limits>

#include <hdf5.h>

#include "tests/pipelines/program.hpp"

namespace lagoon::pipelines::tests {
namespace {

using Place = std::vector<hsize_t>;

/// Writes one value of a dataset, whatever its type.
void overwrite(const std::string& file, const char* name, const Place& place, double value) {
  const hid_t id = H5Fopen(file.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  const hid_t dataset = H5Dopen2(id, name, H5P_DEFAULT);
  const hid_t space = H5Dget_space(dataset);
  ASSERT_GE(H5Sselect_elements(space, H5S_SELECT_SET, 1, place.data()), 0) << name;
  const hsize_t one = 1;
  const hid_t memory = H5Screate_simple(1, &one, nullptr);
  ASSERT_GE(H5Dwrite(dataset, H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT, &value), 0) << name;
  H5Sclose(memory);
  H5Sclose(space);
  H5Dclose(dataset);
  H5Fclose(id);
}

/// Puts zeros of another shape in the dataset's place.
void reshape(const std::string& file, const char* name, const Place& shape) {
  const hid_t id = H5Fopen(file.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  ASSERT_GE(H5Ldelete(id, name, H5P_DEFAULT), 0);
  const hid_t space = H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr);
  const hid_t dataset =
      H5Dcreate2(id, name, H5T_NATIVE_FLOAT, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  ASSERT_GE(dataset, 0);
  H5Dclose(dataset);
  H5Sclose(space);
  H5Fclose(id);
}

class BadObservationsTest : public ProgramTest {
 protected:
  static constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

  /// Six flows of 16 unknowns, three drifters at five times.
  std::string data(const Arguments& more = {}) const {
    Arguments arguments = small(
        "flows.h5", 6,
        {"--validation-fraction", "0", "--test-fraction", "1", "--max-wavenumber", "1", "--release",
         "uniform", "--drifters", "3", "--times", "5", "--noise", "5", "--force"});
    arguments.insert(arguments.end(), more.begin(), more.end());
    EXPECT_EQ(run(arguments).code, 0);
    return path("flows.h5").string();
  }

  void expect_refusal(const std::vector<std::string>& words) const {
    const std::string page = path("page").string();
    auto all = words;
    all.push_back("flows.h5");
    expect_one_line(run({"assimilate", path("flows.h5").string(), "--out", page}), 1, all);
    EXPECT_FALSE(std::filesystem::exists(page));
  }
};

TEST_F(BadObservationsTest, a_position_that_is_no_number_where_nothing_may_be_lost) {
  for (const double value : {kNone, std::numeric_limits<double>::infinity()}) {
    overwrite(data(), "x", {7, 2}, value);
    expect_refusal({"flow 2"});
  }
}

TEST_F(BadObservationsTest, half_a_position_where_some_may_be_lost) {
  const auto file = data({"--missing", "20"});
  overwrite(file, "x", {7, 2}, kNone);
  overwrite(file, "y", {7, 2}, 0.5);
  expect_refusal({"flow 2"});
}

TEST_F(BadObservationsTest, a_drifter_that_begins_outside_of_the_torus) {
  data({"--release", "0.2,0.3;1.7,0.2;0.5,0.5"});
  expect_refusal({"release_x of drifter 1", "[0, 1)"});
  data({"--release", "0.2,0.3;0.7,0.2;0.5,-0.5"});
  expect_refusal({"release_y of drifter 2", "[0, 1)"});
  overwrite(data(), "release_x", {1}, 1.7);
  expect_refusal({"law_hash"});
}

TEST_F(BadObservationsTest, times_that_do_not_increase) {
  overwrite(data(), "model_time", {3}, 0.001);
  expect_refusal({"times"});
}

TEST_F(BadObservationsTest, positions_of_another_shape) {
  reshape(data(), "x", {18, 4});
  expect_refusal({"x"});
  reshape(data(), "y", {17, 5});
  expect_refusal({"y"});
}

TEST_F(BadObservationsTest, one_observation_is_enough) {
  const auto file = data({"--times", "1", "--drifters", "1"});
  const auto outcome = run({"assimilate", file, "--json", path("result.json").string(),
                            "--library-size", "64", "--members", "40", "--quiet"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
}

}  // namespace
}  // namespace lagoon::pipelines::tests
