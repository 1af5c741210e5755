// What other programs are given: lines, images, points and text, value by value.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <sstream>

#include <sys/resource.h>

#include "datasets/reader.hpp"
#include "flow/error.hpp"
#include "pipelines/export/selection.hpp"
#include "pipelines/support/option_table.hpp"
#include "tests/pipelines/program.hpp"

namespace lagoon::pipelines::tests {
namespace {

namespace fs = std::filesystem;

using Positions = std::vector<std::int64_t>;

/// A Python with what export_test.py imports; "" if there is none.
std::string find_python() {
  for (const std::string python : {"python3", "/usr/bin/python3"}) {
    const std::string command =
        "env -u LD_PRELOAD " + python + " -c 'import h5py, numpy' 2>/dev/null";
    if (std::system(command.c_str()) == 0) return python;
  }
  return "";
}

class ExportTest : public ProgramTest {
 protected:
  /// Nine drifters, some released later, with a tenth of the observations lost.
  void generate(const std::string& storage) const {
    const auto outcome = run(
        small("flows.h5", 7,
              {"--storage", storage, "--release", "grid", "--drifters", "9", "--release-interval",
               "0.004", "--missing", "10", "--rms-speed", "15", "--force"}));
    ASSERT_EQ(outcome.code, 0) << outcome.err;
  }

  Outcome write_as(const std::string& name, Arguments more = {}) const {
    more.insert(more.begin(), {"export", path("flows.h5").string(), path(name).string()});
    return run(more);
  }

