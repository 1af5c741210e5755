#include "pipelines/import/imported_dataset.hpp"

#include <algorithm>

#include "pipelines/support/run_record.hpp"

namespace lagoon::pipelines {

datasets::Description describe_import(const flow::Law& law, std::size_t n_flows,
                                      const std::string& title, const std::string& source,
                                      const Invocation& invocation) {
  datasets::Description description;
  description.law = law;
  description.n_flows = static_cast<std::int64_t>(n_flows);
  description.storage = datasets::Storage::float64;
  description.fractions = {0, 1};
  description.scheme = "imported";
  description.title = title;
  description.history = history_line(invocation);
  description.source = source;
  description.lagoon_version = lagoon_version();
  description.git_commit = git_commit();
  description.config_toml = invocation.config_toml;
  return description;
}

std::vector<int> truncations_to_score(std::vector<int> wavenumbers, int all) {
  wavenumbers.insert(wavenumbers.end(), {3, 7, 15});
  std::ranges::sort(wavenumbers);
  wavenumbers.erase(std::ranges::unique(wavenumbers).begin(), wavenumbers.end());
  std::erase_if(wavenumbers, [all](int wavenumber) { return wavenumber > all; });
  return wavenumbers;
}

std::string modes_text(int max_wavenumber) {
  const std::string side = std::to_string(2 * max_wavenumber + 1);
  return side + " x " + side;
}

}  // namespace lagoon::pipelines
