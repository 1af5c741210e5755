#pragma once

#include <optional>
#include <string>
#include <string_view>

/// Small words about text that the readers of tables share.
namespace lagoon::datasets {

/// Without white space at either end.
std::string_view trim(std::string_view text);
/// A to Z made small, all else as it is.
std::string lower_case(std::string_view text);

/// The number that the whole text is, "nan" and "inf" among them; nothing if it is none.
std::optional<double> parse_number(std::string_view text);

}  // namespace lagoon::datasets
