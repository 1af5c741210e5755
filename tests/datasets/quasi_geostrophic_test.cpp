#include "datasets/quasi_geostrophic.hpp"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>
#include <map>
#include <numbers>

#include <gtest/gtest.h>

#include "datasets/storage/hdf5.hpp"
#include "flow/error.hpp"
#include "tests/support/files.hpp"

namespace lagoon::datasets {
namespace {

using Lengths = std::vector<std::int64_t>;
struct Table {
  Lengths lengths;
  std::vector<double> values;
};
using Objects = std::map<std::string, Table>;

constexpr double kLength = 400;
const double kBox = 2 * std::numbers::pi * kLength;

// Two drifters at five times on a 4 x 4 grid; the first crosses the seam in x.
Objects sound_run() {
  return {{"/vortex/L", {{1, 1}, {kLength}}},
          {"/vortex/snapshot/num", {{1, 1}, {2.0}}},
          {"/vortex/snapshot/q", {{4, 4}, std::vector<double>(16, 0.5)}},
          {"/vortex/drifters/num", {{1, 5}, {0, 1, 2, 3, 4}}},
          {"/vortex/drifters/x", {{2, 5}, {1230, 1250, -1243, -1220, -1200, 0, 1, 2, 3, 4}}},
          {"/vortex/drifters/y", {{2, 5}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}}}};
}

// A file of each test's own.
class QuasiGeostrophic : public testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove(path_); }

  void write(const Objects& objects) const {
    hdf5::File file = hdf5::File::create(path_);
    for (const char* group : {"/vortex", "/vortex/snapshot", "/vortex/drifters"}) {
      file.create_group(group);
    }
    std::map<std::string, std::int64_t> offsets;
    for (const auto& [name, table] : objects) {
      file.create_dataset({.path = name, .lengths = table.lengths});
      offsets[name] = file.info(name).offset;
    }
    file.close();
    std::fstream bytes(path_, std::ios::binary | std::ios::in | std::ios::out);
    for (const auto& [name, table] : objects) {
      bytes.seekp(offsets[name]);
      bytes.write(reinterpret_cast<const char*>(table.values.data()),
                  static_cast<std::streamsize>(table.values.size() * sizeof(double)));
    }
  }

  // What is said of the sound run after a change.
  std::string failure_after(const std::function<void(Objects&)>& change) const {
    Objects objects = sound_run();
    change(objects);
    write(objects);
    try {
      read_quasi_geostrophic(path_);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }

  const std::filesystem::path path_ =
      std::filesystem::path(testing::TempDir()) /
      (std::string(testing::UnitTest::GetInstance()->current_test_info()->name()) + ".mat");
};

TEST_F(QuasiGeostrophic, run_is_read_as_it_was_written) {
  write(sound_run());
  EXPECT_TRUE(is_quasi_geostrophic(path_));
  const QuasiGeostrophicRun run = read_quasi_geostrophic(path_);
  EXPECT_EQ(run.length_scale, kLength);
  EXPECT_EQ(run.snapshot_day, 2);
  EXPECT_EQ(run.n_grid, 4);
  EXPECT_EQ(run.q, std::vector<double>(16, 0.5));
  EXPECT_EQ(run.n_drifters, 2u);
  EXPECT_EQ(run.days, (std::vector<double>{0, 1, 2, 3, 4}));
  EXPECT_EQ(run.y, sound_run().at("/vortex/drifters/y").values);
}

TEST_F(QuasiGeostrophic, drifter_that_crosses_the_seam_goes_on) {
  write(sound_run());
  const QuasiGeostrophicRun run = read_quasi_geostrophic(path_);
  EXPECT_EQ(run.x[1], 1250);
  EXPECT_NEAR(run.x[2], kBox - 1243, 1e-12 * kBox);
  EXPECT_NEAR(run.x[4], kBox - 1200, 1e-12 * kBox);
  EXPECT_EQ(run.x[5], 0);  // the next drifter begins where it is
}

TEST_F(QuasiGeostrophic, each_broken_object_is_named) {
  const std::map<std::string, std::function<void(Objects&)>> changes = {
      {"/vortex/L", [](Objects& o) { o.at("/vortex/L").values = {-1}; }},
      {"/vortex/snapshot/q", [](Objects& o) { o.erase("/vortex/snapshot/q"); }},
      {"/vortex/snapshot/q is not",
       [](Objects& o) {
         o.at("/vortex/snapshot/q").lengths = {2, 8};
       }},
      {"/vortex/snapshot/num", [](Objects& o) { o.at("/vortex/snapshot/num").values = {9}; }},
      {"/vortex/drifters/num", [](Objects& o) { o.at("/vortex/drifters/num").values[3] = 3.5; }},
      {"/vortex/drifters/x",
       [](Objects& o) {
         o.at("/vortex/drifters/x").values[7] = std::numeric_limits<double>::quiet_NaN();
       }},
      {"/vortex/drifters/y", [](Objects& o) {
         o.at("/vortex/drifters/y").lengths = {5, 2};
       }}};
  for (const auto& [named, change] : changes) {
    EXPECT_NE(failure_after(change).find(named), std::string::npos) << failure_after(change);
  }
  EXPECT_EQ(failure_after([](Objects&) {}), "");
}

TEST_F(QuasiGeostrophic, file_without_its_objects_is_another_format) {
  Objects objects = sound_run();
  objects.erase("/vortex/drifters/x");
  write(objects);
  EXPECT_FALSE(is_quasi_geostrophic(path_));
  EXPECT_FALSE(is_quasi_geostrophic(path_.string() + ".missing"));
}

TEST(QuasiGeostrophicFile, published_run_is_read) {
  const auto path = lagoon::tests::real_data("qg_torus_drifters/vortex.mat");
  if (path.empty()) GTEST_SKIP() << "LAGOON_DATA is not set";
  const QuasiGeostrophicRun run = read_quasi_geostrophic(path);
  EXPECT_EQ(run.n_drifters, 101u);
  EXPECT_EQ(run.n_times(), 2001u);
  EXPECT_EQ(run.n_grid, 512);
  // Its README: the largest step in x is 32.07 km, once unwrapped.
  double largest = 0;
  for (std::size_t at = 1; at < run.x.size(); ++at) {
    if (at % run.n_times() != 0) largest = std::max(largest, std::abs(run.x[at] - run.x[at - 1]));
  }
  EXPECT_NEAR(largest, 32.07, 0.01);
}

}  // namespace
}  // namespace lagoon::datasets
