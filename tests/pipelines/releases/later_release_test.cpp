// Files of a release that is not yet: refused in one line that names version, rule and remedy.
#include <gtest/gtest.h>
#include <hdf5.h>

#include "tests/pipelines/program.hpp"

namespace lagoon::pipelines::tests {
namespace {

namespace fs = std::filesystem;

constexpr const char* kRemedy = "use the version of lagoon that wrote it";

class LaterRelease : public ProgramTest {
 protected:
  /// A copy of what the first release wrote, to be changed.
  fs::path copy(const std::string& name) const {
    fs::copy(fs::path(LAGOON_SOURCE_DIR) / "tests/support/first_release" / name, path(name),
             fs::copy_options::recursive);
    return path(name);
  }
};

void set_attribute(const fs::path& path, const char* name, int value) {
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  const hid_t attribute = H5Aopen(file, name, H5P_DEFAULT);
  ASSERT_GE(H5Awrite(attribute, H5T_NATIVE_INT, &value), 0);
  H5Aclose(attribute);
  H5Fclose(file);
}

void replace_in(const fs::path& path, const std::string& text, const std::string& other) {
  std::string content = lagoon::tests::read_text(path);
  const auto at = content.find(text);
  ASSERT_NE(at, std::string::npos) << text;
  lagoon::tests::write_text(path, content.replace(at, text.size(), other));
}

TEST_F(LaterRelease, dataset_is_refused) {
  const auto file = copy("dataset.h5");
  set_attribute(file, "schema_version", 3);
  expect_one_line(run({"inspect", file.string()}), 1,
                  {file.string(), "schema_version is 3", "this program reads 2", kRemedy});
}

TEST_F(LaterRelease, drifters_are_refused) {
  const auto file = copy("drifters.h5");
  set_attribute(file, "drifter_schema_version", 2);
  expect_one_line(run({"inspect", file.string()}), 1,
                  {file.string(), "drifter_schema_version is 2", "this program reads 1", kRemedy});
}

TEST_F(LaterRelease, checkpoint_is_refused) {
  const auto folder = copy("run");
  replace_in(folder / "checkpoint/state.json", "\"format_version\": 3", "\"format_version\": 4");
  expect_one_line(run({"inspect", folder.string()}), 1,
                  {"state.json", "format version 4", "this program reads 1 to 3", kRemedy});
}

TEST_F(LaterRelease, results_of_a_run_are_refused) {
  const auto folder = copy("run");
  replace_in(folder / "summary.json", "{", "{\"format_version\": 2,");
  for (const Arguments& arguments :
       {Arguments{"inspect", folder.string()},
        Arguments{"report", folder.string(), "--out", path("report").string()}}) {
    expect_one_line(run(arguments), 1,
                    {"summary.json", "format_version is 2", "this program reads 1", kRemedy});
  }
}

TEST_F(LaterRelease, retrieval_is_refused) {
  const auto folder = copy("retrieval");
  replace_in(folder / "summary.json", "\"format_version\": 1", "\"format_version\": 2");
  expect_one_line(run({"report", folder.string(), "--out", path("report").string()}), 1,
                  {"summary.json", "format_version is 2", "this program reads 1", kRemedy});
}

}  // namespace
}  // namespace lagoon::pipelines::tests
