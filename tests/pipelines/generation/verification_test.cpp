// Whatever a dataset holds can be made again from its coefficients, and a change is noticed.
#include "pipelines/generation/verification.hpp"

#include <complex>

#include <hdf5.h>

#include "datasets/reader.hpp"
#include "flow/error.hpp"
#include "flow/grid_fields.hpp"
#include "flow/streamfunction.hpp"
#include "tests/pipelines/program.hpp"

namespace lagoon::pipelines::tests {
namespace {

/// Adds `change` to the first value of a dataset, behind lagoon's back.
void disturb(const std::filesystem::path& path, const char* name, double change) {
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  const hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT);
  const hid_t space = H5Dget_space(dataset);
  std::vector<double> values(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space)));
  H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
  values[0] += change;
  EXPECT_GE(H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), 0);
  H5Sclose(space);
  H5Dclose(dataset);
  H5Fclose(file);
}

Verification verify(const std::filesystem::path& path) {
  return verify_trajectories(datasets::Reader(path), /*n_samples=*/8, /*threads=*/1);
}

class VerificationTest : public ProgramTest {
 protected:
  void expect_verified(const Arguments& options) const {
    ASSERT_EQ(run(small("flows.h5", 24, options)).code, 0);
    const auto result = verify(path("flows.h5"));
    EXPECT_EQ(result.n_flows, 8);
    EXPECT_LE(result.largest_departure, result.allowed);
    const auto outcome = run({"inspect", path("flows.h5").string(), "--verify"});
    EXPECT_EQ(outcome.code, 0) << outcome.err;
  }

  void expect_noticed(const char* dataset, double change, const std::string& word) const {
    disturb(path("flows.h5"), dataset, change);
    try {
      verify(path("flows.h5"));
      ADD_FAILURE() << dataset << " was changed unnoticed";
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find(word), std::string::npos) << error.what();
    }
    disturb(path("flows.h5"), dataset, -change);
  }
};

TEST_F(VerificationTest, varying_amplitudes_are_followed_again) {
  expect_verified({"--damping", "20", "--storage", "float64"});
}

TEST_F(VerificationTest, staggered_noisy_drifters_with_gaps_are_followed_again) {
  expect_verified({"--release", "grid", "--drifters", "4", "--release-interval", "0.013",
                   "--missing", "30", "--noise", "5", "--mean-velocity", "3,-1", "--spacing",
                   "0.001,0.02,0.1"});
}

TEST_F(VerificationTest, brownian_paths_are_followed_again) {
  for (const auto* scheme : {"heun", "euler-maruyama"}) {
    expect_verified({"--diffusivity", "0.1", "--scheme", scheme, "--storage", "float64"});
    std::filesystem::remove(path("flows.h5"));
  }
}

TEST_F(VerificationTest, single_precision_keeps_to_its_own_tolerance) {
  expect_verified({"--compute", "float32", "--tolerance", "1e-4"});
}

TEST_F(VerificationTest, steps_that_were_given_keep_to_their_measured_error) {
  expect_verified({"--steps", "3", "--storage", "float64"});
  EXPECT_EQ(datasets::Reader(path("flows.h5")).description().steps_per_interval, 3);
  EXPECT_EQ(datasets::Reader(path("flows.h5")).description().tolerance, 0);
}

TEST_F(VerificationTest, changed_values_of_every_kind_are_noticed) {
  expect_verified({"--stations", "4", "--station-noise", "3", "--fields", "psi,vorticity", "--grid",
                   "8", "--damping", "20", "--storage", "float64"});
  expect_noticed("/x", 1e-6, "x of flow 0");
  expect_noticed("/y", 1e-6, "y of flow 0");
  expect_noticed("/eulerian/psi_hat", 1e-3, "of flow 0");
  expect_noticed("/eulerian/velocity_x", 1e-3, "station velocity_x of flow 0");
  expect_noticed("/eulerian/velocity_y", 1e-3, "station velocity_y of flow 0");
  expect_noticed("/eulerian/psi", 1e-3, "psi of flow 0");
  expect_noticed("/eulerian/vorticity", 1e-3, "vorticity of flow 0");
}

TEST_F(VerificationTest, eulerian_observations_are_those_of_the_flow) {
  ASSERT_EQ(run(small("flows.h5", 3,
                      {"--stations", "0.1,0.2;0.6,0.9", "--fields", "psi,vorticity", "--grid", "8",
                       "--mean-velocity", "2,-3", "--storage", "float64"}))
                .code,
            0);
  const datasets::Reader reader(path("flows.h5"));
  const auto velocity = reader.station_velocity(1, 1);
  const auto psi_hat = reader.psi_hat(1, 1);
  const flow::Flow flow{reader.law().modes, psi_hat, reader.law().omega};
  const auto expected = velocity_at(flow, 0.6, 0.9, 0);
  EXPECT_NEAR(velocity.x[1], expected[0] + 2, 1e-12);  // rounding
  EXPECT_NEAR(velocity.y[1], expected[1] - 3, 1e-12);
  EXPECT_EQ(reader.psi(1, 1), flow::GridFields(reader.law().modes, 8).psi(flow, 0));
  EXPECT_EQ(reader.vorticity(1, 1), flow::GridFields(reader.law().modes, 8).vorticity(flow, 0));
}

}  // namespace
}  // namespace lagoon::pipelines::tests
