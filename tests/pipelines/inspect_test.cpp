// Damage that inspect sees, and law that generate copies.
#include <fstream>
#include <functional>
#include <limits>

#include <hdf5.h>
#include <nlohmann/json.hpp>

#include "datasets/writer.hpp"
#include "flow/error.hpp"
#include "pipelines/inspection/conservation.hpp"
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
  using Change = std::function<void(const flow::Law&, std::vector<std::complex<double>>&)>;

  /// 200 flows with changed coefficients, in a file that is sound but for that.
  void write_changed(const Change& change) const {
    ASSERT_EQ(run(small("flows.h5", 200, {"--force"})).code, 0);
    const datasets::Reader reader(path("flows.h5"));
    const auto n = reader.n_flows();
    auto positions = reader.positions(0, n);
    datasets::SampleBlock block;
    block.psi_hat = reader.psi_hat(0, n);
    block.x = std::move(positions.x);
    block.y = std::move(positions.y);
    change(reader.law(), block.psi_hat);
    auto writer = datasets::Writer::create(path("changed.h5"), reader.description(), true);
    writer.write_block(block);
    writer.finish();
  }

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
  expect_one_line(verify("flows.h5"), 1, {"flows.h5", "flow 1 "});
}

TEST_F(InspectTest, coefficient_that_is_not_finite_is_refused) {
  ASSERT_EQ(run(small("flows.h5", 60)).code, 0);
  put_value(path("flows.h5"), "/eulerian/psi_hat", std::numeric_limits<double>::quiet_NaN());
  expect_one_line(verify("flows.h5"), 1, {"flows.h5"});
}

TEST_F(InspectTest, coefficients_of_another_variance_are_no_draws_of_the_prior) {
  write_changed([](const flow::Law&, auto& psi_hat) {
    for (auto& value : psi_hat) value *= 1.1;
  });
  EXPECT_EQ(run({"inspect", path("changed.h5").string()}).code, 0);
  expect_one_line(verify("changed.h5"), 1, {"changed.h5", "over all modes is 1.19", "prior"});
}

TEST_F(InspectTest, the_mode_of_another_variance_is_named) {
  write_changed([](const flow::Law& law, auto& psi_hat) {
    const auto mode = *find_mode(law.modes, 2, -1);
    for (std::size_t i = mode; i < psi_hat.size(); i += law.n_modes()) psi_hat[i] *= 1.6;
  });
  expect_one_line(verify("changed.h5"), 1, {"|psi_hat|^2 of mode (2, -1)"});
}

TEST_F(InspectTest, the_mode_of_another_mean_is_named) {
  write_changed([](const flow::Law& law, auto& psi_hat) {
    const auto mode = *find_mode(law.modes, -3, 1);
    const double shift = 0.5 * law.prior_std[mode];
    for (std::size_t i = mode; i < psi_hat.size(); i += law.n_modes()) {
      psi_hat[i] = psi_hat[i] * 0.86 + std::complex<double>(0, shift);
    }
  });
  expect_one_line(verify("changed.h5"), 1, {"mean imaginary part of mode (-3, 1)"});
}

TEST_F(InspectTest, hermitian_coefficients_are_no_draws_of_the_prior) {
  write_changed([](const flow::Law& law, auto& psi_hat) {
    const auto mode = *find_mode(law.modes, 1, 2), mirror = *find_mode(law.modes, -1, -2);
    for (std::size_t first = 0; first < psi_hat.size(); first += law.n_modes()) {
      psi_hat[first + mirror] = std::conj(psi_hat[first + mode]);
    }
  });
  expect_one_line(verify("changed.h5"), 1, {"correlation of modes (-1, -2) and (1, 2)"});
}

TEST_F(InspectTest, a_mode_that_the_prior_lacks_is_zero) {
  write_changed([](const flow::Law& law, auto& psi_hat) {
    psi_hat[7 * law.n_modes() + *find_mode(law.modes, 0, 0)] = 1e-300;
  });
  expect_one_line(verify("changed.h5"), 1, {"mode (0, 0)", "flow 7"});
}

TEST_F(InspectTest, psi_is_conserved_along_drifters_of_steady_flows) {
  ASSERT_EQ(run(small("flows.h5", 20, {"--omega-std", "0", "--storage", "float64"})).code, 0);
  const auto outcome = verify("flows.h5");
  EXPECT_NE(outcome.out.find("largest_change_of_psi"), std::string::npos) << outcome.out;
  const datasets::Reader reader(path("flows.h5"));
  ASSERT_TRUE(conserves_psi(reader.description()));
  const auto conservation = verify_conservation(reader, 20, 1e-9);
  EXPECT_LT(conservation.largest_change, 1e-8);
  EXPECT_GT(conservation.rms_psi, 0.1);
  EXPECT_THROW(verify_conservation(reader, 20, 0), Error);
}

TEST_F(InspectTest, statistics_are_told_to_programs) {
  ASSERT_EQ(run(small("flows.h5", 300)).code, 0);
  const auto json_path = path("result.json");
  ASSERT_EQ(run({"inspect", path("flows.h5").string(), "--verify", "--verify-samples", "2",
                 "--json", json_path.string()})
                .code,
            0);
  const auto prior = nlohmann::json::parse(read_text(json_path))["verify"]["prior"];
  EXPECT_EQ(prior["flows"], 300);
  for (const auto* test : {"mode_energy", "total_energy", "mode_mean", "mirror_correlation"}) {
    EXPECT_GT(prior[test]["probability"], 1e-3) << test;
  }
  EXPECT_NEAR(prior["rms_speed"], 5.5, 5 * prior["rms_speed_error"].get<double>());
}

// Zeros of what a file has not are for programs.
TEST_F(InspectTest, groups_that_a_file_has_not_are_not_printed) {
  ASSERT_EQ(run(small("flows.h5", 4, {"--release", "uniform", "--drifters", "3"})).code, 0);
  const auto outcome = run({"inspect", path("flows.h5"), "--json", path("result.json")});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out.find("eulerian.stations"), std::string::npos) << outcome.out;
  EXPECT_EQ(outcome.out.find("origin_longitude"), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.out.find("law.release_points: 3"), std::string::npos) << outcome.out;
  const auto result = nlohmann::json::parse(read_text(path("result.json")));
  EXPECT_EQ(result.at("eulerian").at("stations"), 0);
  EXPECT_EQ(result.at("scales").at("length_m"), 0);
}

TEST_F(InspectTest, another_schema_is_refused) {
  write_other_schema(path("other.h5"));
  expect_one_line(verify("other.h5"), 1, {"other.h5"});
  expect_one_line(run(copy_law("new.h5", path("other.h5").string())), 1, {"other.h5"});
}

TEST_F(InspectTest, what_is_for_datasets_is_refused_of_folders) {
  std::filesystem::create_directory(path("run"));
  for (const Arguments& more : {Arguments{"--verify"}, {"--plot", "pictures"}}) {
    Arguments inspect = {"inspect", path("run").string()};
    inspect.insert(inspect.end(), more.begin(), more.end());
    expect_one_line(run(inspect), 1, {"run: is a folder", more.front()});
  }
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
