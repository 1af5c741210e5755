#include "datasets/text/calendar.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>

#include "datasets/text/text.hpp"

namespace lagoon::datasets {
namespace {

/// Matlab's day number of 1970-01-01.
constexpr double kMatlabEpochDay = 719529;

constexpr std::array<std::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                      "jul", "aug", "sep", "oct", "nov", "dec"};

/// A text that is read from its beginning.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }

  /// A whole number of `fewest` to `most` digits.
  bool number(std::size_t fewest, std::size_t most, int& value) {
    std::size_t n = 0;
    while (n < std::min(most, rest_.size()) && std::isdigit(static_cast<unsigned char>(rest_[n])))
      ++n;
    if (n < fewest) return false;
    std::from_chars(rest_.data(), rest_.data() + n, value);
    rest_.remove_prefix(n);
    return true;
  }

  /// One character of `choices`.
  bool skip(std::string_view choices) {
    if (rest_.empty() || choices.find(rest_.front()) == std::string_view::npos) return false;
    rest_.remove_prefix(1);
    return true;
  }

  /// The three letters of a month, in English.
  bool month(int& value) {
    const auto found = std::ranges::find(kMonths, lower_case(rest_.substr(0, 3)));
    if (found == kMonths.end()) return false;
    value = static_cast<int>(found - kMonths.begin()) + 1;
    rest_.remove_prefix(3);
    return true;
  }

  /// ".25" or nothing.
  bool fraction(double& value) {
    if (rest_.empty() || rest_.front() != '.') return true;
    const auto [stop, error] =
        std::from_chars(rest_.data(), rest_.data() + rest_.size(), value, std::chars_format::fixed);
    if (error != std::errc{}) return rest_.size() == 1;
    rest_.remove_prefix(static_cast<std::size_t>(stop - rest_.data()));
    return true;
  }

  bool word(std::string_view expected) {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }

 private:
  std::string_view rest_;
};

/// 2023-04-24, 2023/04/24 or 24-Apr-2023, as days since 1970-01-01.
std::optional<double> parse_day(Cursor& text) {
  int first = 0, month = 0, last = 0;
  const Cursor begin = text;
  bool year_first = text.number(4, 4, first) && text.skip("-/") && text.number(1, 2, month) &&
                    text.skip("-/") && text.number(1, 2, last);
  if (!year_first) {
    text = begin;
    if (!(text.number(1, 2, last) && text.skip("- ") && text.month(month) && text.skip("- ") &&
          text.number(4, 4, first)))
      return std::nullopt;
  }
  const std::chrono::year_month_day day{std::chrono::year(first),
                                        std::chrono::month(static_cast<unsigned>(month)),
                                        std::chrono::day(static_cast<unsigned>(last))};
  if (!day.ok()) return std::nullopt;
  return static_cast<double>(std::chrono::sys_days(day).time_since_epoch().count());
}

/// 08:00, 08:00:00 or 08:00:00.5, in seconds.
std::optional<double> parse_clock(Cursor& text) {
  int hour = 0, minute = 0, second = 0;
  double fraction = 0;
  if (!text.number(1, 2, hour) || !text.skip(":") || !text.number(2, 2, minute))
    return std::nullopt;
  if (text.skip(":") && !(text.number(1, 2, second) && text.fraction(fraction)))
    return std::nullopt;
  if (hour > 23 || minute > 59 || second > 60) return std::nullopt;
  return 3600.0 * hour + 60.0 * minute + second + fraction;
}

/// Z, UTC, +02:00, -0330 or nothing: seconds ahead of UTC.
std::optional<double> parse_zone(Cursor& text) {
  text.skip(" ");
  if (text.at_end() || text.word("UTC") || text.skip("Z")) return 0;
  const bool east = text.skip("+");
  if (!east && !text.skip("-")) return std::nullopt;
  int hours = 0, minutes = 0;
  if (!text.number(1, 2, hours)) return std::nullopt;
  text.skip(":");
  text.number(2, 2, minutes);
  const double ahead = 3600.0 * hours + 60.0 * minutes;
  return east ? ahead : -ahead;
}

std::optional<double> parse_date(std::string_view trimmed) {
  Cursor text(trimmed);
  const auto day = parse_day(text);
  if (!day) return std::nullopt;
  double clock = 0;
  if (text.skip("T ") && !text.at_end()) {
    const auto parsed = parse_clock(text);
    if (!parsed) return std::nullopt;
    clock = *parsed;
  }
  const auto zone = parse_zone(text);
  if (!zone || !text.at_end()) return std::nullopt;
  return *day * kSecondsPerDay + clock - *zone;
}

}  // namespace

std::optional<double> parse_time(std::string_view text, NumberedTime numbers) {
  const std::string_view trimmed = trim(text);
  const std::optional<double> number = parse_number(trimmed);
  if (!number) return parse_date(trimmed);
  return numbers == NumberedTime::unix_seconds ? *number
                                               : (*number - kMatlabEpochDay) * kSecondsPerDay;
}

std::string format_time(double seconds) {
  if (!(std::abs(seconds) < 1e11)) return "no date";
  using namespace std::chrono;
  const sys_seconds instant{std::chrono::seconds(static_cast<std::int64_t>(std::floor(seconds)))};
  const sys_days midnight = floor<days>(instant);
  const year_month_day date(midnight);
  const hh_mm_ss clock(instant - midnight);
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text.data();
}

}  // namespace lagoon::datasets
