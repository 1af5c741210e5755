#include <string>
#include <vector>

#include "pipelines/verbs.hpp"

int main(int argc, char** argv) {
  return lagoon::pipelines::run_program(std::vector<std::string>(argv + 1, argv + argc));
}
