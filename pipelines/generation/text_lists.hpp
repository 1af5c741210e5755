#pragma once

#include <string>
#include <vector>

namespace lagoon::pipelines {

/// A flag whose text may be a list, and what else it may be ("points \"x,y;x,y;...\" or grid").
struct ListFlag {
  const char* name;
  const char* rule;
};

/// "a,b;c,d" as {a, b, c, d}. Throws UsageError, naming flag, text and rule, for another text.
std::vector<double> parse_pairs(const std::string& text, const ListFlag& flag);

/// The same for whole numbers.
std::vector<int> parse_whole_pairs(const std::string& text, const ListFlag& flag);

/// "a,b,c" as {a, b, c}; UsageError as above.
std::vector<double> parse_numbers(const std::string& text, const ListFlag& flag);

/// The parts of a text between separators, empty ones among them; no part of an empty text.
std::vector<std::string> split_text(const std::string& text, char separator);

}  // namespace lagoon::pipelines
