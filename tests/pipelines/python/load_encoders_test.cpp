// The program's weights in Python's PyTorch: docs/python/load_encoders.py.
#include <cstdlib>
#include <optional>

#include "tests/pipelines/program.hpp"

namespace lagoon::pipelines::tests {
namespace {

/// The first of `pythons` that can import `modules`.
std::optional<std::string> find_python(const std::vector<std::string>& pythons,
                                       const std::string& modules) {
  for (const std::string& python : pythons) {
    const std::string command =
        "env -u LD_PRELOAD " + python + " -c 'import " + modules + "' 2>/dev/null";
    if (std::system(command.c_str()) == 0) return python;
  }
  return {};
}

std::string torch_python() {
  const char* named = std::getenv("LAGOON_PYTHON");
  return named == nullptr ? LAGOON_TORCH_PYTHON : named;
}

class LoadEncodersTest : public ProgramTest {
 protected:
  void expect_done(const Arguments& arguments) const {
    const auto outcome = run(arguments);
    ASSERT_EQ(outcome.code, 0) << arguments[0] << ": " << outcome.err;
  }

  /// Trains NAME for a few steps and writes its embeddings of the whole file.
  void train(const std::string& name, const Arguments& options) {
    Arguments arguments = {"train",
                           path("flows.h5").string(),
                           "--run",
                           path(name).string(),
                           "--steps",
                           "4",
                           "--batch-size",
                           "64",
                           "--warmup-steps",
                           "1",
                           "--embedding-dim",
                           "24",
                           "--mlp-width",
                           "40",
                           "--mlp-depth",
                           "2",
                           "--transformer-width",
                           "32",
                           "--transformer-layers",
                           "2",
                           "--patch",
                           "2",
                           "--whitened-components",
                           "12",
                           "--quiet"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    expect_done(arguments);
    expect_done({"retrieve", path(name).string(), path("flows.h5").string(), "--out",
                 path(name + "_found").string(), "--split", "all", "--queries", "2", "--examples",
                 "0", "--embeddings", "--quiet"});
    runs_ += " " + path(name).string() + " " +
             (path(name + "_found") / "embeddings.safetensors").string();
  }

  int script(const std::string& python, const std::string& arguments) const {
    const std::string command =
        "env -u LD_PRELOAD PYTHONPATH=" LAGOON_SOURCE_DIR
        "/docs/python PYTHONDONTWRITEBYTECODE=1 " +
        python + " " LAGOON_SOURCE_DIR "/tests/pipelines/python/load_encoders_test.py " + arguments;
    return std::system(command.c_str());
  }

  std::string runs_;
};

TEST_F(LoadEncodersTest, every_encoder_and_tilting_embeds_as_the_program_does) {
  const auto torch = find_python({torch_python()}, "torch, numpy");
  if (!torch) GTEST_SKIP() << torch_python() << " cannot import torch: set LAGOON_PYTHON";
  const auto h5py = find_python({*torch, "python3", "/usr/bin/python3"}, "h5py, numpy");
  if (!h5py) GTEST_SKIP() << "no Python here has h5py";
  // Drifters released one after the other, and lost observations: gaps of every kind.
  expect_done(small(
      "flows.h5", 300,
      {"--release", "grid", "--drifters", "4", "--release-interval", "0.01", "--missing", "10"}));
  train("mlp_cosine", {});
  train("mlp_inner_product", {"--tilting", "inner_product", "--lagrangian-features", "increments"});
  train("mlp_quadratic", {"--tilting", "quadratic", "--eulerian-encoder", "linear"});
  train("transformer_cosine",
        {"--lagrangian-encoder", "transformer", "--lagrangian-features", "positions"});
  train("transformer_inner_product",
        {"--lagrangian-encoder", "transformer", "--tilting", "inner_product", "--eulerian-encoder",
         "identity", "--pooling", "mean"});
  train("transformer_quadratic", {"--lagrangian-encoder", "transformer", "--lagrangian-features",
                                  "increments", "--tilting", "quadratic", "--no-causal"});
  ASSERT_EQ(script(*h5py, "arrays " + path("flows.h5").string() + " " + path("flows.npz").string()),
            0);
  EXPECT_EQ(script(*torch, "compare " + path("flows.npz").string() + runs_), 0);
}

}  // namespace
}  // namespace lagoon::pipelines::tests
