#include "pipelines/generation/mode_file.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "flow/error.hpp"
#include "pipelines/generation/text_lists.hpp"
#include "pipelines/support/option_value.hpp"

namespace lagoon::pipelines {
namespace {

constexpr std::array<const char*, 5> kColumns = {"k", "l", "prior_std", "omega", "damping"};
constexpr std::size_t kFewestColumns = 3;
constexpr const char* kHeaderRule = "the header must be k,l,prior_std[,omega[,damping]]";

/// The cells of a line without the spaces around them; none for a line that is passed over.
std::vector<std::string> cells_of(std::string line) {
  std::erase_if(line, [](char c) { return c == ' ' || c == '\t' || c == '\r'; });
  return line.starts_with('#') ? std::vector<std::string>{} : split_text(line, ',');
}

std::size_t count_columns(const std::vector<std::string>& header, const std::string& where) {
  const bool known = header.size() >= kFewestColumns && header.size() <= kColumns.size() &&
                     std::equal(header.begin(), header.end(), kColumns.begin());
  require(known, where + kHeaderRule);
  return header.size();
}

/// The modes read so far.
class Table {
 public:
  void add(const std::vector<std::string>& cells, std::size_t n_columns, const std::string& where) {
    require(cells.size() == n_columns, where + std::to_string(cells.size()) + " values for the " +
                                           std::to_string(n_columns) +
                                           " columns of the header: give one each");
    add_wavenumbers(cells, where);
    table_.prior_std.push_back(non_negative(cells, 2, where));
    if (n_columns > 3) table_.omega.push_back(number<double>(cells, 3, where));
    if (n_columns > 4) table_.damping.push_back(non_negative(cells, 4, where));
  }

  const flow::ModeTable& get() const { return table_; }

 private:
  template <class Number>
  static Number number(const std::vector<std::string>& cells, std::size_t column,
                       const std::string& where) {
    Number value{};
    try {
      assign(&value, std::span(&cells[column], 1));
    } catch (const std::invalid_argument& expected) {
      throw Error(where + kColumns[column] + " is '" + cells[column] + "': give " +
                  expected.what());
    }
    return value;
  }

  static double non_negative(const std::vector<std::string>& cells, std::size_t column,
                             const std::string& where) {
    const auto value = number<double>(cells, column, where);
    require(value >= 0, where + kColumns[column] + " is " + cells[column] + ": give 0 or more");
    return value;
  }

  void add_wavenumbers(const std::vector<std::string>& cells, const std::string& where) {
    const int k = number<int>(cells, 0, where), l = number<int>(cells, 1, where);
    const std::string mode = where + "the mode (" + cells[0] + ", " + cells[1] + ") ";
    constexpr int kMost = flow::kLargestWavenumber;
    require(k >= -kMost && k <= kMost && l >= -kMost && l <= kMost,
            mode + "is beyond wavenumber " + std::to_string(kMost) + ": leave it out");
    require(!find_mode(table_.modes, k, l), mode + "is there already: list each mode once");
    table_.modes.k.push_back(k);
    table_.modes.l.push_back(l);
  }

  flow::ModeTable table_;
};

}  // namespace

flow::ModeTable read_mode_file(const std::filesystem::path& path) {
  std::ifstream stream(path);
  require(stream.good() && !std::filesystem::is_directory(path),
          path.string() +
              ": cannot be read (--prior takes power, matern, flat or a CSV file of modes)");
  Table table;
  std::size_t n_columns = 0;
  int n_lines = 0;
  for (std::string line; std::getline(stream, line);) {
    const std::string where = path.string() + ":" + std::to_string(++n_lines) + ": ";
    const auto cells = cells_of(std::move(line));
    if (cells.empty()) continue;
    if (n_columns == 0) {
      n_columns = count_columns(cells, where);
    } else {
      table.add(cells, n_columns, where);
    }
  }
  const std::string end = path.string() + ":" + std::to_string(n_lines) + ": ends ";
  require(n_columns > 0, end + "without a header: " + kHeaderRule);
  require(table.get().modes.size() > 0, end + "after the header: give at least one mode");
  return table.get();
}

}  // namespace lagoon::pipelines
