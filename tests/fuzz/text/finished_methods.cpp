// Finished methods of assimilate: pipelines/assimilation/scores/finished_methods.hpp.
#include "pipelines/assimilation/scores/finished_methods.hpp"

#include "tests/fuzz/target.hpp"

namespace lagoon::fuzz {
namespace {

const nlohmann::json kHow = {{"seed", 1}};

pipelines::MethodResult some_result() {
  pipelines::MethodResult result;
  result.name = "variational";
  result.title = "4D-Var";
  result.scores.psi_by_wavenumber[1] = {0.5, 0.25, 0.75};
  result.forecast.emplace().errors = {{1, 0.5, 2}};
  result.ranks.by_functional = {{{1, 2, 3}, 0.5, 0.75}};
  result.examples = {{Eigen::VectorXd::Ones(2), Eigen::MatrixXd::Identity(2, 2)}};
  return result;
}

}  // namespace

std::vector<std::string> seeds() {
  return {bytes_of([](const auto& path) {
    pipelines::FinishedMethods(path, kHow).add("a", some_result(), {1, 0.5});
  })};
}

void read(const std::string& bytes) {
  const pipelines::FinishedMethods finished(file_of("finished.jsonl", bytes), kHow);
  pipelines::MethodResult result;
  pipelines::ReferenceCosts costs;
  finished.find("a", "variational", result, costs);
}

}  // namespace lagoon::fuzz
