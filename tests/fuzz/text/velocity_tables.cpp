// Positions and velocities, one table after the other with a zero byte between them:
// datasets/drifters/csv_reader.hpp.
#include "datasets/drifters/csv_reader.hpp"
#include "tests/fuzz/target.hpp"

namespace lagoon::fuzz {

std::vector<std::string> seeds() {
  using namespace std::string_literals;
  return {
      "1.5,-2\n3e1,4\n\0"
      "0.1,0.2\n0.3,0.4\n"s,
      "1;2\0"
      "nan;4"s};
}

void read(const std::string& bytes) {
  const auto end = std::min(bytes.find('\0'), bytes.size());
  datasets::read_velocity_snapshot(
      file_of("positions.csv", bytes.substr(0, end)),
      file_of("velocities.csv", end == bytes.size() ? "" : bytes.substr(end + 1)));
}

}  // namespace lagoon::fuzz
