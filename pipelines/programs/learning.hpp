#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "flow/assimilation/population.hpp"
#include "pipelines/support/configuration.hpp"

namespace lagoon::pipelines {

struct TrainOptions;
struct RetrieveOptions;
struct GaussianOptions;
struct MnistOptions;
struct BridgeOptions;
struct RunDiagnosisOptions;
struct MethodContext;
struct MethodChoice;
struct PairBudget;
struct SimulatedCase;

/// What only LibTorch can do. It takes .4 s to load, so the program lagoon is linked without it and
/// knows all options; where one of these is needed, it becomes lagoon-learning, the same program
/// with all of them.
struct Learning {
  int (*train)(const TrainOptions&, const Invocation&);
  int (*retrieve)(const RetrieveOptions&, const Invocation&);
  int (*gaussian)(const GaussianOptions&, const Invocation&);
  int (*mnist)(const MnistOptions&, const Invocation&);
  int (*bridge)(const BridgeOptions&, const Invocation&);
  nlohmann::json (*diagnose_run)(const std::filesystem::path& run, const RunDiagnosisOptions&,
                                 int threads, const Invocation&);
  void (*add_contrastive_methods)(const MethodContext&, std::vector<MethodChoice>&);
  flow::LogLikelihoodOf (*learn_log_ratio)(const SimulatedCase&, const PairBudget&,
                                           std::uint64_t seed);
  void (*run_side_by_side)(std::size_t n, int threads,
                           const std::function<void(std::size_t)>& task);
};

/// All of it. In lagoon_learning, which lagoon_pipelines does not link.
const Learning& learning();

/// Whether this program can become lagoon-learning: a build without LibTorch has none.
bool has_learning_program();

/// Becomes `lagoon-learning arguments...`. Throws Error where it is not, in a build without
/// LibTorch.
[[noreturn]] void become_learning_program(const std::vector<std::string>& arguments);

}  // namespace lagoon::pipelines
