#include "pipelines/generation/text_lists.hpp"

#include <sstream>
#include <stdexcept>

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

std::vector<std::string> split_text(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  if (text.ends_with(separator)) parts.emplace_back();
  return parts;
}

}  // namespace lagoon::pipelines
