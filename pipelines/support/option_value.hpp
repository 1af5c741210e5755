#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace lagoon::pipelines {

/// The member of an options struct that an option sets.
using OptionTarget =
    std::variant<bool*, int*, std::int64_t*, std::uint64_t*, double*, std::string*,
                 std::filesystem::path*, std::vector<double>*, std::vector<std::string>*>;

/// Stores the words of a flag or of a file's value; a list of numbers is separated by commas or
/// comes in several words. Throws std::invalid_argument saying what is expected ("a whole number").
void assign(const OptionTarget& target, std::span<const std::string> words);

/// The value as one writes it on a command line.
std::string to_text(const OptionTarget& target);

/// The value as a TOML literal; doubles by the shortest text that reads back to the same bits.
std::string to_toml(const OptionTarget& target);

/// The numbers that a check looks at (none for texts and switches).
std::vector<double> numbers_of(const OptionTarget& target);

/// True for texts and paths, which a TOML file must quote.
bool is_text(const OptionTarget& target);

/// True for lists, which take any number of words.
bool is_list(const OptionTarget& target);

/// What help shows for the value: INT, NUMBER, TEXT, PATH or LIST; empty for switches.
std::string type_name(const OptionTarget& target);

/// The shortest text that reads back to the same double, always with a point or an exponent.
std::string shortest(double value);

}  // namespace lagoon::pipelines
