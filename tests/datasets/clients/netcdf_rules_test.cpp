#include <algorithm>

#include <gtest/gtest.h>

#include "datasets/storage/schema.hpp"
#include "tests/datasets/clients/variants.hpp"
#include "tests/datasets/fixture.hpp"
#include "tests/support/netcdf_walk.hpp"

namespace lagoon::datasets::tests {
namespace {

class NetcdfRules : public testing::TestWithParam<Variant> {};

TEST_P(NetcdfRules, every_object_of_the_file_keeps_them) {
  const TemporaryFolder folder;
  const Contents contents = contents_of(GetParam().description());
  const std::vector<VariableRow> rows = variables(contents);
  const auto n_dimensions = static_cast<int>(dimensions(contents).size());
  const auto n_bare =
      static_cast<int>(std::ranges::count(dimensions(contents), false, &DimensionRow::is_variable));
  const hid_t file =
      H5Fopen(write_variant(folder, GetParam()).c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  lagoon::tests::NetcdfWalk walk(file);
  walk.visit_all();
  EXPECT_EQ(walk.n_groups, 3);
  EXPECT_EQ(walk.n_datasets, static_cast<int>(rows.size()) + n_bare);
  EXPECT_EQ(walk.n_scales, n_dimensions);
  EXPECT_EQ(walk.n_fill_values, 2);
  EXPECT_GT(walk.n_texts, 50);
  EXPECT_EQ(walk.n_virtual,
            GetParam().kind == "master" ? std::ranges::count_if(rows, is_of_samples) : 0);
  H5Fclose(file);
}

// The root is what checkers of CF-1.8 look at; it knows no integers of 64 bits.
TEST_P(NetcdfRules, the_root_keeps_to_the_types_of_cf) {
  for (const VariableRow& variable : variables(contents_of(GetParam().description()))) {
    if (variable.path.rfind('/') != 0) continue;
    EXPECT_NE(variable.type, hdf5::Type::int64) << variable.path;
    EXPECT_NE(variable.type, hdf5::Type::uint64) << variable.path;
  }
}

INSTANTIATE_TEST_SUITE_P(Variants, NetcdfRules, testing::ValuesIn(all_variants()),
                         [](const auto& instance) { return instance.param.name(); });

}  // namespace
}  // namespace lagoon::datasets::tests
