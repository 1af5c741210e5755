#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "contrastive/training/checkpoint/checkpoint.hpp"
#include "tests/contrastive/fixture.hpp"
#include "tests/datasets/fixture.hpp"

namespace lagoon::contrastive::tests {

using datasets::tests::TemporaryFolder;

/// Files and runs that several tests look at are made once.
class TrainerFixture : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new TemporaryFolder;
    write_flows(*folder_ / "flows.h5", small_law(), 2000);
  }
  static void TearDownTestSuite() { delete folder_; }
  static datasets::Reader flows() { return datasets::Reader(*folder_ / "flows.h5"); }

  /// Trains in RUN under the scratch folder.
  TrainingSummary run(const std::string& name, const TrainingOptions& options,
                      const ModelOptions& model = small_model(), bool resume = false,
                      std::int64_t stop_after = -1) {
    recorder = Recorder(stop_after);
    const datasets::Reader data = flows();
    return train({&data}, model, options, scratch / name, resume, recorder);
  }

  /// Bytes of every tensor of a run's checkpoint.
  std::map<std::string, std::vector<std::byte>> weights(const std::string& name) {
    std::map<std::string, std::vector<std::byte>> result;
    for (const auto& [key, tensor] : read_checkpoint(scratch / name).tensors.tensors) {
      result[key] = tensor.bytes;
    }
    return result;
  }

  static inline TemporaryFolder* folder_ = nullptr;
  TemporaryFolder scratch;
  Recorder recorder;
};

}  // namespace lagoon::contrastive::tests
