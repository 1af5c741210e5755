// Tensors in a safetensors file: datasets/safetensors.hpp.
#include "datasets/safetensors.hpp"

#include "tests/fuzz/target.hpp"

namespace lagoon::fuzz {

std::vector<std::string> seeds() {
  datasets::SafeTensors some;
  some.tensors["weight"] = {"F32", {2, 3}, std::vector<std::byte>(24)};
  some.tensors["bias"] = {"F64", {3}, std::vector<std::byte>(24)};
  some.tensors["empty"] = {"I64", {0, 4}, {}};
  some.metadata["format"] = "pt";
  const auto written = [](const datasets::SafeTensors& content) {
    return bytes_of([&](const auto& path) { datasets::write_safetensors(path, content); });
  };
  return {written(some), written({})};
}

void read(const std::string& bytes) {
  const auto path = file_of("some.safetensors", bytes);
  const auto content = datasets::read_safetensors(path);
  // What is taken is written and read as the same.
  datasets::write_safetensors(folder() / "again.safetensors", content);
  const auto again = datasets::read_safetensors(folder() / "again.safetensors");
  if (again.tensors != content.tensors || again.metadata != content.metadata) __builtin_trap();
}

}  // namespace lagoon::fuzz
