#include "datasets/quasi_geostrophic.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <string>

#include "datasets/storage/hdf5.hpp"
#include "flow/error.hpp"

namespace lagoon::datasets {
namespace {

constexpr auto kLengthScale = "/vortex/L";
constexpr auto kSnapshotDay = "/vortex/snapshot/num";
constexpr auto kVorticity = "/vortex/snapshot/q";
constexpr auto kDays = "/vortex/drifters/num";
constexpr auto kX = "/vortex/drifters/x";
constexpr auto kY = "/vortex/drifters/y";

// More than any such run; the file is compressed, so its length bounds nothing.
constexpr std::int64_t kMostValues = 100'000'000;

class RunFile {
 public:
  explicit RunFile(const std::filesystem::path& path)
      : path_(path.string()), file_(hdf5::File::open(path, hdf5::File::Access::read)) {}

  // MATLAB's arrays have two axes at least; the order of axes is the reverse of MATLAB's.
  std::vector<std::int64_t> shape(const std::string& object) const {
    std::vector<std::int64_t> lengths = file_.info(object).lengths;
    check(lengths.size() == 2 && lengths[0] > 0 && lengths[1] > 0 &&
              lengths[1] <= kMostValues / lengths[0],
          object, "is not a table of two axes of a sensible size");
    return lengths;
  }

  std::vector<double> values(const std::string& object) const {
    const std::vector<std::int64_t> lengths = shape(object);
    std::vector<double> result(static_cast<std::size_t>(lengths[0] * lengths[1]));
    file_.read(object, 0, lengths[0], result.data());
    check(std::ranges::all_of(result, [](double value) { return std::isfinite(value); }), object,
          "holds values that are not finite");
    return result;
  }

  double number(const std::string& object) const {
    const std::vector<double> all = values(object);
    check(all.size() == 1, object, "is not one number");
    return all[0];
  }

  void check(bool condition, const std::string& object, const std::string& what) const {
    if (!condition) throw Error(path_ + ": " + object + " " + what);
  }

 private:
  std::string path_;
  hdf5::File file_;
};

void check_times(const RunFile& file, const QuasiGeostrophicRun& run) {
  const std::size_t n = run.days.size();
  file.check(n >= 3, kDays, "needs three times or more");
  const double step = (run.days[n - 1] - run.days[0]) / static_cast<double>(n - 1);
  bool even = step > 0;
  for (std::size_t i = 1; i < n; ++i) {
    even = even && std::abs(run.days[i] - run.days[i - 1] - step) < 1e-6 * step;
  }
  file.check(even, kDays, "is not evenly spaced");
  file.check(run.days.front() <= run.snapshot_day && run.snapshot_day <= run.days.back(),
             kSnapshotDay, "lies outside the drifters' times");
}

void check_shape(const RunFile& file, const std::string& object, std::int64_t first,
                 std::int64_t second) {
  file.check(file.shape(object) == std::vector<std::int64_t>{first, second}, object,
             "is not " + std::to_string(first) + " x " + std::to_string(second));
}

// Positions (drifter, time) folded into one box: each step becomes its shortest image.
void unwrap(std::vector<double>& positions, std::size_t n_times, double box) {
  for (std::size_t at = 0; at < positions.size(); ++at) {
    if (at % n_times == 0) continue;
    positions[at] -= box * std::round((positions[at] - positions[at - 1]) / box);
  }
}

}  // namespace

double QuasiGeostrophicRun::box() const {
  return 2 * std::numbers::pi * length_scale;
}

bool is_quasi_geostrophic(const std::filesystem::path& path) {
  try {
    const RunFile file(path);
    for (const char* object : {kLengthScale, kSnapshotDay, kVorticity, kDays, kX, kY}) {
      file.shape(object);
    }
    return true;
  } catch (const Error&) {
    return false;
  }
}

QuasiGeostrophicRun read_quasi_geostrophic(const std::filesystem::path& path) {
  const RunFile file(path);
  QuasiGeostrophicRun run;
  run.length_scale = file.number(kLengthScale);
  file.check(run.length_scale > 0, kLengthScale, "is not positive");
  run.snapshot_day = file.number(kSnapshotDay);
  run.days = file.values(kDays);
  check_times(file, run);

  const std::int64_t n_grid = file.shape(kVorticity)[0];
  check_shape(file, kVorticity, n_grid, n_grid);
  file.check(n_grid >= 4 && n_grid % 2 == 0, kVorticity, "has no even number of grid lines");
  run.n_grid = static_cast<int>(n_grid);
  run.q = file.values(kVorticity);

  const std::int64_t n_drifters = file.shape(kX)[0];
  const auto n_times = static_cast<std::int64_t>(run.n_times());
  check_shape(file, kX, n_drifters, n_times);
  check_shape(file, kY, n_drifters, n_times);
  run.n_drifters = static_cast<std::size_t>(n_drifters);
  run.x = file.values(kX);
  run.y = file.values(kY);
  unwrap(run.x, run.n_times(), run.box());
  unwrap(run.y, run.n_times(), run.box());
  return run;
}

}  // namespace lagoon::datasets
