// `lagoon import` of gridded fields as its users meet it.
#include <cmath>

#include <nlohmann/json.hpp>

#include "datasets/reader.hpp"
#include "tests/pipelines/import/made_field.hpp"
#include "tests/pipelines/program.hpp"

namespace lagoon::pipelines::tests {
namespace {

namespace fs = std::filesystem;

// Twelve days of a sea level that drifts west, with an island.
class FieldsProgramTest : public ProgramTest {
 protected:
  FieldsProgramTest() {
    const Axis time = even_axis(0, 1, 12, "days since 2002-01-01 00:00:00");
    const Axis latitude = even_axis(-40, 0.25, 41, "degrees_north");
    const Axis longitude = even_axis(0, 0.25, 61, "degrees_east");
    write_field(path("sea.nc"), time, latitude, longitude,
                {made_variable("height", "m", time, latitude, longitude, height)});
  }

  static double height(double longitude, double latitude, double day) {
    if (std::hypot(longitude - 4, latitude + 37) < 1) return NAN;
    double sum = 0;
    for (int k = 1; k <= 4; ++k) {
      sum += 0.2 / k * std::cos(0.6 * k * (longitude + 0.05 * day) + 0.7 * (k % 3) * latitude + k);
    }
    return sum;
  }

  Outcome import(const Arguments& more = {}) const {
    Arguments all = {"import",
                     path("sea.nc").string(),
                     path("real.h5").string(),
                     "--format",
                     "sea-level",
                     "--variable",
                     "height",
                     "--drifters",
                     "16",
                     "--times",
                     "10",
                     "--step-probe",
                     "8",
                     "--tolerance",
                     "1e-5"};
    all.insert(all.end(), more.begin(), more.end());
    return run(all);
  }
};

TEST_F(FieldsProgramTest, snapshots_become_a_dataset_whose_law_can_be_drawn_from) {
  const Outcome outcome = import();
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const datasets::Reader real(path("real.h5"));
  EXPECT_EQ(real.n_flows(), 12);
  EXPECT_EQ(real.rows(datasets::Split::test).size(), 12u);
  EXPECT_EQ(real.law().n_modes(), 24u);
  EXPECT_EQ(real.law().n_drifters(), 16u);
  EXPECT_GT(real.description().scales.length_m, 5e5);
  EXPECT_NEAR(real.description().scales.time_s, 70 * 86'400, 1);
  const auto verified = run({"inspect", path("real.h5").string(), "--verify"});
  EXPECT_EQ(verified.code, 0) << verified.err;
  EXPECT_NE(verified.out.find("scales.time_s: 6048000\n"), std::string::npos) << verified.out;
  const std::string random = path("random.h5").string();
  const auto drawn =
      run({"generate", random, "--law-from", path("real.h5").string(), "--samples", "5"});
  ASSERT_EQ(drawn.code, 0) << drawn.err;
  EXPECT_EQ(datasets::Reader(random).law_hash(), real.law_hash());
}

TEST_F(FieldsProgramTest, configuration_of_the_file_imports_the_same_again) {
  ASSERT_EQ(import({"--prior", "matern", "--edges", "extend"}).code, 0);
  const std::string config = datasets::Reader(path("real.h5")).description().config_toml;
  const auto again = run({"import", path("sea.nc").string(), path("again.h5").string(), "--config",
                          write("import.toml", config)});
  ASSERT_EQ(again.code, 0) << again.err;
  EXPECT_TRUE(same_flows(path("real.h5"), path("again.h5")));
}

TEST_F(FieldsProgramTest, results_for_programs_hold_the_table) {
  const std::string json = path("import.json").string();
  ASSERT_EQ(import({"--json", json, "--max-wavenumber", "2"}).code, 0);
  const auto result = nlohmann::json::parse(read_text(json));
  ASSERT_EQ(result["truncations"].size(), 4u);  // 5 x 5, 7 x 7, 15 x 15 and 31 x 31
  double before = 0;
  for (const auto& row : result["truncations"]) {
    EXPECT_GE(row["velocity"].get<double>(), before);
    before = row["velocity"];
  }
  EXPECT_GT(before, 0.99);
  EXPECT_EQ(result["n_modes"], 12);
  EXPECT_EQ(result["n_snapshots"], 12);
  EXPECT_EQ(result["steady"], false);
  EXPECT_GT(result["missing"].get<double>(), 0.01);
}

TEST_F(FieldsProgramTest, dry_run_says_what_would_be_read_and_writes_nothing) {
  const Outcome outcome = import({"--dry-run"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_NE(outcome.out.find("12 snapshots"), std::string::npos) << outcome.out;
  EXPECT_FALSE(fs::exists(path("real.h5")));
}

TEST_F(FieldsProgramTest, pictures_are_drawn_from_their_tables) {
  const std::string plots = path("plots").string();
  const Outcome outcome = import({"--plot", plots, "--max-wavenumber", "2"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  for (const std::string name : {"projection", "spectrum"}) {
    EXPECT_TRUE(read_text(path("plots") / (name + ".png")).starts_with("\x89PNG")) << name;
    EXPECT_TRUE(fs::exists(path("plots") / (name + ".csv"))) << name;
  }
  const std::string fields = read_text(path("plots") / "projection.csv");
  EXPECT_TRUE(fields.starts_with("x,y,before,after,kept_3,kept_7,kept_15,residual"));
  fs::remove(path("real.h5"));
  expect_one_line(import({"--plot", plots}), 1, {"plots", "--force"});
}

TEST_F(FieldsProgramTest, files_of_the_folder_that_is_read_are_not_written_over) {
  fs::create_directory(path("sea"));
  const auto file = path("sea") / "a.nc";
  fs::rename(path("sea.nc"), file);
  const std::string before = read_text(file);
  expect_one_line(run({"import", path("sea").string(), file.string(), "--format", "sea-level",
                       "--variable", "height", "--force"}),
                  1, {"a.nc", "one of the files to read"});
  EXPECT_EQ(read_text(file), before);
}

TEST_F(FieldsProgramTest, what_cannot_be_is_told_in_one_line) {
  expect_one_line(import({"--max-missing", "0.01"}), 1, {"--max-missing", "1%"});
  expect_one_line(import({"--box=-5,-38,5,-32"}), 1, {"--box"});
  expect_one_line(import({"--box=1,-38,5"}), 1, {"--box", "x0,y0,x1,y1"});
  expect_one_line(import({"--units", "K"}), 1, {"height", "K", "--units"});
  expect_one_line(import({"--variable", "salt"}), 1, {"salt", "height"});
  expect_one_line(import({"--snapshots", "3:1:1", "--frequencies", "fit"}), 1, {"--frequencies"});
  expect_one_line(import({"--edges", "extend", "--frequencies", "fit"}), 1, {"--edges extend"});
  expect_one_line(import({"--snapshots", "9:1:9"}), 1, {"--snapshots", "12"});
  for (const std::string text : {"some", "-1:1:3", "1:-1:2", "0:1:-1", "0:0:1"}) {
    expect_one_line(import({"--snapshots=" + text}), 1,
                    {"--snapshots " + text, "START:STEP:COUNT"});
  }
  for (const std::string text : {"12:1:1", "0:6:3", "1:9223372036854775807:2"}) {
    expect_one_line(import({"--snapshots=" + text}), 1, {"--snapshots " + text, "0 to 11"});
  }
  expect_one_line(import({"--edges", "none"}), 1, {"--edges none"});
  expect_one_line(import({"--grid", "9"}), 1, {"--grid", "even"});
  expect_one_line(import({"--edges", "mended"}), 2, {"--edges", "mended"});
  EXPECT_FALSE(fs::exists(path("real.h5")));
}

}  // namespace
}  // namespace lagoon::pipelines::tests