  void expect_written(const std::string& name, const Arguments& more = {}) const {
    const auto outcome = write_as(name, more);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_FALSE(fs::exists(path(name + ".tmp")));
  }
};

TEST_F(ExportTest, other_programs_read_the_values_of_the_dataset) {
  const std::string python = find_python();
  if (python.empty()) GTEST_SKIP() << "no Python here has h5py and numpy";
  for (const auto* storage : {"float32", "float64"}) {
    generate(storage);
    expect_written("lines.vtp", {"--force"});
    expect_written("wrapped.vtp", {"--wrap", "--force"});
    expect_written("image.vti",
                   {"--flows", "1,3", "--times", "4", "--no-release", "--fields", "24", "--force"});
    expect_written("points.xdmf", {"--flows", "2:5", "--force"});
    std::string command =
        "env -u LD_PRELOAD " + python + " " LAGOON_SOURCE_DIR "/tests/pipelines/export_test.py";
    for (const auto* name : {"flows.h5", "lines.vtp", "wrapped.vtp", "image.vti", "points.xdmf"}) {
      command += " " + path(name).string();
    }
    EXPECT_EQ(std::system(command.c_str()), 0) << command;
  }
}

TEST_F(ExportTest, text_holds_every_observation_to_the_bit) {
  generate("float32");
  expect_written("all.csv", {"--flows", "1:6:2", "--times", "0:10:3", "--no-release"});
  const datasets::Reader reader(path("flows.h5"));
  const auto& law = reader.law();
  std::istringstream lines(read_text(path("all.csv")));
  std::string line;
  std::getline(lines, line);
  EXPECT_EQ(line, "trajectory,flow,drifter,time,x,y");
  for (const std::int64_t flow : {1, 3, 5}) {
    const auto [x, y] = reader.positions(flow, 1);
    for (std::size_t i = 0; i < x.size(); ++i) {
      const std::size_t drifter = i / law.n_times(), j = i % law.n_times();
      if (j % 3 != 0 || std::isnan(x[i]) || law.times[j] <= law.release_time[drifter]) continue;
      ASSERT_TRUE(std::getline(lines, line));
      std::ranges::replace(line, ',', ' ');
      std::istringstream numbers(line);
      double trajectory, own_flow, own_drifter, time;
      std::string own_x, own_y;
      numbers >> trajectory >> own_flow >> own_drifter >> time >> own_x >> own_y;
      EXPECT_EQ(trajectory, static_cast<double>(9 * flow) + static_cast<double>(drifter));
      EXPECT_EQ(own_flow, static_cast<double>(flow));
      EXPECT_EQ(own_drifter, static_cast<double>(drifter));
      EXPECT_EQ(time, law.times[j]);
      EXPECT_EQ(std::stof(own_x), static_cast<float>(x[i]));
      EXPECT_EQ(std::stof(own_y), static_cast<float>(y[i]));
    }
  }
  EXPECT_FALSE(std::getline(lines, line)) << line;
}

TEST_F(ExportTest, series_of_images_names_each_file_with_its_time) {
  generate("float32");
  const auto outcome = write_as("series.pvd", {"--times", "0,9", "--fields", "16"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_NE(outcome.out.find("3 images"), std::string::npos) << outcome.out;
  const std::string index = read_text(path("series.pvd"));
  for (const auto* name : {"series_0000.vti", "series_0001.vti", "series_0002.vti"}) {
    EXPECT_TRUE(fs::exists(path(name))) << name;
    EXPECT_NE(index.find(name), std::string::npos) << index;
  }
  EXPECT_NE(index.find("timestep=\"0.1\" file=\"series_0002.vti\""), std::string::npos) << index;
}

TEST_F(ExportTest, nothing_is_overwritten_without_force) {
  generate("float32");
  write("mine.csv", "mine");
  expect_one_line(write_as("mine.csv"), 1, {"mine.csv", "--force"});
  EXPECT_EQ(read_text(path("mine.csv")), "mine");
  expect_written("mine.csv", {"--force"});
  EXPECT_NE(read_text(path("mine.csv")), "mine");
}

TEST_F(ExportTest, the_dataset_itself_is_not_written_over) {
  generate("float32");
  const std::string before = read_text(path("flows.h5"));
  expect_one_line(write_as("flows.h5", {"--format", "csv", "--force"}), 1,
                  {"flows.h5", "the file to read"});
  EXPECT_EQ(read_text(path("flows.h5")), before);
}

TEST_F(ExportTest, shards_of_the_dataset_are_not_written_over) {
  for (const std::string shard : {"0/2", "1/2"}) {
    ASSERT_EQ(run(small("flows.h5", 7, {"--shard", shard})).code, 0);
  }
  ASSERT_EQ(run(small("flows.h5", 7, {"--shard", "merge"})).code, 0);
  std::map<fs::path, std::string> before;
  for (const auto& entry : fs::directory_iterator(path(""))) {
    if (entry.path().extension() == ".h5") before[entry.path()] = read_text(entry.path());
  }
  ASSERT_EQ(before.size(), 3U);
  for (const auto& [file, content] : before) {
    expect_one_line(write_as(file.filename(), {"--format", "csv", "--force"}), 1,
                    {file.filename(), "to read"});
    EXPECT_EQ(read_text(file), content);
  }
}

TEST_F(ExportTest, a_series_is_refused_before_its_first_image) {
  generate("float32");
  write("series_0002.vti", "mine");
  expect_one_line(write_as("series.pvd", {"--times", "0,9", "--fields", "16"}), 1,
                  {"series_0002.vti", "--force"});
  EXPECT_FALSE(fs::exists(path("series_0000.vti")));
}

TEST_F(ExportTest, a_full_disk_is_told_in_one_line_and_leaves_nothing) {
  generate("float32");
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small_files = {10000, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small_files);
  for (const auto* name : {"lines.vtp", "text.csv", "image.vti"}) {
    expect_one_line(write_as(name), 1, {name});
    EXPECT_FALSE(fs::exists(path(name)));
    EXPECT_FALSE(fs::exists(path(std::string(name) + ".tmp")));
  }
  setrlimit(RLIMIT_FSIZE, &before);
}

TEST_F(ExportTest, what_cannot_be_is_refused) {
  generate("float32");
  expect_one_line(write_as("lines.obj"), 1, {"lines.obj", ".vtp"});
  expect_one_line(write_as("points.xdmf", {"--flows", "0,2"}), 1, {"--flows"});
  expect_one_line(write_as("image.vti", {"--times", "all"}), 1, {"image.vti", ".pvd"});
  expect_one_line(write_as("image.vti", {"--fields", "6"}), 1, {"6"});
  expect_one_line(write_as("text.csv", {"--flows", "0:8"}), 1, {"--flows", "6"});
  expect_one_line(write_as("text.csv", {"--times", "first"}), 2, {"--times", "first"});
}

TEST(Selection, numbers_and_ranges_are_understood) {
  EXPECT_EQ(parse_positions("--flows", "all", 3), (Positions{0, 1, 2}));
  EXPECT_EQ(parse_positions("--flows", "4,1,4", 5), (Positions{1, 4}));
  EXPECT_EQ(parse_positions("--flows", "1:3", 5), (Positions{1, 2}));
  EXPECT_EQ(parse_positions("--flows", ":5:2", 5), (Positions{0, 2, 4}));
  EXPECT_EQ(parse_positions("--flows", "3:", 5), (Positions{3, 4}));
  for (const auto* text : {"", "x", "1,", "1:2:3:4", "0:3:0", "1.5"}) {
    EXPECT_THROW(parse_positions("--flows", text, 5), UsageError) << text;
  }
  for (const auto* text : {"5", "-1", "3:2", "0:6", "0:99999999999"}) {
    EXPECT_THROW(parse_positions("--flows", text, 5), Error) << text;
  }
}

}  // namespace
}  // namespace lagoon::pipelines::tests
