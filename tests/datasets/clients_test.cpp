#include <gtest/gtest.h>

#include "datasets/storage/schema.hpp"
#include "tests/datasets/fixture.hpp"

namespace lagoon::datasets::tests {
namespace {

class OtherClients : public testing::TestWithParam<Storage> {
 protected:
  void SetUp() override { write_dataset(path_, small_description(9, GetParam())); }

  const TemporaryFolder folder_;
  const std::string path_ = folder_ / "a.h5";
};

TEST_P(OtherClients, ncdump_lists_every_variable_with_its_dimensions) {
  if (run_command("ncdump 2>&1 | grep -q netCDF").status != 0) GTEST_SKIP() << "no ncdump here";
  const CommandResult dump = run_command("ncdump -h " + path_);
  ASSERT_EQ(dump.status, 0) << dump.output;
  for (const VariableRow& variable : variables({.storage = GetParam()})) {
    const std::string with_type = signature(variable);
    const std::string declared =
        " " + name_of(variable.path) + with_type.substr(with_type.find('(')) + " ;";
    EXPECT_NE(dump.output.find(declared), std::string::npos) << declared << dump.output;
  }
}

TEST_P(OtherClients, xarray_and_netcdf4_open_name_and_append) {
  const std::string python = find_python();
  if (python.empty()) GTEST_SKIP() << "no Python here has xarray, h5netcdf, netCDF4 and h5py";
  const CommandResult check =
      run_command(python + " " LAGOON_SOURCE_DIR "/tests/datasets/clients_test.py " + path_ + " " +
                  to_string(GetParam()));
  EXPECT_EQ(check.status, 0) << check.output;
  EXPECT_NO_THROW(Reader{path_}) << "after netCDF4 has appended";
}

TEST(FileFormatPage, names_every_variable_group_and_attribute) {
  const std::string page = read_text(LAGOON_SOURCE_DIR "/docs/file_format.md");
  for (const VariableRow& variable : variables(contents_of(rich_description(1)))) {
    const std::string with_type = signature(variable);
    const std::string declared =
        " " + name_of(variable.path) + with_type.substr(with_type.find('(')) + " ;";
    EXPECT_NE(page.find(declared), std::string::npos) << declared;
  }
  const Description description = small_description(1);
  visit_attributes(description, [&](const std::string& name, const auto&) {
    EXPECT_NE(page.find(":" + name + " ="), std::string::npos) << name;
  });
  for (const auto& [name, text] : constant_attributes())
    EXPECT_NE(page.find(":" + name + " = \"" + text + "\""), std::string::npos) << name;
}

INSTANTIATE_TEST_SUITE_P(Storages, OtherClients,
                         testing::Values(Storage::float32, Storage::float64),
                         [](const auto& instance) { return to_string(instance.param); });

}  // namespace
}  // namespace lagoon::datasets::tests
