// Finished pieces of a study: pipelines/bridge/result_store.hpp.
#include "pipelines/bridge/result_store.hpp"

#include "tests/fuzz/target.hpp"

namespace lagoon::fuzz {
namespace {

const nlohmann::json kHow = {{"seed", 1}};

}  // namespace

std::vector<std::string> seeds() {
  return {bytes_of([](const auto& path) {
    pipelines::ResultStore store(path, kHow);
    store.add("a", {{"recall", 0.5}});
    store.add("b", nullptr);
  })};
}

void read(const std::string& bytes) {
  pipelines::ResultStore store(file_of("results.jsonl", bytes), kHow);
  // What is added is found again, whatever stood there before.
  store.add("new", 2.5);
  const pipelines::ResultStore again(folder() / "results.jsonl", kHow);
  if (again.find("new") == nullptr || *again.find("new") != 2.5) __builtin_trap();
}

}  // namespace lagoon::fuzz
