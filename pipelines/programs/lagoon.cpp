#include "pipelines/verbs.hpp"

int main(int argc, char** argv) {
  return lagoon::pipelines::run_main(argc, argv);
}
