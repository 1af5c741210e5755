// training_benchmark --folder=DIR [--width=N] [--layers=N] [--tokens=N] [--batch=N] [--causal=0|1]
//                    [--mlp=WIDTH] [--precision=fp32|bf16] [--threads=N] [--pool-last=0|1]
//                    [--gradient-cache=0|1] [--activation-checkpointing=0|1] [--device=cpu|cuda]
//
// Training steps of lagoon, turn by turn, for whoever compares them (python_training.py): writes
// the initial weights and four batches of features to DIR/start.safetensors and says "ready". Then
// every line "N" on standard input is answered by a line of JSON after N steps: the clock's and the
// processor's seconds, the losses and lengths of gradients, and the largest memory so far. --mlp:
// an MLP of that width in place of the transformer.
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <string>

#include <nlohmann/json.hpp>
#include <sys/resource.h>

#include "contrastive/encoders/mlp.hpp"
#include "contrastive/encoders/transformer.hpp"
#include "contrastive/objective/model.hpp"
#include "contrastive/threads.hpp"
#include "contrastive/training/step/training_step.hpp"
#include "datasets/safetensors.hpp"
#include "tests/benchmarks/stopwatch.hpp"

namespace lagoon::tests {
namespace {

using namespace contrastive;

constexpr std::int64_t kCoefficients = 96;  // 48 modes, real and imaginary
constexpr std::int64_t kTokenSize = 8;      // patch 4 of one drifter
constexpr std::int64_t kEmbedding = 128;
constexpr std::int64_t kMlpWidth = 512;
constexpr std::int64_t kMlpDepth = 3;
constexpr std::int64_t kHeads = 4;
constexpr std::int64_t kBatches = 4;
constexpr double kLearningRate = 1e-4;

struct Settings {
  std::map<std::string, std::string> given;

  Settings(int argc, char** argv) {
    for (int i = 1; i < argc; ++i) {
      const std::string argument = argv[i];
      const std::size_t equals = argument.find('=');
      if (argument.starts_with("--") && equals != std::string::npos) {
        given[argument.substr(2, equals - 2)] = argument.substr(equals + 1);
      }
    }
  }

  std::string text(const std::string& name, const std::string& otherwise) const {
    const auto found = given.find(name);
    return found == given.end() ? otherwise : found->second;
  }
  std::int64_t number(const std::string& name, std::int64_t otherwise) const {
    return std::atoll(text(name, std::to_string(otherwise)).c_str());
  }
};

TransformerShape shape_of(const Settings& settings) {
  TransformerShape shape;
  shape.n_tokens = settings.number("tokens", 25);
  shape.token_size = kTokenSize;
  shape.width = settings.number("width", 128);
  shape.layers = settings.number("layers", 4);
  shape.heads = kHeads;
  shape.n_out = kEmbedding;
  shape.causal = settings.number("causal", 1) != 0;
  shape.pool_last = settings.number("pool-last", 1) != 0;
  return shape;
}

std::shared_ptr<Encoder> lagrangian_encoder(const Settings& settings, WeightSource& weights) {
  const TransformerShape shape = shape_of(settings);
  const std::int64_t width = settings.number("mlp", 0);
  if (width == 0) return std::make_shared<Transformer>(shape, weights);
  return std::make_shared<Mlp>(shape.n_tokens * kTokenSize, width, kMlpDepth, kEmbedding, weights);
}

Model model_of(const Settings& settings) {
  WeightSource weights(1);
  const std::int64_t width = std::max(settings.number("mlp", 0), kMlpWidth);
  auto u = std::make_shared<Mlp>(kCoefficients, width, kMlpDepth, kEmbedding, weights);
  auto v = lagrangian_encoder(settings, weights);
  auto temperature = std::make_shared<Temperature>(0.07, true, kMinTemperature, kMaxTemperature);
  return {std::move(u), std::move(v), Tilting::cosine, std::move(temperature)};
}

TrainingOptions options_of(const Settings& settings) {
  TrainingOptions options;
  options.precision = settings.text("precision", "fp32");
  options.device = settings.text("device", "cpu");
  options.gradient_cache = settings.number("gradient-cache", 0) != 0;
  options.activation_checkpointing = settings.number("activation-checkpointing", 0) != 0;
  return options;
}

double peak_bytes() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return 1024.0 * static_cast<double>(usage.ru_maxrss);
}

/// A model, its batches and the steps that it has taken.
class Bench {
 public:
  explicit Bench(const Settings& settings)
      : model_(model_of(settings)),
        step_(model_, options_of(settings)),
        rows_(settings.number("batch", 256)) {
    WeightSource features(2);
    u_ = features.normal({kBatches * rows_, kCoefficients}, 1);
    v_ = features.normal({kBatches * rows_, settings.number("tokens", 25) * kTokenSize}, 1);
  }

  void write(const std::string& folder) const {
    datasets::SafeTensors file;
    NamedTensors state = model_.state();
    for (auto& [name, tensor] : state) tensor = tensor.detach().cpu();
    put_tensors(file, "model", state);
    put_tensors(file, "features", {{"u", u_}, {"v", v_}});
    datasets::write_safetensors(folder + "/start.safetensors", file);
  }

  nlohmann::json take(std::int64_t n) {
    std::vector<StepRecord> records;
    const auto begin = std::chrono::steady_clock::now();
    const double begin_processor = processor_seconds();
    for (std::int64_t i = 0; i < n; ++i) {
      const std::int64_t first = steps_ % kBatches * rows_;
      const PairBatch batch = {u_.narrow(0, first, rows_), v_.narrow(0, first, rows_)};
      records.push_back(step_.take(steps_++, kLearningRate, batch, {}, stopwatch_));
    }
    if (!records.empty()) records.back().gradient_norm.item<double>();  // done on a device too
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
    nlohmann::json result = {{"wall", wall.count()},
                             {"processor", processor_seconds() - begin_processor},
                             {"seconds", stopwatch_.all()}};
    for (const StepRecord& record : records) {
      result["losses"].push_back(record.loss.item<double>());
      result["gradient_norms"].push_back(record.gradient_norm.item<double>());
    }
    result["peak_bytes"] = peak_bytes();
    return result;
  }

 private:
  Model model_;
  TrainingStep step_;
  std::int64_t rows_;
  torch::Tensor u_, v_;
  Stopwatch stopwatch_;
  std::int64_t steps_ = 0;
};

int run_all(const Settings& settings) {
  set_threads(static_cast<int>(settings.number("threads", 2)));
  Bench bench(settings);
  bench.write(settings.text("folder", "."));
  std::cout << "ready" << std::endl;
  for (std::int64_t n = 0; std::cin >> n;) std::cout << bench.take(n).dump() << std::endl;
  return 0;
}

}  // namespace
}  // namespace lagoon::tests

int main(int argc, char** argv) {
  return lagoon::tests::run_all(lagoon::tests::Settings(argc, argv));
}
