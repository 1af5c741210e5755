#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "pipelines/assimilation/methods/method.hpp"
#include "pipelines/assimilation/study.hpp"
#include "pipelines/support/configuration.hpp"

namespace lagoon::pipelines {

/// lagoon assimilate [RUN] [DATA.h5] --out DIR: posteriors by the contrastive and the classical
/// methods on the same queries, scored against the truth.
struct AssimilateOptions {
  std::vector<std::string> inputs;  ///< a run folder and a dataset, or either or none
  std::filesystem::path out;        ///< empty: no page
  StudyRequest study;
  std::int64_t twins = 100;    ///< of each setting of a study
  std::string split = "auto";  ///< of DATA: auto: test if the file has test flows, else all
  std::int64_t queries = 100;  ///< 0: the whole split
  int examples = 2;
  MethodRequest methods;
  bool force = false;
};

void declare_assimilate(OptionTable& table, AssimilateOptions& options);

/// Writes summary.json, index.html and the pictures. Throws UsageError for inputs that do not go
/// together, Error for a run or a library of another law than the queries, naming the field.
int run_assimilate(const AssimilateOptions& options, const Invocation& invocation);

}  // namespace lagoon::pipelines
