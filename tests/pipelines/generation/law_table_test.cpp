// What is typed for a law becomes that law, or an error that says where it is wrong.
#include "pipelines/generation/law_table.hpp"

#include <cmath>

#include "datasets/reader.hpp"
#include "flow/error.hpp"
#include "tests/pipelines/program.hpp"

namespace lagoon::pipelines::tests {
namespace {

class LawTableTest : public ProgramTest {
 protected:
  /// The request for a law of modes read from a file of this content.
  LawRequest request_of(const std::string& content) const {
    LawRequest request;
    request.prior = write("modes.csv", content);
    return request;
  }

  void expect_refused(const std::string& content, const std::vector<std::string>& words) const {
    const auto request = request_of(content);
    try {
      resolve_law(request);
      ADD_FAILURE() << "accepted: " << content;
    } catch (const Error& error) {
      const std::string message = error.what();
      for (const auto& word : words) {
        EXPECT_NE(message.find(word), std::string::npos) << word << " is not in: " << message;
      }
    }
  }
};

TEST_F(LawTableTest, list_of_modes_is_taken_in_its_order) {
  LawRequest request;
  request.modes = "1,0;0,-2;3,3";
  const auto law = resolve_law(request).law;
  EXPECT_EQ(law.modes.k, (std::vector{1, 0, 3}));
  EXPECT_EQ(law.modes.l, (std::vector{0, -2, 3}));
}

TEST_F(LawTableTest, file_of_modes_is_the_prior_as_it_stands) {
  const auto law = resolve_law(request_of("# fitted\nk,l,prior_std,omega,damping\n"
                                          "1,0,0.1,3,0.5\n\n 0, 1, 0.2, -2, 0\r\n0,0,0.3,0,1\n"))
                       .law;
  EXPECT_EQ(law.modes.k, (std::vector{1, 0, 0}));
  EXPECT_EQ(law.prior_std, (std::vector{0.1, 0.2, 0.3}));
  EXPECT_EQ(law.omega, (std::vector{3.0, -2.0, 0.0}));
  EXPECT_EQ(law.damping, (std::vector{0.5, 0.0, 1.0}));
}

TEST_F(LawTableTest, file_of_modes_is_scaled_when_asked) {
  auto request = request_of("k,l,prior_std\n1,0,0.1\n0,1,0.2\n");
  request.scale = "speed";
  request.options.rms_speed = 4;
  const auto law = resolve_law(request).law;
  EXPECT_NEAR(rms_speed(law), 4, 1e-12);  // rounding
  EXPECT_NEAR(law.prior_std[1] / law.prior_std[0], 2, 1e-12);
  request.scale = "psi";
  request.options.rms_psi = 0.7;
  EXPECT_NEAR(rms_psi(resolve_law(request).law), 0.7, 1e-12);
}

TEST_F(LawTableTest, errors_of_a_file_of_modes_name_file_and_line) {
  expect_refused("", {"modes.csv:0", "header"});
  expect_refused("k,l\n", {"modes.csv:1", "k,l,prior_std"});
  expect_refused("k,l,prior_std\n", {"modes.csv:1", "at least one mode"});
  expect_refused("k,l,prior_std\n1,0\n", {"modes.csv:2", "2 values", "3 columns"});
  expect_refused("k,l,prior_std\n1,0,0.1,4\n", {"modes.csv:2", "4 values"});
  expect_refused("k,l,prior_std\n#\n1.5,0,0.1\n", {"modes.csv:3", "k is '1.5'", "whole"});
  expect_refused("k,l,prior_std\n1,0,much\n", {"modes.csv:2", "prior_std is 'much'", "number"});
  expect_refused("k,l,prior_std\n1,0,-1\n", {"modes.csv:2", "prior_std is -1", "0 or more"});
  expect_refused("k,l,prior_std\n1,0,nan\n", {"modes.csv:2", "finite"});
  expect_refused("k,l,prior_std\n1,0,1\n1,0,2\n", {"modes.csv:3", "(1, 0)", "once"});
  expect_refused("k,l,prior_std\n99,0,1\n", {"modes.csv:2", "(99, 0)", "wavenumber"});
  expect_refused("k,l,prior_std,omega,damping\n1,0,1,1,-2\n", {"modes.csv:2", "damping is -2"});
}

TEST_F(LawTableTest, texts_that_are_no_lists_are_usage_errors) {
  const auto refused = [&](const std::string& flag, const std::string& text) {
    expect_one_line(run({"generate", path("new.h5").string(), flag, text}), 2, {flag});
  };
  refused("--modes", "1,0;2");
  refused("--modes", "1.5,0");
  refused("--spacing", "0.1,soon");
  refused("--mean-velocity", "1");
  refused("--stations", "0.1");
  refused("--stations", "1,2;3");
  refused("--shard", "3/3");
  refused("--shard", "all");
  expect_one_line(run(small("new.h5", 5, {"--prior", "nowhere.csv"})), 1,
                  {"nowhere.csv", "--prior", "CSV"});
  expect_one_line(run(small("new.h5", 5, {"--stations", "5"})), 1, {"--stations 5", "square"});
  expect_one_line(run(small("new.h5", 5, {"--scheme", "rk4", "--diffusivity", "1"})), 2,
                  {"--scheme rk4", "heun"});
}

/// Everything a law can have, but Brownian motion, on few flows.
Arguments all_of_a_law() {
  return {"--modes",
          "disk",
          "--prior",
          "flat",
          "--scale",
          "psi",
          "--rms-psi",
          "0.3",
          "--damping",
          "5",
          "--noise",
          "2",
          "--damping-exponent",
          "1",
          "--mean-velocity",
          "-1,2",
          "--spacing",
          "random",
          "--release",
          "grid",
          "--release-interval",
          "0.01",
          "--drifters",
          "4",
          "--missing",
          "20",
          "--stations",
          "9",
          "--station-noise",
          "5",
          "--fields",
          "psi",
          "--grid",
          "8"};
}

TEST_F(LawTableTest, resolved_options_give_the_same_dataset_again) {
  ASSERT_EQ(run(small("flows.h5", 40, all_of_a_law())).code, 0);
  const auto config = datasets::Reader(path("flows.h5")).description().config_toml;
  const std::string file = write("again.toml", config);
  ASSERT_EQ(run({"generate", path("again.h5").string(), "--config", file, "--quiet"}).code, 0);
  EXPECT_TRUE(same_flows(path("flows.h5"), path("again.h5")));
}

TEST_F(LawTableTest, description_tells_what_was_asked_for) {
  ASSERT_EQ(run(small("flows.h5", 40, all_of_a_law())).code, 0);
  const datasets::Reader reader(path("flows.h5"));
  const auto& law = reader.law();
  EXPECT_NEAR(rms_psi(law), 0.3, 1e-12);
  EXPECT_EQ(law.mean_velocity, (std::array{-1.0, 2.0}));
  EXPECT_EQ(law.release_time, (std::vector{0.0, 0.01, 0.02, 0.03}));
  EXPECT_EQ(law.missing_fraction, 0.2);
  const auto mode = find_mode(law.modes, 2, 2).value();
  EXPECT_NEAR(law.damping[mode], 5 * std::sqrt(8.0), 1e-12);
  EXPECT_EQ(reader.description().eulerian.n_stations(), 9);
  EXPECT_NEAR(reader.description().eulerian.station_noise_std, 0.05 * rms_speed(law), 1e-15);
  EXPECT_EQ(reader.description().eulerian.grid, 8);
}

TEST_F(LawTableTest, dry_run_tells_sizes_and_writes_nothing) {
  const auto outcome = run(small("flows.h5", 40, {"--dry-run"}));
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  for (const auto* word : {"40 flows", "file", "free", "memory", "time about"}) {
    EXPECT_NE(outcome.out.find(word), std::string::npos) << word;
  }
  EXPECT_FALSE(std::filesystem::exists(path("flows.h5.part")));
}

}  // namespace
}  // namespace lagoon::pipelines::tests
