// Damaged files through the program's verbs: refused in one line, or read; never a crash or a hang.
#include <cstdlib>
#include <iostream>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "pipelines/verbs.hpp"
#include "tests/pipelines/program.hpp"
#include "tests/support/mutate.hpp"

namespace lagoon::pipelines::tests {
namespace {

// The long study (ctest -L study) asks for 2,000.
int number_of_mutations() {
  const char* const asked = std::getenv("LAGOON_MUTATIONS");
  return asked == nullptr ? 20 : std::atoi(asked);
}

// No verb may work longer on a damaged file, nor wait longer where other work keeps the machine
// busy.
constexpr rlim_t kSecondsOfWork = 10;
constexpr unsigned kSecondsOfWaiting = 60;

/// Runs the program's own main in a child, where a crash and a hang can be seen; its standard
/// error goes to `err`.
int run_in_child(const Arguments& arguments, const std::filesystem::path& err) {
  return lagoon::tests::status_of_child([&] {
    const int file = ::open(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    const int nowhere = ::open("/dev/null", O_WRONLY);
    ::dup2(file, STDERR_FILENO);
    ::dup2(nowhere, STDOUT_FILENO);
    const rlimit work{kSecondsOfWork, kSecondsOfWork};
    ::setrlimit(RLIMIT_CPU, &work);
    ::alarm(kSecondsOfWaiting);
#ifdef LAGOON_WITH_TORCH
    return run_program(arguments, &learning());
#else
    return run_program(arguments);
#endif
  });
}

class DamagedDataset : public ProgramTest {
 protected:
  void SetUp() override {
    const Arguments rich = {"--missing",        "10",  "--damping", "2", "--stations", "4",
                            "--fields",         "psi", "--grid",    "8", "--times",    "12",
                            "--max-wavenumber", "1"};
    ASSERT_EQ(run(small("whole.h5", 64, rich)).code, 0);
    bytes_ = read_text(path("whole.h5"));
    file_ = path("damaged.h5").string();
    verbs_ = {{"inspect", file_, "--verify"}};
#ifdef LAGOON_WITH_TORCH
    const Arguments small_model = {"--batch-size", "16", "--whitened-components", "4", "--quiet"};
    const std::string run_folder = path("run").string();
    Arguments train = {"train", path("whole.h5").string(), "--run", run_folder, "--steps", "2"};
    Arguments try_training = {"train", file_, "--run", path("new").string(), "--dry-run"};
    train.insert(train.end(), small_model.begin(), small_model.end());
    try_training.insert(try_training.end(), small_model.begin(), small_model.end());
    ASSERT_EQ(run(train).code, 0);
    verbs_.push_back(try_training);
    verbs_.push_back({"retrieve", run_folder, file_, "--out", path("out").string(), "--dry-run"});
#endif
  }

  /// True if the verb refused the file as it should; expects that it did so or read it.
  bool is_refused(const Arguments& verb, int trial) const {
    const std::string name = verb.front() + " of mutation " + std::to_string(trial);
    const Outcome outcome{run_in_child(verb, path("err")), "", read_text(path("err"))};
    if (outcome.code == 0) return false;
    SCOPED_TRACE(name);
    expect_one_line(outcome, 1, {"damaged.h5"});
    return true;
  }

  std::string bytes_, file_;
  std::vector<Arguments> verbs_;
};

TEST_F(DamagedDataset, is_refused_in_one_line_or_read_by_every_verb) {
  int refused = 0;
  for (int trial = 0; trial < number_of_mutations(); ++trial) {
    write("damaged.h5", lagoon::tests::mutate(bytes_, static_cast<std::uint64_t>(trial)));
    for (const Arguments& verb : verbs_) refused += is_refused(verb, trial) ? 1 : 0;
  }
  EXPECT_GT(refused, number_of_mutations() / 4) << "else the damage is none";
  std::cout << refused << " of " << number_of_mutations() * verbs_.size()
            << " runs refused, the rest read\n";
}

}  // namespace
}  // namespace lagoon::pipelines::tests
