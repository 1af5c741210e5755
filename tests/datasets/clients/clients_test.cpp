#include <regex>
#include <set>

#include <gtest/gtest.h>

#include "datasets/storage/schema.hpp"
#include "datasets/text/text.hpp"
#include "tests/datasets/clients/variants.hpp"
#include "tests/datasets/fixture.hpp"

namespace lagoon::datasets::tests {
namespace {

// " x(trajectory, time) ;"
std::string declaration(const VariableRow& variable) {
  const std::string with_type = signature(variable);
  return " " + name_of(variable.path) + with_type.substr(with_type.find('(')) + " ;";
}

// Dimensions, variables with their axes, and global attributes of a listing by ncdump -h.
std::set<std::string> names_in(const std::string& listing) {
  static const std::regex kName(R"(\n\s+(?:(\w+) = \d+ ;|\w+ (\w+\([\w, ]+\)) ;|(:\w+) = ))");
  std::set<std::string> names;
  for (std::sregex_iterator match(listing.begin(), listing.end(), kName), end; match != end;
       ++match) {
    for (std::size_t group = 1; group <= 3; ++group) {
      if ((*match)[group].matched) names.insert((*match)[group].str());
    }
  }
  return names;
}

class OtherClients : public testing::TestWithParam<Variant> {
 protected:
  void SetUp() override { path_ = write_variant(folder_, GetParam()); }

  const TemporaryFolder folder_;
  std::string path_;
};

TEST_P(OtherClients, ncdump_lists_every_variable_with_its_dimensions) {
  if (run_command("ncdump 2>&1 | grep -q netCDF").status != 0) GTEST_SKIP() << "no ncdump here";
  const CommandResult dump = run_command("ncdump -h " + path_);
  ASSERT_EQ(dump.status, 0) << dump.output;
  for (const VariableRow& variable : variables(contents_of(GetParam().description())))
    EXPECT_NE(dump.output.find(declaration(variable)), std::string::npos)
        << declaration(variable) << dump.output;
}

TEST_P(OtherClients, xarray_and_netcdf4_open_name_and_append) {
  const std::string python = find_python();
  if (python.empty()) GTEST_SKIP() << "no Python here has xarray, h5netcdf, netCDF4 and h5py";
  const FlowRange flows = flows_of(GetParam().description());
  const CommandResult check = run_command(
      "sh -c 'cd / && " + python +
      " " LAGOON_SOURCE_DIR "/tests/datasets/clients/clients_test.py " + path_ +
      (GetParam().kind == "plain" ? " plain " : " rich ") + std::to_string(flows.first) + " " +
      std::to_string(flows.size) + " append " + to_string(GetParam().storage) + "'");
  EXPECT_EQ(check.status, 0) << check.output;
  EXPECT_NO_THROW(Reader{path_}) << "after netCDF4 has appended";
}

INSTANTIATE_TEST_SUITE_P(Variants, OtherClients, testing::ValuesIn(all_variants()),
                         [](const auto& instance) { return instance.param.name(); });

TEST(Master, has_the_values_of_the_single_file_for_ncdump_in_any_folder) {
  if (run_command("ncdump 2>&1 | grep -q netCDF").status != 0) GTEST_SKIP() << "no ncdump here";
  const TemporaryFolder folder;
  const auto values = [&](const Variant& variant) {
    const std::string path = write_variant(folder, variant);
    return run_command("sh -c 'cd / && ncdump -n a -v x,split,velocity_x,psi_hat,checksum " + path +
                       " | sed -n \"/^data:/,$ p\"'");
  };
  const CommandResult master = values({"master"});
  EXPECT_EQ(master.output, values({"rich"}).output);
  EXPECT_NE(master.output.find("psi_hat ="), std::string::npos) << master.output;
}

TEST(FileFormatPage, names_every_variable_group_and_attribute) {
  const std::string page = read_text(LAGOON_SOURCE_DIR "/docs/file_format.md");
  for (const VariableRow& variable : variables(contents_of(rich_description(1))))
    EXPECT_NE(page.find(declaration(variable)), std::string::npos) << declaration(variable);
  const Description description = small_description(1);
  visit_attributes(description, [&](const std::string& name, const auto&) {
    EXPECT_NE(page.find(":" + name + " ="), std::string::npos) << name;
  });
  for (const auto& [name, text] : constant_attributes())
    EXPECT_NE(page.find(":" + name + " = \"" + text + "\""), std::string::npos) << name;
}

TEST(FileFormatPage, lists_what_a_master_of_everything_holds_and_nothing_else) {
  if (run_command("ncdump 2>&1 | grep -q netCDF").status != 0) GTEST_SKIP() << "no ncdump here";
  const TemporaryFolder folder;
  const std::string path = write_variant(folder, {"master"});
  const std::string page = read_text(LAGOON_SOURCE_DIR "/docs/file_format.md");
  const auto begin = page.find("dimensions:");
  const auto on_page = names_in(page.substr(begin, page.find("\n```\n", begin) - begin));
  EXPECT_GT(on_page.size(), 70U);
  EXPECT_EQ(on_page, names_in(run_command("ncdump -h " + path).output));
}

}  // namespace
}  // namespace lagoon::datasets::tests
