#include <string>
#include <vector>

#include "datasets/storage/hdf5.hpp"
#include "pipelines/support/signals.hpp"
#include "pipelines/verbs.hpp"

int main(int argc, char** argv) {
  lagoon::datasets::hdf5::leave_open_files_at_exit();
  lagoon::pipelines::tell_of_interruption();
  lagoon::pipelines::let_writes_beyond_limits_fail();
  return lagoon::pipelines::run_program(std::vector<std::string>(argv + 1, argv + argc));
}
