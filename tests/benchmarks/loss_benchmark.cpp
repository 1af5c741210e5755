// How fast is the streaming loss, beside LibTorch's operations on the whole matrix?
//
//   loss_benchmark [--rows=4096] [--dims=D] [--threads=N] [--seconds=S] [--json=FILE]
//                  [--device=cpu|cuda] [--alone]
//
// The two-sided conditional loss of unit embeddings at temperature 0.07 and its gradients, for 128
// and 256 dims unless --dims names one. First both must give the value and the gradients that plain
// operations give in double precision, to 1e-4. Then they take turns for S seconds (default 20) of
// processor time:
//   streaming    kernels of our own on N threads (default: all cores)
//   plain, 1     LibTorch and its BLAS on one thread, as lagoon sets them
//   plain, N     LibTorch and its BLAS on N threads, as they come
// Ratios are of one turn's times, and the median of all turns counts: by the clock on the wall, and
// by processor time, which a busy machine disturbs less. Aim: 2 against the faster plain one.
// --alone: after the proof on 4,096 rows, the streaming loss by itself, for sizes whose matrix fits
// nowhere.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include <ATen/Parallel.h>
#include <dlfcn.h>
#include <nlohmann/json.hpp>
#include <torch/csrc/autograd/autograd.h>
#include <torch/types.h>

