// Finished fits of a sweep: pipelines/gaussian/process/fit_store.hpp.
#include "pipelines/gaussian/process/fit_store.hpp"

#include "tests/fuzz/target.hpp"

namespace lagoon::fuzz {
namespace {

const nlohmann::json kHow = {{"n_u", 2}, {"n_v", 2}};
const pipelines::FitSetting kSetting{1, 2, 4};

}  // namespace

std::vector<std::string> seeds() {
  return {bytes_of([](const auto& path) {
    pipelines::FitStore(path, kHow)
        .add({kSetting, 7, {0.5, 0.25}, {0.5, 0.25}, 1.5, Eigen::MatrixXd::Identity(2, 2)});
  })};
}

void read(const std::string& bytes) {
  const pipelines::FitStore store(file_of("fits.jsonl", bytes), kHow);
  store.find(kSetting, 7);
}

}  // namespace lagoon::fuzz
