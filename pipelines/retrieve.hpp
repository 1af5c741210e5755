#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "pipelines/support/configuration.hpp"

namespace lagoon::pipelines {

/// lagoon retrieve RUN DATA.h5 --out DIR: recall both ways, ranks, posterior, pictures.
struct RetrieveOptions {
  std::filesystem::path run;
  std::filesystem::path data;
  std::filesystem::path out;
  std::string checkpoint = "last";  ///< last, best or a step
  std::filesystem::path library;    ///< more candidates; empty: none
  std::string split = "auto";       ///< auto: test if the file has test flows, else all
  std::int64_t queries = 0;         ///< 0: every flow of the split
  int examples = 3;
  std::uint64_t seed = 0;   ///< choice of queries and examples
  bool embeddings = false;  ///< also write them, embeddings.safetensors
  int threads = 0;
  int ranks = 0;  ///< 0: as many as the launcher started
  bool force = false;
};

/// The verb's options, one row each.
void declare_retrieve(OptionTable& table, RetrieveOptions& options);

/// Writes summary.json, index.html and the pictures, and the embeddings if asked to. Throws Error
/// for data or a library of another law than the run's, naming the field.
int run_retrieve(const RetrieveOptions& options, const Invocation& invocation);

}  // namespace lagoon::pipelines
