#include "pipelines/generation/text_lists.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <sstream>
#include <stdexcept>

#include "datasets/text/text.hpp"
#include "flow/error.hpp"
#include "pipelines/support/option_table.hpp"

namespace lagoon::pipelines {
namespace {

[[noreturn]] void refuse(const std::string& text, const ListFlag& flag) {
  throw UsageError(std::string(flag.name) + " " + (text.empty() ? "''" : text) + ": must be " +
                   flag.rule);
}

template <class Number>
Number parse_one(const std::string& word, const std::string& text, const ListFlag& flag) {
  Number value{};
  try {
    assign(&value, std::span(&word, 1));
  } catch (const std::invalid_argument&) {
    refuse(text, flag);
  }
  return value;
}

template <class Number>
std::vector<Number> pairs_of(const std::string& text, const ListFlag& flag) {
  std::vector<Number> numbers;
  for (const auto& pair : split_text(text, ';')) {
    const auto words = split_text(pair, ',');
    if (words.size() != 2) refuse(text, flag);
    for (const auto& word : words) numbers.push_back(parse_one<Number>(word, text, flag));
  }
  if (numbers.empty()) refuse(text, flag);
  return numbers;
}

}  // namespace

std::vector<double> parse_pairs(const std::string& text, const ListFlag& flag) {
  return pairs_of<double>(text, flag);
}

std::vector<int> parse_whole_pairs(const std::string& text, const ListFlag& flag) {
  return pairs_of<int>(text, flag);
}

std::vector<double> parse_numbers(const std::string& text, const ListFlag& flag) {
  std::vector<double> numbers;
  for (const auto& word : split_text(text, ',')) {
    numbers.push_back(parse_one<double>(word, text, flag));
  }
  if (numbers.empty()) refuse(text, flag);
  return numbers;
}

std::vector<std::string> chosen_names(const std::string& option, const std::string& text,
                                      const std::vector<std::string>& all, bool none_allowed) {
  if (none_allowed && text == "none") return {};
  if (text == "all") return all;
  const auto names = split_text(text, ',');
  const std::string rule =
      std::string(none_allowed ? "all, none" : "all") + ", or of " + datasets::joined(all);
  require(!names.empty(), option + " is empty (give " + rule + ")");
  for (const auto& name : names) {
    require(std::ranges::find(all, name) != all.end(),
            option + " " + text + ": '" + name + "' is not one of them (give " + rule + ")");
  }
  std::vector<std::string> chosen;
  std::ranges::copy_if(all, std::back_inserter(chosen), [&](const std::string& name) {
    return std::ranges::find(names, name) != names.end();
  });
  return chosen;
}

std::vector<std::int64_t> whole_sizes(const std::string& option,
                                      const std::vector<double>& values) {
  require(!values.empty(), option + ": is empty (give whole numbers)");
  std::vector<std::int64_t> sizes;
  for (const double value : values) {
    require(value == std::floor(value) && value < 1e9,
            option + ": " + std::to_string(value) + " is no size (give whole numbers)");
    sizes.push_back(static_cast<std::int64_t>(value));
  }
  std::ranges::sort(sizes);
  sizes.erase(std::ranges::unique(sizes).begin(), sizes.end());
  return sizes;
}

std::vector<std::string> split_text(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  if (text.ends_with(separator)) parts.emplace_back();
  return parts;
}

}  // namespace lagoon::pipelines
