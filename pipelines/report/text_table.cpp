#include "pipelines/report/text_table.hpp"

#include <algorithm>

namespace lagoon::pipelines {
namespace {

using TextRow = std::vector<std::string>;

/// Characters: of UTF-8 all bytes but those that go on with one.
std::size_t width_of(const std::string& text) {
  constexpr unsigned kKindOfByte = 0xC0, kGoesOn = 0x80;
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (c & kKindOfByte) != kGoesOn; }));
}

void add_line(std::string& text, const TextRow& row, const std::vector<std::size_t>& widths) {
  for (std::size_t i = 0; i < row.size(); ++i) {
    const std::string space(widths[i] - width_of(row[i]), ' ');
    text += i == 0 ? row[i] + space : "  " + space + row[i];
  }
  text += "\n";
}

}  // namespace

std::string lines_of(const TextRow& header, const std::vector<TextRow>& rows) {
  std::vector<std::size_t> widths(header.size());
  const auto widen = [&](const TextRow& row) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  };
  widen(header);
  for (const auto& row : rows) widen(row);
  std::string text;
  add_line(text, header, widths);
  for (const auto& row : rows) add_line(text, row, widths);
  return text;
}

}  // namespace lagoon::pipelines
