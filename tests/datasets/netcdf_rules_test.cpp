#include <gtest/gtest.h>

#include "datasets/storage/schema.hpp"
#include "tests/datasets/fixture.hpp"
#include "tests/support/netcdf_walk.hpp"

namespace lagoon::datasets::tests {
namespace {

TEST(NetcdfRules, every_object_of_the_file_keeps_them) {
  const TemporaryFolder folder;
  for (Storage storage : {Storage::float32, Storage::float64}) {
    const std::string path = folder / (to_string(storage) + ".h5");
    write_dataset(path, small_description(9, storage));
    const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
    lagoon::tests::NetcdfWalk walk(file);
    walk.visit_all();
    EXPECT_EQ(walk.n_groups, 3);
    EXPECT_EQ(walk.n_datasets, 22);
    EXPECT_EQ(walk.n_scales, 7);
    EXPECT_EQ(walk.n_fill_values, 2);
    EXPECT_GT(walk.n_texts, 50);
    H5Fclose(file);
  }
}

}  // namespace
}  // namespace lagoon::datasets::tests
