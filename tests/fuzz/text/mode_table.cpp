// Modes with their prior: pipelines/generation/mode_file.hpp.
#include "pipelines/generation/mode_file.hpp"
#include "tests/fuzz/target.hpp"

namespace lagoon::fuzz {

std::vector<std::string> seeds() {
  return {"k,l,prior_std,omega,damping\n1,0,0.5,31.4,0\n0,1,0.25,-2,5\n",
          "# modes\nk, l, prior_std\n\n-3,2,1e-3\n", "k,l,prior_std,omega\r\n1,1,1,nan\r\n"};
}

void read(const std::string& bytes) {
  pipelines::read_mode_file(file_of("modes.csv", bytes));
}

}  // namespace lagoon::fuzz
