// A file of real drifters as lagoon writes it: datasets/drifters/storage/drifter_file.hpp.
#include "datasets/drifters/storage/drifter_file.hpp"

#include "datasets/probe.hpp"
#include "tests/datasets/drifters/made_tracks.hpp"
#include "tests/fuzz/target.hpp"

namespace lagoon::fuzz {

std::vector<std::string> seeds() {
  std::vector<std::string> result;
  for (const bool velocity : {false, true}) {
    const auto content =
        datasets::tests::made_content(datasets::tests::made_tracks({5, 1, 9}, velocity));
    result.push_back(
        bytes_of([&](const auto& path) { datasets::write_drifter_file(path, content, true); }));
  }
  return result;
}

void read(const std::string& bytes) {
  const auto path = file_of("drifters.h5", bytes);
  datasets::probe_file(path, [](const auto& file) {
    if (datasets::is_drifter_file(file)) datasets::read_drifter_file(file);
  });
  if (datasets::is_drifter_file(path)) datasets::read_drifter_file(path);
}

}  // namespace lagoon::fuzz
