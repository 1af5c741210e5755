#include "datasets/text/cf_time.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <regex>
#include <string_view>

#include "datasets/text/calendar.hpp"
#include "datasets/text/text.hpp"
#include "flow/error.hpp"

namespace lagoon::datasets {
namespace {

struct UnitRow {
  double seconds;
  std::array<std::string_view, 6> spellings;
};

constexpr std::array<UnitRow, 6> kUnits = {{{604800, {"week", "weeks"}},
                                            {kSecondsPerDay, {"day", "days", "d"}},
                                            {3600, {"hour", "hours", "hr", "hrs", "h"}},
                                            {60, {"minute", "minutes", "min", "mins"}},
                                            {1, {"second", "seconds", "sec", "secs", "s"}},
                                            {1e-3, {"millisecond", "milliseconds", "msec", "ms"}}}};

/// Texts beyond this length are no units; the regular expression never sees them.
constexpr std::size_t kLongestUnits = 120;

std::optional<double> unit_seconds(const std::string& unit) {
  for (const UnitRow& row : kUnits) {
    const auto& spellings = row.spellings;
    if (std::find(spellings.begin(), spellings.end(), unit) != spellings.end()) return row.seconds;
  }
  return std::nullopt;
}

/// Days from 1970-01-01 to a date of the Julian calendar (Richards, Explanatory Supplement to the
/// Astronomical Almanac, 15.11).
long julian_days(int year, int month, int day) {
  constexpr long kJulianDayOf1970 = 2440588;
  const long a = (14 - month) / 12, y = year + 4800L - a, m = month + 12 * a - 3;
  return day + (153 * m + 2) / 5 + 365 * y + y / 4 - 32083 - kJulianDayOf1970;
}

/// Days from 1970-01-01, or nothing if there is no such date.
std::optional<long> days_of(int year, int month, int day, bool julian_before_1582) {
  using namespace std::chrono;
  const year_month_day date{std::chrono::year(year),
                            std::chrono::month(static_cast<unsigned>(month)),
                            std::chrono::day(static_cast<unsigned>(day))};
  constexpr year_month_day kReform{std::chrono::year(1582), October, std::chrono::day(15)};
  if (julian_before_1582 && date < kReform) {
    // 29 February 1500 was a day of the Julian calendar alone.
    const bool possible = month >= 1 && month <= 12 && day >= 1 && day <= 31;
    return possible ? std::optional(julian_days(year, month, day)) : std::nullopt;
  }
  if (!date.ok()) return std::nullopt;
  return sys_days(date).time_since_epoch().count();
}

/// Seconds that a zone such as +05:30, -3 or 0530 is ahead of UTC; 0 for Z and UTC.
double zone_seconds(const std::string& zone) {
  std::smatch parts;
  static const std::regex pattern("([+-])(\\d{1,2}):?(\\d{2})?");
  if (!std::regex_match(zone, parts, pattern)) return 0;
  const double minutes = parts[3].matched ? std::stod(parts[3]) : 0;
  return (parts[1] == "-" ? -60 : 60) * (60 * std::stod(parts[2]) + minutes);
}

double number_or_zero(const std::ssub_match& match) {
  return match.matched && match.length() > 0 ? std::stod(match) : 0;
}

std::optional<double> origin_of(const std::string& date, bool julian_before_1582) {
  static const std::regex pattern(
      R"((-?\d{1,4})-(\d{1,2})-(\d{1,2}))"
      R"((?:[t ] *(\d{1,2})(?::(\d{1,2})(?::(\d{1,2}(?:\.\d*)?))?)?)? *(z|utc|gmt|[+-][\d:]+)?)");
  std::smatch parts;
  if (!std::regex_match(date, parts, pattern)) return std::nullopt;
  const auto days =
      days_of(std::stoi(parts[1]), std::stoi(parts[2]), std::stoi(parts[3]), julian_before_1582);
  if (!days) return std::nullopt;
  return kSecondsPerDay * static_cast<double>(*days) + 3600 * number_or_zero(parts[4]) +
         60 * number_or_zero(parts[5]) + number_or_zero(parts[6]) - zone_seconds(parts[7]);
}

bool is_julian_before_1582(const std::string& calendar) {
  if (calendar == "proleptic_gregorian") return false;
  require(calendar.empty() || calendar == "standard" || calendar == "gregorian",
          "calendar '" + calendar +
              "' is not supported: convert the file to standard or proleptic_gregorian");
  return true;
}

}  // namespace

std::optional<TimeUnits> parse_time_units(const std::string& units, const std::string& calendar) {
  if (units.size() > kLongestUnits) return std::nullopt;
  static const std::regex pattern(R"( *([a-z]+)(?: +since +(.*?))? *)");
  const std::string text = lower_case(units);
  std::smatch parts;
  if (!std::regex_match(text, parts, pattern)) return std::nullopt;
  const auto seconds = unit_seconds(parts[1]);
  if (!parts[2].matched) return seconds ? std::optional(TimeUnits{*seconds, 0}) : std::nullopt;
  const auto origin = origin_of(parts[2], is_julian_before_1582(lower_case(calendar)));
  if (!seconds || !origin)
    throw Error("time units '" + units +
                "' cannot be read: write days, hours, minutes or seconds since YEAR-MONTH-DAY");
  return TimeUnits{*seconds, *origin};
}

void to_seconds(std::vector<double>& values, const std::string& units, const std::string& calendar,
                const std::string& place) try {
  const auto parsed = parse_time_units(units, calendar);
  if (!parsed) return;
  for (double& value : values) value = parsed->origin + parsed->unit * value;
} catch (const Error& error) {
  throw Error(place + ": " + error.what());
}

}  // namespace lagoon::datasets
