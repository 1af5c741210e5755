// `lagoon import` of real drifters, as its users meet it.

#include <nlohmann/json.hpp>
#include <sys/resource.h>

#include "datasets/drifters/storage/drifter_file.hpp"
#include "tests/pipelines/program.hpp"

namespace lagoon::pipelines::tests {
namespace {

namespace fs = std::filesystem;
using datasets::DrifterFile;
using datasets::Rejection;

constexpr auto kTable =
    "id,time,lon,lat\n"
    "a,2023-04-24 08:00:00,10.000,54.000\n"
    "a,2023-04-24 08:10:00,10.001,54.001\n"
    "a,2023-04-24 08:10:00,10.001,54.001\n"
    "a,2023-04-24 08:20:00,12.000,54.002\n"
    "a,2023-04-24 08:30:00,10.003,54.003\n"
    "a,2023-04-24 08:40:00,,54.004\n"
    "a,soon,10.005,54.005\n"
    "b,2023-04-24 08:00:00,10.010,54.000\n"
    "b,2023-04-24 08:20:00,10.012,54.001\n"
    "b,2023-04-24 14:00:00,10.013,54.002\n"
    "b,2023-04-24 14:20:00,10.014,54.002\n"
    "c,2023-04-24 08:00:00,-30.000,54.000\n";

class ImportDrifters : public ProgramTest {
 protected:
  Outcome import(const Arguments& more = {}) const {
    Arguments all = {"import",
                     write("table.csv", kTable),
                     path("out.h5").string(),
                     "--box",
                     "9,53,13,55",
                     "--max-speed",
                     "3",
                     "--max-gap",
                     "1"};
    all.insert(all.end(), more.begin(), more.end());
    return run(all);
  }
  DrifterFile result() const { return datasets::read_drifter_file(path("out.h5")); }

