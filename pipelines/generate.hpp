#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "datasets/split.hpp"
#include "pipelines/generation/eulerian_table.hpp"
#include "pipelines/generation/law_table.hpp"
#include "pipelines/generation/scheme_choice.hpp"
#include "pipelines/support/configuration.hpp"

namespace lagoon::pipelines {

/// lagoon generate OUT.h5: prior -> flows -> trajectories -> dataset. Defaults are preset quick.
struct GenerateOptions {
  std::filesystem::path out;
  LawRequest law;
  EulerianRequest eulerian;
  SchemeRequest scheme;
  std::int64_t samples = 150000;
  std::uint64_t seed = 0;
  datasets::SplitFractions fractions{.validation = 0.03, .test = 0.03};
  std::string storage = "float32";
  std::string shard;  ///< "", "I/N", "auto" or "merge": see choose_shard()
  bool resume = false;
  bool force = false;
  int threads = 0;
};

/// The verb's options, one row each.
void declare_generate(OptionTable& table, GenerateOptions& options);

/// Returns 0, or 75 if a signal stopped it with blocks saved.
int run_generate(const GenerateOptions& options, const Invocation& invocation);

}  // namespace lagoon::pipelines
