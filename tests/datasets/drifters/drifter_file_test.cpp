#include "datasets/drifters/storage/drifter_file.hpp"

#include <cstring>
#include <fstream>
#include <random>

#include <gtest/gtest.h>

#include "datasets/drifters/netcdf_reader.hpp"
#include "datasets/drifters/resampling.hpp"
#include "datasets/drifters/storage/drifter_schema.hpp"
#include "datasets/probe.hpp"
#include "flow/error.hpp"
#include "tests/datasets/drifters/made_tracks.hpp"
#include "tests/datasets/fixture.hpp"
#include "tests/support/netcdf_walk.hpp"

namespace lagoon::datasets::tests {
namespace {

bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() &&
         (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0);
}

void expect_same(const DrifterFile& a, const DrifterFile& b) {
  EXPECT_EQ(a.layout, b.layout);
  EXPECT_EQ(a.scales, b.scales);
  EXPECT_EQ(a.counts, b.counts);
  EXPECT_EQ(a.tracks.ids, b.tracks.ids);
  EXPECT_EQ(a.tracks.segment, b.tracks.segment);
  EXPECT_EQ(a.tracks.rowsize, b.tracks.rowsize);
  EXPECT_TRUE(same_bits(a.tracks.time, b.tracks.time));
  EXPECT_TRUE(same_bits(a.tracks.x, b.tracks.x));
  EXPECT_TRUE(same_bits(a.tracks.y, b.tracks.y));
  EXPECT_TRUE(same_bits(a.tracks.velocity_x, b.tracks.velocity_x));
  EXPECT_TRUE(same_bits(a.tracks.velocity_y, b.tracks.velocity_y));
  EXPECT_TRUE(same_bits(a.records.time, b.records.time));
  EXPECT_TRUE(same_bits(a.records.x, b.records.x));
  EXPECT_TRUE(same_bits(a.records.y, b.records.y));
  EXPECT_TRUE(same_bits(a.records.velocity_x, b.records.velocity_x));
  EXPECT_TRUE(same_bits(a.records.velocity_y, b.records.velocity_y));
  EXPECT_EQ(a.title, b.title);
  EXPECT_EQ(a.source_hash, b.source_hash);
  EXPECT_EQ(a.config_toml, b.config_toml);
}

/// One content of each kind that a file may have.
std::vector<DrifterFile> all_kinds() {
  std::vector<DrifterFile> result;
  for (const bool velocity : {false, true}) {
    for (const bool geographic : {false, true}) {
      DrifterTracks tracks = made_tracks({5, 1, 9}, velocity);
      tracks.geographic = geographic;
      if (velocity) tracks.velocity_x[2] = std::numeric_limits<double>::quiet_NaN();
      result.push_back(made_content(tracks));
      const DrifterTracks table = resample(tracks, regular_times(tracks, 300));
      DrifterFile orthogonal = made_content(tracks, DrifterLayout::orthogonal);
      orthogonal.tracks = table;
      orthogonal.records = to_scaled(table, orthogonal.scales);
      result.push_back(orthogonal);
    }
  }
  return result;
}

class DrifterFiles : public testing::Test {
 protected:
  const TemporaryFolder folder_;
  const std::string path_ = folder_ / "a.h5";
};

TEST_F(DrifterFiles, every_kind_is_read_back_to_the_bit) {
  for (const DrifterFile& content : all_kinds()) {
    write_drifter_file(path_, content, true);
    EXPECT_TRUE(is_drifter_file(path_));
    expect_same(read_drifter_file(path_), content);
    EXPECT_FALSE(std::filesystem::exists(path_ + ".part"));
  }
}

TEST_F(DrifterFiles, the_checksum_sees_every_value) {
  write_drifter_file(path_, made_content(made_tracks({5, 3}, true)), false);
  const DrifterFile content = read_drifter_file(path_);
  EXPECT_EQ(hash_records(content), content.records_hash);
  const auto changed = [&](auto change) {
    DrifterFile other = content;
    change(other);
    return hash_records(other) != content.records_hash;
  };
  EXPECT_TRUE(changed([](DrifterFile& file) { file.tracks.ids[1] = "D2"; }));
  EXPECT_TRUE(changed([](DrifterFile& file) { file.tracks.segment[0] = 1; }));
  EXPECT_TRUE(changed(
      [](DrifterFile& file) { std::swap(file.tracks.rowsize[0], file.tracks.rowsize[1]); }));
  EXPECT_TRUE(changed([](DrifterFile& file) { file.tracks.time[7] += 1e-3; }));
  EXPECT_TRUE(changed([](DrifterFile& file) { file.tracks.y[7] += 1e-12; }));
  EXPECT_TRUE(changed([](DrifterFile& file) { file.records.x[0] += 1e-15; }));
  EXPECT_TRUE(changed([](DrifterFile& file) { file.records.velocity_y[3] = 0; }));
}

TEST_F(DrifterFiles, every_object_keeps_the_rules_of_netcdf4) {
  for (const DrifterFile& content : all_kinds()) {
    write_drifter_file(path_, content, true);
    const hid_t file = H5Fopen(path_.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
    lagoon::tests::NetcdfWalk walk(file);
    walk.visit_all();
    const bool ragged = content.layout == DrifterLayout::ragged;
    const int n_variables = static_cast<int>(drifter_schema::variables(content).size());
    EXPECT_EQ(walk.n_groups, 1);
    EXPECT_EQ(walk.n_datasets, n_variables + (ragged ? 2 : 1));  // and the bare dimensions
    EXPECT_EQ(walk.n_scales, 3);
    EXPECT_GE(walk.n_fill_values, 2);
    EXPECT_GT(walk.n_texts, 30);
    H5Fclose(file);
  }
}

TEST_F(DrifterFiles, the_reader_of_others_files_reads_ours) {
  for (const DrifterFile& content : all_kinds()) {
    if (!content.scales.geographic) continue;
    write_drifter_file(path_, content, true);
    // In a table a track without any record is still a track.
    const DrifterTracks read = without_missing(read_drifter_netcdf(path_).tracks);
    const DrifterTracks expected = without_missing(content.tracks);
    EXPECT_EQ(read.ids, expected.ids);
    EXPECT_EQ(read.rowsize, expected.rowsize);
    EXPECT_EQ(read.x, expected.x);
    EXPECT_EQ(read.time, expected.time);
  }
}

TEST_F(DrifterFiles, nothing_that_is_there_is_replaced_unless_forced) {
  const DrifterFile content = made_content(made_tracks({3}));
  write_text(path_, "mine");
  EXPECT_NE(error_of([&] { write_drifter_file(path_, content, false); }).find("--force"),
            std::string::npos);
  EXPECT_EQ(read_text(path_), "mine");
  write_drifter_file(path_, content, true);
  std::filesystem::remove(path_);
  write_text(path_ + ".part", "another's");
  EXPECT_NE(error_of([&] { write_drifter_file(path_, content, false); }).find(".part"),
            std::string::npos);
}

TEST_F(DrifterFiles, what_cannot_be_put_into_its_place_leaves_nothing_behind) {
  std::filesystem::create_directories(std::filesystem::path(path_) / "full");
  const DrifterFile content = made_content(made_tracks({3}));
  EXPECT_NE(error_of([&] { write_drifter_file(path_, content, true); }).find("renamed"),
            std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(path_ + ".part"));
}

TEST_F(DrifterFiles, other_files_are_refused_by_name) {
  write_text(path_, "no HDF5");
  EXPECT_FALSE(is_drifter_file(path_));
  EXPECT_NE(error_of([&] { read_drifter_file(path_); }).find("a.h5"), std::string::npos);
  write_dataset(folder_ / "flows.h5", small_description(3));
  EXPECT_FALSE(is_drifter_file(folder_ / "flows.h5"));
  EXPECT_NE(error_of([&] { read_drifter_file(folder_ / "flows.h5"); }).find("no file of drifters"),
            std::string::npos);
  EXPECT_NE(error_of([&] { read_drifter_file(folder_ / "missing.h5"); }), "");
}

/// Puts a variable of these lengths in place of one that is there.
void replace_variable(const std::string& path, const hdf5::NewDataset& variable) {
  const hid_t id = H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  H5Ldelete(id, variable.path.c_str(), H5P_DEFAULT);
  H5Fclose(id);
  auto file = hdf5::File::open(path, hdf5::File::Access::write);
  file.create_dataset(variable);
  file.close();
}

TEST_F(DrifterFiles, dimensions_that_are_no_list_are_refused_by_name) {
  const auto refused = [&](const hdf5::NewDataset& variable) {
    write_drifter_file(path_, made_content(made_tracks({4})), true);
    replace_variable(path_, variable);
    return error_of([&] { read_drifter_file(path_); });
  };
  for (const std::vector<std::int64_t>& lengths : {std::vector<std::int64_t>{}, {4, 1}}) {
    EXPECT_NE(refused({.path = "/time", .lengths = lengths}).find("time has not one axis"),
              std::string::npos);
    EXPECT_NE(refused({.path = "/trajectory", .type = hdf5::Type::int32, .lengths = lengths})
                  .find("trajectory has not one axis"),
              std::string::npos);
  }
}

TEST_F(DrifterFiles, types_that_have_no_place_are_refused_by_name) {
  write_drifter_file(path_, made_content(made_tracks({4})), false);
  const hid_t file = H5Fopen(path_.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  H5Ldelete(file, "/time", H5P_DEFAULT);
  const hsize_t four = 4;
  const hid_t space = H5Screate_simple(1, &four, nullptr);
  const hid_t time =
      H5Dcreate2(file, "/time", H5T_STD_I16LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  H5Dclose(time);
  H5Sclose(space);
  H5Fclose(file);
  EXPECT_NE(error_of([&] { read_drifter_file(path_); }).find("time is of a type that has no place"),
            std::string::npos);
}

/// Truncated and mutated files end in an Error or in tracks that add up, never in a crash.
TEST_F(DrifterFiles, damaged_files_are_refused_or_read_whole) {
  write_drifter_file(path_, made_content(made_tracks({50, 20}, true)), false);
  const std::string sound = read_text(path_);
  std::mt19937 random(3);
  const auto read = [](const std::filesystem::path& path) {
    const DrifterFile content = read_drifter_file(path);
    const auto offsets = content.tracks.offsets();
    if (offsets.back() != content.tracks.n_records()) throw std::logic_error("rowsize");
  };
  int n_refused = 0;
  for (int round = 0; round < 60; ++round) {
    std::string damaged = sound;
    if (round % 3 == 0) {
      damaged.resize(random() % sound.size());
    } else {
      for (int i = 0; i < 20; ++i)
        damaged[random() % damaged.size()] = static_cast<char>(random() % 256);
    }
    write_text(path_, damaged);
    try {
      probe_file(path_, read);
    } catch (const Error& error) {
      ++n_refused;
      EXPECT_EQ(std::string(error.what()).find("rowsize)"), std::string::npos) << error.what();
    }
  }
  EXPECT_GT(n_refused, 20);
}

}  // namespace
}  // namespace lagoon::datasets::tests
