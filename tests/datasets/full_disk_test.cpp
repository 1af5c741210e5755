#include <csignal>
#include <cstdlib>

#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "flow/error.hpp"
#include "tests/datasets/fixture.hpp"

// Folders and disks that take no dataset.
namespace lagoon::datasets::tests {
namespace {

namespace fs = std::filesystem;

TEST(Writer, a_folder_that_cannot_be_written_is_said_before_any_work) {
  const TemporaryFolder folder;
  const Description description = small_description(10);
  write_text(folder / "file", "");
  EXPECT_NE(error_of([&] {
              Writer::create(folder / "none/a.h5", description, false);
            }).find("No such file or directory"),
            std::string::npos);
  EXPECT_NE(error_of([&] {
              Writer::create(folder / "file/a.h5", description, false);
            }).find("Not a directory"),
            std::string::npos);
  ::chmod(folder.path().c_str(), 0555);
  const int status = run_in_child([&] {
    if (::getuid() == 0 && ::setuid(65534) != 0) throw Error("cannot become another user");
    Writer::create(folder / "a.h5", description, false);
  });
  ::chmod(folder.path().c_str(), 0755);
  EXPECT_EQ(status, 1);
  EXPECT_FALSE(fs::exists(folder / "a.h5.part.new"));
}

TEST(Writer, a_full_disk_is_said_before_any_work) {
  const TemporaryFolder folder;
  if (::mount("none", folder.path().c_str(), "tmpfs", 0, "size=1m") != 0)
    GTEST_SKIP() << "a small file system can be mounted by root only";
  const std::string message =
      error_of([&] { Writer::create(folder / "a.h5", small_description(20000), false); });
  EXPECT_TRUE(fs::is_empty(folder.path()));
  EXPECT_NO_THROW(write_dataset(folder / "a.h5", small_description(10)));
  EXPECT_THROW(Writer::create(folder / "a.h5", small_description(20000), true), Error);
  EXPECT_EQ(Reader(folder / "a.h5").n_flows(), 10) << "what was to be replaced is still there";
  ::umount(folder.path().c_str());
  EXPECT_NE(message.find("MiB free"), std::string::npos) << message;
}

TEST(Writer, a_limit_on_the_length_of_files_is_an_error_and_leaves_nothing) {
  const TemporaryFolder folder;
  const int status = run_in_child([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{100000, 100000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    try {
      Writer::create(folder / "a.h5", small_description(20000), false);
    } catch (const Error&) {
      std::exit(3);  // with the HDF5 library's handlers, as a program ends
    }
  });
  EXPECT_EQ(status, 3);
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

}  // namespace
}  // namespace lagoon::datasets::tests
