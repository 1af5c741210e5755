// lagoon assimilate --hold-out, on made data whose flow is known, and on the real where it is.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <numbers>

#include <nlohmann/json.hpp>

#include "flow/assimilation/observed/velocity_regression.hpp"
#include "pipelines/assimilation/observed/sample_figure.hpp"
#include "tests/pipelines/program.hpp"

namespace lagoon::pipelines::tests {
namespace {

using nlohmann::json;

/// An eddy of 200 km in a drift of 0.2 m/s: velocity (m/s) at a place (km).
std::array<double, 2> made_velocity(double x, double y) {
  const double k = 2 * std::numbers::pi / 200;
  return {0.2 - 0.3 * std::cos(k * x) * std::sin(k * y), 0.3 * std::sin(k * x) * std::cos(k * y)};
}

class ObservedTest : public ProgramTest {
 protected:
  json assimilate(const Arguments& more) const {
    Arguments arguments = {"assimilate", "--json",    path("result.json").string(),
                           "--quiet",    "--threads", "1"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const auto outcome = run(arguments);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return json::parse(read_text(path("result.json")));
  }

  void import(const Arguments& more) const {
    Arguments arguments = {"import", "--quiet"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const auto outcome = run(arguments);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
  }

  /// 12 x 12 velocities at places that are not quite a lattice.
  std::string samples() const {
    std::string places, velocities;
    for (int i = 0; i < 144; ++i) {
      const double x = 15 * (i % 12) + 4 * std::sin(7 * i), y = 15 * (i / 12) + 4 * std::cos(5 * i);
      const auto v = made_velocity(x, y);
      places += std::to_string(x) + "," + std::to_string(y) + "\n";
      velocities += std::to_string(v[0] + 0.01 * std::sin(13 * i)) + "," +
                    std::to_string(v[1] + 0.01 * std::cos(11 * i)) + "\n";
    }
    import({write("places.csv", places), "--velocities", write("velocities.csv", velocities),
            path("samples.h5").string(), "--window-days", "1", "--force"});
    return path("samples.h5").string();
  }

  /// Five drifters in that flow, at common times an hour apart for two days.
  std::string tracks() const {
    std::string table = "id,time,x_km,y_km\n";
    for (int p = 0; p < 5; ++p) {
      double x = 40 + 6 * p, y = 60 + 5 * ((2 * p) % 5);
      for (int hour = 0; hour <= 48; ++hour) {
        table += std::to_string(p) + "," + std::to_string(3600 * hour) + "," + std::to_string(x) +
                 "," + std::to_string(y) + "\n";
        for (int step = 0; step < 60; ++step) {
          const auto v = made_velocity(x, y);
          x += 0.06 * v[0], y += 0.06 * v[1];
        }
      }
    }
    import({write("tracks.csv", table), path("tracks.h5").string(), "--regular", "3600", "--layout",
            "orthogonal", "--force"});
    return path("tracks.h5").string();
  }
};

double number(const json& result, const char* part, const char* method, const char* key) {
  return result.at("parts").at(part).at("methods").at(method).at(key).get<double>();
}

/// Every score has its interval.
void expect_scores(const json& result, const char* part, std::size_t n_methods) {
  const auto& methods = result.at("parts").at(part).at("methods");
  ASSERT_EQ(methods.size(), n_methods);
  for (const auto& [name, scores] : methods.items()) {
    for (const char* key : {"rms_error", "relative_error", "against_baseline", "crps"}) {
      EXPECT_LE(scores.at(key + std::string("_interval"))[0], scores.at(key)) << name << key;
      EXPECT_GE(scores.at(key + std::string("_interval"))[1], scores.at(key)) << name << key;
    }
    EXPECT_TRUE(scores.at("coverage").contains("90_interval")) << name;
  }
}

/// Lines of the regression's arrows beneath their header.
std::ptrdiff_t drawn_arrows(const std::filesystem::path& dir,
                            const flow::VelocitySamples& samples) {
  const auto figures =
      draw_samples(FigureFolder::create(dir, false), samples, 100, flow::steady_modes(2));
  EXPECT_EQ(figures.size(), 1U);
  EXPECT_TRUE(std::filesystem::exists(dir / "samples.png"));
  return std::ranges::count(read_text(dir / "samples_flow.csv"), '\n') - 1;
}

TEST_F(ObservedTest, samples_on_a_line_or_at_one_place_are_drawn) {
  flow::VelocitySamples samples;
  for (int i = 0; i < 12; ++i) {
    samples.x.push_back(0.1 + 0.05 * i), samples.y.push_back(0.3);
    samples.velocity_x.push_back(0.2 + 0.1 * std::sin(3 * i));
    samples.velocity_y.push_back(0.1 * std::cos(5 * i));
  }
  EXPECT_EQ(drawn_arrows(path("along_x"), samples), 28);
  std::swap(samples.x, samples.y);
  EXPECT_EQ(drawn_arrows(path("along_y"), samples), 28);
  samples.y = samples.x;
  EXPECT_EQ(drawn_arrows(path("at_one_place"), samples), 1);
}

TEST_F(ObservedTest, blocks_of_samples_are_told_by_the_others) {
  const auto result = assimilate({"--preset", "gulf", samples(), "--block-km", "45", "--waves", "4",
                                  "--folds", "4", "--out", path("page").string()});
  expect_scores(result, "blocks", 5);
  EXPECT_LT(number(result, "blocks", "regression", "relative_error"), 0.2);
  EXPECT_GT(number(result, "blocks", "climatology", "relative_error"), 0.4);
  EXPECT_EQ(result.at("folds").size(), 4U);
  const auto page = read_text(path("page") / "index.html");
  EXPECT_NE(page.find("optimal interpolation"), std::string::npos);
  EXPECT_TRUE(std::filesystem::exists(path("page") / "samples.png"));
  EXPECT_TRUE(std::filesystem::exists(path("page") / "scores.csv"));
}

TEST_F(ObservedTest, options_of_laws_and_methods_have_no_effect) {
  const auto outcome =
      run({"assimilate", "--preset", "gulf",           samples(),
           "--block-km", "45",       "--waves",        "2",
           "--folds",    "2",        "--json",         path("result.json").string(),
           "--methods",  "prior",    "--library-size", "9",
           "--queries",  "3",        "--split",        "all",
           "--examples", "1"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  for (const char* option : {"--methods", "--library-size", "--queries", "--split", "--examples"}) {
    EXPECT_NE(outcome.err.find(std::string(option) + " has no effect"), std::string::npos)
        << option << outcome.err;
  }
}

TEST_F(ObservedTest, drifters_and_ends_are_told_by_the_others) {
  const auto result =
      assimilate({"--preset", "baltic", tracks(), "--window-hours", "12", "--drift-terms", "2",
                  "--folds", "2", "--out", path("page").string()});
  expect_scores(result, "drifters", 5);
  expect_scores(result, "ends", 5);
  EXPECT_EQ(result.at("n_windows"), 4);
  EXPECT_EQ(result.at("folds").size(), 2U);
  for (const char* part : {"drifters", "ends"}) {
    EXPECT_LT(number(result, part, "variational", "against_baseline"), 1) << part;
    EXPECT_LT(number(result, part, "variational", "relative_error"), 0.2) << part;
  }
  EXPECT_TRUE(std::filesystem::exists(path("page") / "drifters.png"));
  EXPECT_TRUE(std::filesystem::exists(path("page") / "ends.png"));
}

TEST_F(ObservedTest, drifters_of_a_dataset_show_its_flow) {
  const auto made =
      run(small("flows.h5", 1,
                {"--max-wavenumber", "2", "--release", "uniform", "--drifters", "48", "--omega-std",
                 "0", "--rms-speed", "3", "--times", "20", "--force"}));
  ASSERT_EQ(made.code, 0) << made.err;
  const auto result = assimilate({"--preset", "quasi-geostrophic", path("flows.h5").string(),
                                  "--waves", "3", "--folds", "3", "--out", path("page").string()});
  expect_scores(result, "drifters", 4);
  EXPECT_LT(number(result, "drifters", "variational", "against_baseline"), 1);
  const auto& flow = result.at("flow");
  EXPECT_GT(flow.at("velocity_r2"), 0.9);
  EXPECT_GT(flow.at("psi_correlation"), 0.95);
  EXPECT_LE(flow.at("vorticity_r2_interval")[0], flow.at("vorticity_r2"));
}

// Before its release a drifter has no velocity: taken as one, its rest would be unresolved motion.
TEST_F(ObservedTest, later_releases_are_no_motion) {
  const auto made =
      run(small("late.h5", 1,
                {"--max-wavenumber", "2", "--release", "uniform", "--drifters", "48", "--omega-std",
                 "0", "--rms-speed", "3", "--times", "20", "--release-interval", "0.001"}));
  ASSERT_EQ(made.code, 0) << made.err;
  const auto result = assimilate(
      {"--preset", "quasi-geostrophic", path("late.h5").string(), "--waves", "3", "--folds", "3"});
  const auto& prior = result.at("prior");
  EXPECT_LT(prior.at("unresolved_speed").get<double>(), 0.01 * prior.at("rms_speed").get<double>());
}

TEST_F(ObservedTest, data_of_another_kind_is_refused_in_one_line) {
  const auto flows = run(small("flows.h5", 2, {"--force"}));
  ASSERT_EQ(flows.code, 0) << flows.err;
  const auto refused = [&](const Arguments& more, const std::vector<std::string>& words) {
    Arguments arguments = {"assimilate", "--out", path("page").string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    expect_one_line(run(arguments), 1, words);
    EXPECT_FALSE(std::filesystem::exists(path("page")));
  };
  refused({"--preset", "gulf", path("flows.h5").string()}, {"flows.h5", "lagoon import"});
  refused({"--preset", "gulf", tracks()}, {"tracks.h5", "--velocities"});
  refused({"--preset", "baltic", samples()}, {"samples.h5", "--regular"});
  refused({"--preset", "baltic", tracks(), "--window-hours", "40"}, {"--window-hours"});
  refused({"--preset", "quasi-geostrophic", path("flows.h5").string()}, {"not steady"});
  refused({"--preset", "gulf", samples(), "--block-km", "400"}, {"blocks", "folds"});
  const auto steady = run(small("flows.h5", 2, {"--omega-std", "0", "--force"}));
  ASSERT_EQ(steady.code, 0) << steady.err;
  refused({"--preset", "quasi-geostrophic", path("flows.h5").string()}, {"holds 2 flows"});
}

TEST_F(ObservedTest, shares_and_numbers_of_terms_that_cannot_be_name_their_option) {
  const auto refused = [&](const char* option, const char* value) {
    expect_one_line(run({"assimilate", "--preset", "baltic", tracks(), option, value, "--json",
                         path("result.json").string()}),
                    2, {option, value});
  };
  refused("--seen-share", "1");
  refused("--seen-share", "0");
  refused("--drift-terms", "9");
  refused("--drift-terms", "0");
  expect_one_line(run({"assimilate", "--preset", "baltic", tracks(), "--resume", "--out",
                       path("page").string()}),
                  2, {"--resume"});
}

}  // namespace
}  // namespace lagoon::pipelines::tests
