#pragma once

#include <cstdint>
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

/// Of an option that is "all", names separated by commas, or, where none are allowed, "none": each
/// once, in the order of `all`. Throws Error, naming the option, for another name or for none.
std::vector<std::string> chosen_names(const std::string& option, const std::string& text,
                                      const std::vector<std::string>& all, bool none_allowed);

/// Whole numbers, sorted, each once. Throws Error, naming the option, for others and for none.
std::vector<std::int64_t> whole_sizes(const std::string& option, const std::vector<double>& values);

/// The parts of a text between separators, empty ones among them; no part of an empty text.
std::vector<std::string> split_text(const std::string& text, char separator);

}  // namespace lagoon::pipelines