#include "contrastive/objective/loss.hpp"
#include "contrastive/objective/streaming/streaming.hpp"
#include "contrastive/threads.hpp"
#include "flow/integration/parallel.hpp"
#include "tests/benchmarks/stopwatch.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::tests {
namespace {

using contrastive::Factors;
using contrastive::LogMeanExps;

struct Settings {
  std::int64_t rows = 4096;
  std::int64_t dims = 0;
  int threads = flow::resolve_threads(0);
  double seconds = 20;
  std::string device = "cpu";
  bool alone = false;
  std::string json;
};

Factors make_factors(const Settings& settings, std::int64_t rows, std::int64_t dims) {
  constexpr double kTemperature = 0.07;
  const auto unit = [&] {
    return contrastive::unit_rows(at::randn({rows, dims}, at::kFloat))
        .to(at::Device(settings.device));
  };
  return {unit() / kTemperature, unit()};
}

struct Result {
  torch::Tensor value, gradient_u, gradient_v;
};

/// The loss (1, 1) with the normalisers of normalize(factors), and its gradients.
template <class Normalize>
Result loss_and_gradients(const Factors& factors, Normalize&& normalize) {
  const torch::Tensor u = factors.u.detach().requires_grad_();
  const torch::Tensor v = factors.v.detach().requires_grad_();
  const torch::Tensor of_pairs = (u * v).sum(1);
  const torch::Tensor value = contrastive::conditional_loss(of_pairs, normalize(u, v), {}, 1, 1);
  const auto gradients = torch::autograd::grad({value}, {u, v});
  return {value.detach(), gradients[0], gradients[1]};
}

Result streaming(const Factors& factors) {
  return loss_and_gradients(factors, [](const torch::Tensor& u, const torch::Tensor& v) {
    return contrastive::streaming_log_mean_exps({u, v}, {});
  });
}

Result plain(const Factors& factors) {
  return loss_and_gradients(factors, [](const torch::Tensor& u, const torch::Tensor& v) {
    return contrastive::log_mean_exps(at::mm(u, v.t()), {});
  });
}

double relative_error(const torch::Tensor& a, const torch::Tensor& exact) {
  return ((a - exact).abs().max() / exact.abs().max()).item<double>();
}

bool is_close(const char* name, const Result& result, const Result& exact) {
  const double of_value = relative_error(result.value, exact.value);
  const double of_gradients = std::max(relative_error(result.gradient_u, exact.gradient_u),
                                       relative_error(result.gradient_v, exact.gradient_v));
  std::printf("  %-10s value off by %.1e, gradients by %.1e of the largest (allowed %.0e)\n", name,
              of_value, of_gradients, kStreamingHard);
  return std::max(of_value, of_gradients) < kStreamingHard;
}

bool prove_equality(const Factors& factors) {
  std::printf("against double precision, %lld pairs, %lld dims\n",
              static_cast<long long>(factors.u.size(0)), static_cast<long long>(factors.u.size(1)));
  const Result exact = plain({factors.u.to(at::kDouble), factors.v.to(at::kDouble)});
  return static_cast<int>(is_close("streaming", streaming(factors), exact)) +
             static_cast<int>(is_close("plain", plain(factors), exact)) ==
         2;
}

/// LibTorch's own threads and its BLAS's, where that has others.
void set_torch_threads(int threads) {
  at::set_num_threads(threads);
  using Setter = void (*)(int);
  if (auto* set_blas =
          reinterpret_cast<Setter>(::dlsym(RTLD_DEFAULT, "openblas_set_num_threads"))) {
    set_blas(threads);
  }
}

struct Times {
  double wall = 0;
  double processor = 0;
};

template <class Run>
Times time_of(Run&& run) {
  const auto begin = std::chrono::steady_clock::now();
  const double begin_processor = processor_seconds();
  run();
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
  return {wall.count(), processor_seconds() - begin_processor};
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// The times of one contestant, and how much longer than the streaming loss it took in each turn.
struct Contestant {
  std::string name;
  std::vector<double> wall = {}, processor = {}, wall_ratio = {}, processor_ratio = {};

  void add(const Times& times, const Times& of_streaming) {
    wall.push_back(times.wall);
    processor.push_back(times.processor);
    wall_ratio.push_back(times.wall / of_streaming.wall);
    processor_ratio.push_back(times.processor / of_streaming.processor);
  }

  void print() const {
    std::printf("  %-12s wall %.3f s (best %.3f), processor %.3f s (best %.3f): ratio %.2f, %.2f\n",
                name.c_str(), median(wall), *std::min_element(wall.begin(), wall.end()),
                median(processor), *std::min_element(processor.begin(), processor.end()),
                median(wall_ratio), median(processor_ratio));
  }
};

void take_turns(const Settings& settings, const Factors& factors, nlohmann::json& results) {
  const std::string many = std::to_string(settings.threads);
  Contestant ours{.name = "streaming"}, single{.name = "plain, 1"}, all{.name = "plain, " + many};
  const double end = processor_seconds() + settings.seconds;
  for (int turn = 0; turn < 3 || processor_seconds() < end; ++turn) {
    contrastive::set_threads(settings.threads);
    const Times of_streaming = time_of([&] { streaming(factors); });
    ours.add(of_streaming, of_streaming);
    single.add(time_of([&] { plain(factors); }), of_streaming);
    set_torch_threads(settings.threads);
    all.add(time_of([&] { plain(factors); }), of_streaming);
  }
  contrastive::set_threads(settings.threads);
  for (const Contestant* one : {&ours, &single, &all}) one->print();
  const double wall = std::min(median(single.wall_ratio), median(all.wall_ratio));
  const double processor = std::min(median(single.processor_ratio), median(all.processor_ratio));
  std::printf("  against the faster: %.2f by the wall, %.2f by processor time (aim 2), %zu turns\n",
              wall, processor, ours.wall.size());
  results["dims " + std::to_string(factors.u.size(1))] = {
      {"wall_ratio", wall},
      {"processor_ratio", processor},
      {"streaming_seconds", median(ours.wall)},
      {"streaming_processor_seconds", median(ours.processor)},
      {"plain_1_processor_seconds", median(single.processor)},
      {"plain_all_processor_seconds", median(all.processor)}};
}

/// A call that has come to its end on the device too.
void run_alone(const Settings& settings, const Factors& factors, nlohmann::json& results) {
  const auto call = [&] { return streaming(factors).value.item<double>(); };
  call();
  const Times times = time_of(call);
  std::printf("  streaming alone, %lld pairs, %lld dims: %.3f s\n",
              static_cast<long long>(settings.rows), static_cast<long long>(factors.u.size(1)),
              times.wall);
  results["dims " + std::to_string(factors.u.size(1))] = {{"streaming_seconds", times.wall}};
}

Settings parse(int argc, char** argv) {
  Settings settings;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    const std::string value = argument.substr(std::min(argument.size(), argument.find('=') + 1));
    if (argument.starts_with("--rows=")) settings.rows = std::atoll(value.c_str());
    if (argument.starts_with("--dims=")) settings.dims = std::atoll(value.c_str());
    if (argument.starts_with("--threads=")) settings.threads = std::atoi(value.c_str());
    if (argument.starts_with("--seconds=")) settings.seconds = std::atof(value.c_str());
    if (argument.starts_with("--json=")) settings.json = value;
    if (argument.starts_with("--device=")) settings.device = value;
    if (argument == "--alone") settings.alone = true;
  }
  return settings;
}

int run_all(const Settings& settings) {
  contrastive::set_threads(settings.threads);
  nlohmann::json results = {{"rows", settings.rows}, {"threads", settings.threads}};
  std::vector<std::int64_t> all_dims = {128, 256};
  if (settings.dims > 0) all_dims = {settings.dims};
  for (const std::int64_t dims : all_dims) {
    constexpr std::int64_t kProof = 4096;
    const Factors factors = make_factors(settings, settings.rows, dims);
    if (!prove_equality(settings.alone ? make_factors(settings, kProof, dims) : factors)) return 1;
    (settings.alone ? run_alone : take_turns)(settings, factors, results);
  }
  if (!settings.json.empty()) std::ofstream(settings.json) << results.dump(1) << '\n';
  return 0;
}

}  // namespace
}  // namespace lagoon::tests

int main(int argc, char** argv) {
  return lagoon::tests::run_all(lagoon::tests::parse(argc, argv));
}
