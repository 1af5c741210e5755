#pragma once

#include <optional>
#include <string>
#include <string_view>

/// Small words about text that the readers of tables share.
namespace lagoon::datasets {

std::string_view trim(std::string_view text);
std::string lower_case(std::string_view text);

/// The number that the whole text is, "nan" and "inf" among them; nothing if it is none.
std::optional<double> parse_number(std::string_view text);

}  // namespace lagoon::datasets