  /// `lagoon import` of a file of the shared data.
  Outcome import_real(const fs::path& field, const Arguments& more) const {
    Arguments all = {"import", field.string(), path("out.h5").string(), "--force"};
    all.insert(all.end(), more.begin(), more.end());
    return run(all);
  }
};

TEST_F(ImportDrifters, every_record_is_kept_or_rejected_for_a_reason_that_is_told) {
  const Outcome outcome = import({"--json", path("out.json").string()});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto json = nlohmann::json::parse(read_text(path("out.json")));
  const auto& counts = json["counts"];
  EXPECT_EQ(counts["read"], 12);
  EXPECT_EQ(counts["kept"], 7);
  EXPECT_EQ(counts["gaps_cut"], 1);
  for (const char* reason :
       {"unreadable", "missing_position", "outside_box", "duplicate_time", "too_fast"}) {
    EXPECT_EQ(counts["rejected"][reason], 1) << reason;
    EXPECT_NE(outcome.out.find(reason), std::string::npos) << outcome.out;
  }
  EXPECT_EQ(counts["first_unreadable"], "line 8: no time could be read");
  const DrifterFile file = result();
  EXPECT_EQ(file.tracks.ids, (std::vector<std::string>{"a", "b", "b"}));
  EXPECT_EQ(file.tracks.rowsize, (std::vector<std::int64_t>{3, 2, 2}));
  EXPECT_EQ(file.counts.rejected_for(Rejection::too_fast), 1);
  EXPECT_NE(file.config_toml.find("max_speed = 3.0"), std::string::npos);
}

TEST_F(ImportDrifters, the_same_tracks_give_the_same_file_through_its_own_configuration) {
  ASSERT_EQ(import().code, 0);
  const DrifterFile first = result();
  const std::string config = write("again.toml", first.config_toml);
  ASSERT_EQ(
      run({"import", path("table.csv").string(), path("again.h5").string(), "--config", config})
          .code,
      0);
  const DrifterFile again = datasets::read_drifter_file(path("again.h5"));
  EXPECT_EQ(again.tracks, first.tracks);
  EXPECT_EQ(again.records, first.records);
  EXPECT_EQ(again.source_hash, first.source_hash);
}

TEST_F(ImportDrifters, scales_are_those_asked_for) {
  ASSERT_EQ(import({"--box-km", "50", "--window-days", "2", "--final-time", "0.5"}).code, 0);
  const DrifterFile file = result();
  EXPECT_EQ(file.scales.length, 50000);
  EXPECT_EQ(file.scales.time_unit, 4 * 86400);
}

TEST_F(ImportDrifters, common_times_make_a_table_with_gaps) {
  ASSERT_EQ(import({"--regular", "600", "--layout", "orthogonal"}).code, 0);
  const DrifterFile file = result();
  EXPECT_EQ(file.layout, datasets::DrifterLayout::orthogonal);
  EXPECT_EQ(file.tracks.ids, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(file.tracks.rowsize, (std::vector<std::int64_t>{39, 39}));  // 08:00 to 14:20
  ASSERT_EQ(import({"--common-times", "20", "--force"}).code, 0);
  EXPECT_LT(result().tracks.n_records(), 40u) << "without what lies in the gaps";
}

TEST_F(ImportDrifters, inspect_tells_what_the_file_holds_and_whether_it_is_sound) {
  ASSERT_EQ(import().code, 0);
  const Outcome outcome = run({"inspect", path("out.h5").string(), "--verify"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  for (const char* line :
       {"trajectories: 3", "counts.rejected.too_fast: 1", "tracks.b.pieces: 2",
        "tracks.a.last: 2023-04-24T08:30:00Z", "verify.checksum: agrees", "verify.counts: add up"})
    EXPECT_NE(outcome.out.find(line), std::string::npos) << line << "\n" << outcome.out;
  expect_one_line(run({"inspect", path("out.h5").string(), "--plot", path("p").string()}), 1,
                  {"out.h5", "--plot"});
}

TEST_F(ImportDrifters, pictures_that_are_not_drawn_are_told) {
  const Outcome outcome = import({"--plot", path("plots").string()});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_NE(outcome.err.find("--plot has no effect"), std::string::npos) << outcome.err;
  EXPECT_FALSE(fs::exists(path("plots")));
}

TEST_F(ImportDrifters, a_full_disk_is_told_in_one_line_and_leaves_nothing) {
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small_files = {4096, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small_files);
  const Outcome outcome = import({"--quiet"});
  setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_EQ(outcome.code, 1);
  EXPECT_TRUE(outcome.err.starts_with("lagoon import: ")) << outcome.err;
  EXPECT_NE(outcome.err.find("out.h5.part"), std::string::npos) << outcome.err;
  EXPECT_FALSE(fs::exists(path("out.h5")));
  EXPECT_FALSE(fs::exists(path("out.h5.part")));
}

TEST_F(ImportDrifters, our_own_file_can_be_imported_again) {
  ASSERT_EQ(import().code, 0);
  const Outcome again =
      run({"import", path("out.h5").string(), path("two.h5").string(), "--format", "drifters"});
  ASSERT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(datasets::read_drifter_file(path("two.h5")).tracks.x, result().tracks.x);
}

TEST_F(ImportDrifters, what_cannot_be_is_refused_in_one_line) {
  const std::string out = path("out.h5").string();
  expect_one_line(import({"--period", "2023"}), 1, {"--period 2023", "START,END"});
  expect_one_line(import({"--period", "soon,"}), 1, {"--period soon,", "no time"});
  expect_one_line(import({"--layout", "orthogonal"}), 2, {"--layout", "--regular"});
  expect_one_line(import({"--regular", "60", "--common-times", "5"}), 2, {"--common-times"});
  expect_one_line(import({"--columns", "time=Date"}), 1, {"--columns time=Date"});
  expect_one_line(import({"--period", "2030-01-01,"}), 1, {"no record is left", "outside_period"});
  const auto refused = [&](const std::string& content, const std::vector<std::string>& words) {
    expect_one_line(run({"import", write("bad.csv", content), out}), 1, words);
  };
  refused("", {"bad.csv", "empty"});
  refused("id,time,lon,lat\n", {"no record is left of 0"});
  refused("id,when,east,north\n1,2,3,4\n", {"bad.csv", "when", "--columns"});
  refused(std::string("\x7f"
                      "ELF\0\1\2\n",
                      9),
          {"bad.csv", "zero byte"});
  refused("id,time,lon,lat\na,nan,nan,nan\na,1,nan,nan\n",
          {"missing_time 1", "missing_position 1"});
  refused("id,time,lon,lat\na,1,1e300,1e300\na,2,1e999,1\n", {"outside_domain 1", "line 3"});
  EXPECT_FALSE(fs::exists(out));
  expect_one_line(
      run({"import", path("table.csv").string(), path("table.csv").string(), "--force"}), 1,
      {"table.csv"});
  EXPECT_EQ(read_text(path("table.csv")), kTable);
}

TEST_F(ImportDrifters, glad_and_laser_become_points_with_velocities) {
  const fs::path folder = lagoon::tests::real_data("drifters_glad_laser");
  if (folder.empty()) GTEST_SKIP() << "LAGOON_DATA is not set";
  const std::vector<std::pair<std::string, std::size_t>> cases = {
      {"gladfull", 1183}, {"gladsparse", 85}, {"laserfull", 240}, {"lasersparse", 54}};
  for (const auto& [name, n_points] : cases) {
    const std::string velocities = (folder / ("UV_train_" + name + ".csv")).string();
    const Outcome outcome = import_real(folder / ("XY_train_" + name + ".csv"),
                                        {"--velocities", velocities, "--window-days", "1"});
    ASSERT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_EQ(result().tracks.n_records(), n_points) << name;
    EXPECT_EQ(result().records.velocity_x.size(), n_points) << name;
  }
  const fs::path positions = folder / "XY_train_gladsparse.csv";
  expect_one_line(import_real(positions, {}), 1, {"no header", "--velocities"});
  const std::string velocities = (folder / "UV_train_gladsparse.csv").string();
  expect_one_line(import_real(positions, {"--velocities", velocities}), 1, {"--window-days"});
}

}  // namespace
}  // namespace lagoon::pipelines::tests
