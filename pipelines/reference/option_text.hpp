#pragma once

#include <string>
#include <vector>

#include "datasets/text/text.hpp"
#include "pipelines/support/option_table.hpp"

namespace lagoon::pipelines {

using datasets::joined;

/// Options under one heading, in the order of help.
struct OptionSection {
  std::string heading;
  std::vector<const Option*> options;
};

/// The arguments by place.
std::vector<const Option*> arguments_of(const OptionTable& table);

/// All that begins with --.
std::vector<const Option*> flags_of(const OptionTable& table);

/// The same by heading.
std::vector<OptionSection> sections_of(const OptionTable& table);

/// An option's help, rule and conditions; what is refused otherwise is told by its heading.
std::string described(const Option& option);

/// "lagoon VERB ARGUMENT [ARGUMENT] [OPTIONS]".
std::string usage_line(const OptionTable& table);

/// What a shell offers for an option's value.
enum class Offer { nothing, choices, files };
Offer offer_of(const Option& option);

/// True for --name / --no-name.
bool is_switch_pair(const Option& option);

/// True for what takes no value.
bool is_switch(const Option& option);

/// The spellings on a command line: --name, and --no-name of a switch pair.
std::vector<std::string> spellings(const Option& option);

/// `text` with every character of `special` preceded by a backslash.
std::string escaped(const std::string& text, const std::string& special);

/// `text` as one word of a shell, in single quotes.
std::string shell_word(const std::string& text);

}  // namespace lagoon::pipelines
