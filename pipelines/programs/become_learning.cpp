#include <cerrno>
#include <cstring>

#include <unistd.h>

#include "flow/error.hpp"
#include "pipelines/programs/learning.hpp"

namespace lagoon::pipelines {
namespace {

namespace fs = std::filesystem;

constexpr const char* kName = "lagoon-learning";

/// Beside this program in a build tree, in libexec where it is installed.
fs::path learning_program() {
  const fs::path folder = fs::read_symlink("/proc/self/exe").parent_path();
  const fs::path installed = (folder / LAGOON_LEARNING_FOLDER).lexically_normal();
  for (const fs::path& place : {folder / kName, installed / kName}) {
    if (fs::exists(place)) return place;
  }
  throw Error("this needs LibTorch, and " + std::string(kName) + ", which has it, is neither in " +
              folder.string() + " nor in " + installed.string() +
              " (build with -DLAGOON_WITH_TORCH=ON)");
}

}  // namespace

void become_learning_program(const std::vector<std::string>& arguments) {
  const fs::path program = learning_program();
  std::vector<std::string> words = arguments;
  words.insert(words.begin(), "lagoon");
  std::vector<char*> pointers;
  for (auto& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  execv(program.c_str(), pointers.data());
  throw Error(program.string() + ": cannot be run, " + std::strerror(errno) +
              " (install lagoon again)");
}

}  // namespace lagoon::pipelines
