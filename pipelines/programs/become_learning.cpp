#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <unistd.h>

#include "flow/error.hpp"
#include "pipelines/programs/learning.hpp"

namespace lagoon::pipelines {
namespace {

namespace fs = std::filesystem;

constexpr const char* kName = "lagoon-learning";

/// Where it may be: beside this program, as in a build tree, or in libexec where it is installed.
std::array<fs::path, 2> places() {
  const fs::path folder = fs::read_symlink("/proc/self/exe").parent_path();
  return {folder / kName, (folder / LAGOON_LEARNING_FOLDER / kName).lexically_normal()};
}

}  // namespace

bool has_learning_program() {
  return std::ranges::any_of(places(), [](const fs::path& place) { return fs::exists(place); });
}

void become_learning_program(const std::vector<std::string>& arguments) {
  const auto candidates = places();
  const auto program =
      std::ranges::find_if(candidates, [](const fs::path& place) { return fs::exists(place); });
  require(program != candidates.end(),
          "this needs LibTorch, and " + std::string(kName) + ", which has it, is neither in " +
              candidates[0].parent_path().string() + " nor in " +
              candidates[1].parent_path().string() + " (build with -DLAGOON_WITH_TORCH=ON)");
  std::vector<std::string> words = arguments;
  words.insert(words.begin(), "lagoon");
  std::vector<char*> pointers;
  for (auto& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  execv(program->c_str(), pointers.data());
  throw Error(program->string() + ": cannot be run, " + std::strerror(errno) +
              " (install lagoon again)");
}

}  // namespace lagoon::pipelines
