#include "datasets/text/calendar.hpp"

#include <gtest/gtest.h>

namespace lagoon::datasets::tests {
namespace {

constexpr double kNoon = 1682337600;  // 2023-04-24 12:00:00 UTC

double seconds(const std::string& text) {
  return parse_time(text, NumberedTime::unix_seconds).value_or(-1);
}

TEST(Calendar, one_instant_is_the_same_however_it_is_written) {
  for (const std::string text :
       {"24-Apr-2023 12:00:00", "24-APR-2023 12:00", "2023-04-24 12:00:00", "2023-04-24T12:00:00Z",
        "2023-04-24T12:00Z", "2023/4/24 12:00:00.000", "2023-04-24T14:00:00+02:00",
        "2023-04-24T08:30-0330", " 2023-04-24 12:00:00 UTC ", "1682337600", "1.6823376e9"})
    EXPECT_EQ(seconds(text), kNoon) << text;
  EXPECT_EQ(seconds("2023-04-24T12:00:00.25Z"), kNoon + 0.25);
  EXPECT_EQ(seconds("2023-04-24"), kNoon - 43200);
  EXPECT_EQ(parse_time("739000.5", NumberedTime::matlab_days), kNoon);
}

TEST(Calendar, leap_days_and_dates_before_1970_are_counted) {
  EXPECT_EQ(seconds("1970-01-01"), 0);
  EXPECT_EQ(seconds("1969-12-31 23:59:59"), -1);
  EXPECT_EQ(seconds("2000-03-01") - seconds("2000-02-28"), 2 * 86400);
  EXPECT_EQ(seconds("1900-03-01") - seconds("1900-02-28"), 86400);
}

TEST(Calendar, what_is_no_time_is_nothing) {
  for (const std::string text :
       {"", "yesterday", "2023-02-29", "2023-13-01", "24-Foo-2023", "2023-04-24 25:00:00",
        "2023-04-24 12:61", "2023-04-24T12:00:00 CEST", "2023-04-24 12:00:00x", "12:00:00",
        "2023-04-24T12:", "2023-04-24 12:00:00.5e9", "99-Apr-2023 00:00:00", "1e999"})
    EXPECT_FALSE(parse_time(text, NumberedTime::unix_seconds)) << text;
}

TEST(Calendar, times_are_written_as_they_are_read) {
  EXPECT_EQ(format_time(kNoon), "2023-04-24T12:00:00Z");
  EXPECT_EQ(format_time(-1), "1969-12-31T23:59:59Z");
  for (const double time : {0.0, kNoon, 951782400.0, -2.2e9})
    EXPECT_EQ(seconds(format_time(time)), time);
}

}  // namespace
}  // namespace lagoon::datasets::tests
