#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "pipelines/assimilation/methods/method.hpp"
#include "pipelines/assimilation/observed/held_out_study.hpp"
#include "pipelines/assimilation/study.hpp"
#include "pipelines/support/option_table.hpp"

namespace lagoon::pipelines {

/// lagoon assimilate [RUN] [DATA.h5] --out DIR: posteriors by the contrastive and the classical
/// methods on the same queries, scored against the truth.
struct AssimilateOptions {
  std::vector<std::string> inputs;  ///< a run folder and a dataset, or either or none
  std::filesystem::path out;        ///< empty: no page
  StudyRequest study;
  ObservedRequest observed;
  std::int64_t twins = 100;         ///< of each setting of a study
  std::int64_t coarse_twins = 100;  ///< of the study exact, seen more coarsely; 0: none
  std::string split = "auto";       ///< of DATA: auto: test if the file has test flows, else all
  std::int64_t queries = 100;       ///< 0: the whole split
  int examples = 2;
  MethodRequest methods;
  bool force = false;
  bool resume = false;  ///< finished methods of a stopped run are taken from OUT/checkpoint
};

/// The verb's options, one row each.
void declare_assimilate(OptionTable& table, AssimilateOptions& options);

/// Whether encoders are asked for: a run of them is among the inputs, or they are to be trained.
bool needs_encoders(const AssimilateOptions& options);

}  // namespace lagoon::pipelines
