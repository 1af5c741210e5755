#include "pipelines/export/selection.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "flow/error.hpp"
#include "pipelines/support/option_table.hpp"

namespace lagoon::pipelines {
namespace {

[[noreturn]] void refuse_text(const std::string& option, const std::string& text) {
  throw UsageError(option + " " + text +
                   ": must be all, numbers as 0,5,7, or a range as 0:100 or 0:100:10");
}

/// A whole number, or nothing where the text is empty.
std::optional<std::int64_t> number_in(const std::string& option, const std::string& text,
                                      const std::string& word) {
  if (word.empty()) return std::nullopt;
  std::int64_t value = 0;
  const auto [end, failure] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (failure != std::errc() || end != word.data() + word.size()) refuse_text(option, text);
  return value;
}

std::vector<std::string> split_at(const std::string& text, char separator) {
  std::vector<std::string> words(1);
  for (const char c : text) {
    if (c == separator) {
      words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  return words;
}

void require_inside(const std::string& option, const std::string& text, bool inside,
                    std::int64_t n) {
  require(inside, option + " " + text + ": choose from 0 to " + std::to_string(n - 1) +
                      ", which the file holds, and at least one");
}

std::vector<std::int64_t> range_in(const std::string& option, const std::string& text,
                                   std::int64_t n) {
  const auto words = split_at(text, ':');
  if (words.size() > 3) refuse_text(option, text);
  const auto first = number_in(option, text, words[0]).value_or(0);
  const auto end = number_in(option, text, words[1]).value_or(n);
  const auto step = words.size() == 3 ? number_in(option, text, words[2]).value_or(1) : 1;
  if (step < 1) refuse_text(option, text);
  require_inside(option, text, first >= 0 && first < end && end <= n, n);
  std::vector<std::int64_t> positions;
  for (auto i = first; i < end; i += step) positions.push_back(i);
  return positions;
}

std::vector<std::int64_t> list_in(const std::string& option, const std::string& text,
                                  std::int64_t n) {
  std::vector<std::int64_t> positions;
  for (const auto& word : split_at(text, ',')) {
    const auto number = number_in(option, text, word);
    if (!number) refuse_text(option, text);
    positions.push_back(*number);
  }
  std::ranges::sort(positions);
  positions.erase(std::ranges::unique(positions).begin(), positions.end());
  require_inside(option, text, positions.front() >= 0 && positions.back() < n, n);
  return positions;
}

}  // namespace

std::vector<bool> ExportSelection::chosen_times(std::size_t n_times) const {
  std::vector<bool> chosen(n_times);
  for (const std::size_t j : times) chosen[j] = true;
  return chosen;
}

std::vector<std::int64_t> parse_positions(const std::string& option, const std::string& text,
                                          std::int64_t n) {
  if (text == "all") return range_in(option, ":", n);
  if (text.find(':') != std::string::npos) return range_in(option, text, n);
  return list_in(option, text, n);
}

std::vector<std::int64_t> select_flows(const datasets::Reader& reader, const std::string& text) {
  constexpr std::array<const char*, 3> kSplits = {"train", "validation", "test"};
  if (std::ranges::find(kSplits, text) == kSplits.end()) {
    return parse_positions("--flows", text, reader.n_flows());
  }
  auto rows = reader.rows(datasets::split_from_string(text));
  require(!rows.empty(), "--flows " + text + ": the file has no such flows (lagoon inspect tells)");
  return rows;
}

}  // namespace lagoon::pipelines
