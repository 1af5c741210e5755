// `lagoon import` as its users meet it.

#include <nlohmann/json.hpp>

#include "datasets/reader.hpp"
#include "tests/pipelines/program.hpp"

namespace lagoon::pipelines::tests {
namespace {

namespace fs = std::filesystem;

class ImportProgramTest : public ProgramTest {
 protected:
  void SetUp() override {
    field_ = lagoon::tests::real_data("qg_torus_drifters/vortex.mat").string();
    if (field_.empty()) GTEST_SKIP() << "LAGOON_DATA is not set";
  }

  Outcome import(const Arguments& more = {}) const {
    Arguments all = {"import", field_, path("real.h5").string()};
    all.insert(all.end(), more.begin(), more.end());
    return run(all);
  }

  std::string field_;
};

TEST_F(ImportProgramTest, real_flow_becomes_a_dataset_whose_law_can_be_drawn_from) {
  ASSERT_EQ(import().code, 0);
  const datasets::Reader real(path("real.h5"));
  EXPECT_EQ(real.rows(datasets::Split::test).size(), 1u);
  EXPECT_EQ(real.law().n_drifters(), 101u);
  EXPECT_EQ(real.law().n_times(), 20u);
  EXPECT_EQ(real.law().n_modes(), 24u);
  const auto inspected = run({"inspect", path("real.h5").string()});
  EXPECT_EQ(inspected.code, 0) << inspected.err;
  EXPECT_NE(inspected.out.find("smallest_mirror_separation: none"), std::string::npos);

  const std::string random = path("random.h5").string();
  ASSERT_EQ(
      run({"generate", random, "--law-from", path("real.h5").string(), "--samples", "5"}).code, 0);
  EXPECT_EQ(datasets::Reader(random).law_hash(), real.law_hash());
}

TEST_F(ImportProgramTest, results_for_programs_hold_the_fit_and_the_table) {
  const std::string json = path("import.json").string();
  ASSERT_EQ(import({"--json", json, "--max-wavenumber", "2"}).code, 0);
  const auto result = nlohmann::json::parse(read_text(json));
  EXPECT_NEAR(result["fit"]["F"].get<double>(), 22.5, 2);
  EXPECT_GT(result["fit"]["r_squared"].get<double>(), 0.98);
  EXPECT_EQ(result["truncations"].size(), 5u);  // 5 x 5, 7 x 7, 15 x 15, 31 x 31 and all
  EXPECT_EQ(result["n_modes"], 12);
}

TEST_F(ImportProgramTest, options_that_the_record_cannot_serve_are_named) {
  expect_one_line(import({"--half-window", "1000"}), 1, {"--half-window", "1000"});
  expect_one_line(import({"--max-wavenumber", "300"}), 1, {"--max-wavenumber 300"});
  expect_one_line(import({"--noise", "guessed"}), 2, {"--noise", "guessed"});
  EXPECT_FALSE(fs::exists(path("real.h5")));
}

TEST_F(ProgramTest, field_of_no_known_format_is_refused) {
  const std::string text = write("field.mat", "no field at all"), out = path("real.h5").string();
  expect_one_line(run({"import", text, out}), 1, {"field.mat"});
  expect_one_line(run({"import", path("missing.mat").string(), out}), 1, {"missing.mat"});
  ASSERT_EQ(run(small("flows.h5", 5)).code, 0);
  expect_one_line(run({"import", path("flows.h5").string(), out}), 1, {"flows.h5", "format"});
  expect_one_line(run({"import", text, path("flows.h5").string()}), 1, {"flows.h5", "--force"});
  EXPECT_FALSE(fs::exists(out));
  expect_one_line(run({"import", text, text, "--force"}), 1, {"field.mat", "the file to read"});
  EXPECT_EQ(read_text(text), "no field at all");
}

}  // namespace
}  // namespace lagoon::pipelines::tests
