// Configuration files: pipelines/support/config_file.hpp.
#include "flow/error.hpp"
#include "pipelines/support/config_file.hpp"
#include "pipelines/support/option_table.hpp"
#include "tests/fuzz/target.hpp"

namespace lagoon::fuzz {

std::vector<std::string> seeds() {
  return {
      "[generate]\nsamples = 500 # a number\nrelease = \"grid\"\nquiet = true\n"
      "mean-velocity = [0.5, -0.25]\n",
      "seed = 7\n[train]\nlearning-rate = 1e-3\n[[retrieve]]\nat = 1979-05-27T07:32:00Z\n",
      "a.b.c = { d = '''x''', e = [[1], [\"\"\"two\"\"\"]] }\n[empty]\n"};
}

void read(const std::string& bytes) {
  try {
    pipelines::read_config(file_of("config.toml", bytes));
  } catch (const pipelines::UsageError& error) {
    throw Error(error.what());  // told as it is, with another exit code
  }
}

}  // namespace lagoon::fuzz
