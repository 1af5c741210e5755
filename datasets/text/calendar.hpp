#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lagoon::datasets {

inline constexpr double kSecondsPerDay = 86'400;

/// How a time that is a bare number is meant.
enum class NumberedTime { unix_seconds, matlab_days };

/// Seconds since 1970-01-01 00:00:00 UTC of a date such as `24-Apr-2023 08:00:00`,
/// `2023-04-24 08:00:00`, `2023-04-24T08:00:00.5Z`, `2023-04-24T10:00+02:00` or `2023-04-24`, or of
/// a number. A date without a zone is UTC. Nothing if the text is none of these or no date there
/// is.
std::optional<double> parse_time(std::string_view text, NumberedTime numbers);

/// "2023-04-24T08:00:00Z"; fractions of a second are left out.
std::string format_time(double seconds);

}  // namespace lagoon::datasets
