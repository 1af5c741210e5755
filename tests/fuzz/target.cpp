// libFuzzer's side of every target. PROGRAM --seeds DIR writes the seeds and ends.
#include "tests/fuzz/target.hpp"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <stdexcept>
#include <string_view>

#include "flow/error.hpp"
#include "tests/fuzz/children.hpp"
#include "tests/support/files.hpp"
#include "tests/support/mutate.hpp"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace lagoon::fuzz {
namespace {

using lagoon::tests::read_text;
using lagoon::tests::write_text;

void write_seeds(const std::filesystem::path& into) {
  int n = 0;
  for (const auto& seed : seeds()) write_text(into / ("seed-" + std::to_string(n++)), seed);
}

}  // namespace

const std::filesystem::path& folder() {
  static const lagoon::tests::TemporaryFolder folder;
  return folder.path();
}

std::filesystem::path file_of(const std::string& name, const std::string& bytes) {
  const auto path = folder() / name;
  write_text(path, bytes);
  return path;
}

std::string bytes_of(const std::function<void(const std::filesystem::path&)>& write) {
  const auto path = folder() / "seed";
  write(path);
  std::string bytes = read_text(path);
  std::filesystem::remove(path);
  return bytes;
}

}  // namespace lagoon::fuzz

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  if (*argc == 3 && std::string_view((*argv)[1]) == "--seeds") {
    lagoon::fuzz::write_seeds((*argv)[2]);
    std::exit(0);
  }
  lagoon::fuzz::watch_children();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    lagoon::fuzz::read(std::string(reinterpret_cast<const char*>(data), size));
  } catch (const lagoon::Error& error) {
    if (std::string_view(error.what()).empty()) std::abort();
  }
  lagoon::fuzz::require_no_fault_in_children();
  return 0;
}

/// libFuzzer's own changes, and every other time the damages of disks and networks.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  if (size == 0 || seed % 2 == 0) return LLVMFuzzerMutate(data, size, max_size);
  const std::string damaged =
      lagoon::tests::mutate(std::string(reinterpret_cast<const char*>(data), size), seed);
  std::copy(damaged.begin(), damaged.end(), data);
  return damaged.size();
}
