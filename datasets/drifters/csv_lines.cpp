#include "datasets/drifters/csv_lines.hpp"

#include "datasets/text/text.hpp"
#include "flow/error.hpp"

namespace lagoon::datasets {
namespace {

constexpr std::size_t kLongestLine = 65536;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

char separator_of(std::string_view line) {
  for (const char separator : {';', '\t'})
    if (line.find(separator) != std::string_view::npos) return separator;
  return ',';
}

std::string_view without_quotes(std::string_view cell) {
  const bool quoted = cell.size() > 1 && cell.front() == '"' && cell.back() == '"';
  return quoted ? trim(cell.substr(1, cell.size() - 2)) : cell;
}

// The separator that ends the cell: one outside of quotes.
std::size_t end_of_cell(std::string_view line, char separator) {
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"') quoted = !quoted;
    if (line[i] == separator && !quoted) return i;
  }
  return line.size();
}

}  // namespace

CsvLines::CsvLines(const std::filesystem::path& path)
    : path_(path.string()), stream_(path, std::ios::binary), buffer_(kLongestLine) {
  require(std::filesystem::is_regular_file(path), path_ + ": there is no such file");
  require(stream_.is_open(), path_ + ": cannot be read");
}

bool CsvLines::next() {
  for (;;) {
    stream_.getline(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
    const auto n = static_cast<std::size_t>(stream_.gcount());
    if (n == 0) return false;
    ++line_number_;
    const std::string where = path_ + ": line " + std::to_string(line_number_);
    require(!stream_.fail(), where + " is longer than " + std::to_string(kLongestLine) +
                                 " bytes: is this a table in text?");
    std::string_view line(buffer_.data(), stream_.eof() ? n : n - 1);
    require(line.find('\0') == std::string_view::npos,
            where + " holds a zero byte: is this a table in text?");
    if (line_number_ == 1 && line.starts_with(kByteOrderMark))
      line.remove_prefix(kByteOrderMark.size());
    if (trim(line).empty()) continue;
    split(line);
    return true;
  }
}

void CsvLines::split(std::string_view line) {
  if (separator_ == '\0') separator_ = separator_of(line);
  cells_.clear();
  for (;;) {
    const std::size_t end = end_of_cell(line, separator_);
    cells_.push_back(without_quotes(trim(line.substr(0, end))));
    if (end == line.size()) return;
    line.remove_prefix(end + 1);
  }
}

}  // namespace lagoon::datasets
