#include "datasets/storage/samples.hpp"

#include <algorithm>
#include <cmath>

#include "flow/hash.hpp"

namespace lagoon::datasets {

std::vector<SampleVariable> sample_variables(const Contents& contents, const Extent& extent) {
  const std::vector<VariableRow> rows = variables(contents);
  const SampleBlock none;
  std::vector<SampleVariable> result;
  visit_samples(none, [&](const std::string& path, const auto&) {
    const auto row = std::ranges::find(rows, path, &VariableRow::path);
    if (row == rows.end()) return;
    SampleVariable variable{path, row->type, extent.lengths(*row)[0] / extent.n_flows, 1,
                            is_position(*row)};
    for (const std::int64_t length : extent.lengths(*row)) variable.numbers *= length;
    variable.numbers /= extent.n_flows;
    result.push_back(variable);
  });
  return result;
}

const SampleVariable* find_sample(const std::vector<SampleVariable>& variables,
                                  const std::string& path) {
  const auto found = std::ranges::find(variables, path, &SampleVariable::path);
  return found == variables.end() ? nullptr : &*found;
}

std::int64_t flows_in(std::int64_t bytes, const std::vector<SampleVariable>& variables) {
  std::int64_t of_flow = 0;
  for (const SampleVariable& variable : variables) of_flow += variable.bytes();
  return std::max<std::int64_t>(1, bytes / std::max<std::int64_t>(1, of_flow));
}

std::vector<std::uint64_t> checksums_of(std::span<const std::span<const std::byte>> stored,
                                        std::size_t n_flows) {
  std::vector<std::uint64_t> checksums(n_flows, 0);
  for (std::size_t flow = 0; flow < n_flows; ++flow) {
    for (const auto bytes : stored) {
      const std::size_t size = bytes.size() / n_flows;
      checksums[flow] = hash_bytes(bytes.subspan(flow * size, size), checksums[flow]);
    }
  }
  return checksums;
}

std::int64_t find_impossible(std::span<const double> numbers, bool gaps) {
  const auto is_possible = [gaps](double number) {
    return std::isfinite(static_cast<float>(number)) || (gaps && std::isnan(number));
  };
  const auto bad = std::ranges::find_if_not(numbers, is_possible);
  return bad == numbers.end() ? -1 : bad - numbers.begin();
}

std::int64_t find_half_observed(std::span<const double> x, std::span<const double> y) {
  for (std::size_t i = 0; i < x.size(); ++i)
    if (std::isnan(x[i]) != std::isnan(y[i])) return static_cast<std::int64_t>(i);
  return -1;
}

}  // namespace lagoon::datasets
