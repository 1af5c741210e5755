#include "datasets/text/cf_time.hpp"

#include <gtest/gtest.h>

#include "flow/error.hpp"

namespace lagoon::datasets {
namespace {

double seconds(double number, const std::string& units, const std::string& calendar = "") {
  const auto parsed = parse_time_units(units, calendar).value();
  return parsed.origin + parsed.unit * number;
}

TEST(CfTime, numbers_become_seconds_since_1970) {
  EXPECT_EQ(seconds(0, "seconds since 1970-01-01"), 0);
  EXPECT_EQ(seconds(37255, "days since 1900-1-1"), 1009843200);  // 2002-01-01
  EXPECT_EQ(seconds(1.5, "hours since 1970-01-02T06:30:15"), 86400 + 6 * 3600 + 1815 + 5400);
  EXPECT_EQ(seconds(2, "minutes since 1970-01-01 00:00:00.5"), 120.5);
  EXPECT_EQ(seconds(1, "Weeks Since 1970-01-01 0:0"), 604800);
  EXPECT_EQ(seconds(1000, "msec since 1970-01-01 12"), 43201);
}

TEST(CfTime, zones_are_taken_off) {
  EXPECT_EQ(seconds(0, "s since 1970-01-01 05:30 +05:30"), 0);
  EXPECT_EQ(seconds(0, "s since 1970-01-01 00:00:00 -3"), 10800);
  EXPECT_EQ(seconds(0, "s since 1970-01-01 00:00:00Z"), 0);
  EXPECT_EQ(seconds(0, "s since 1970-01-01 00:00:00 UTC"), 0);
}

TEST(CfTime, the_standard_calendar_is_julian_before_october_1582) {
  // The day after 4 October 1582 was the 15th.
  const double reform = seconds(0, "days since 1582-10-15", "standard");
  EXPECT_EQ(seconds(1, "days since 1582-10-04", "gregorian"), reform);
  EXPECT_EQ(seconds(11, "days since 1582-10-04", "proleptic_gregorian"), reform);
  // Common units of older files: 1 January of year 1, two days off between the calendars.
  EXPECT_EQ(seconds(0, "days since 1-1-1", "standard") + 2 * 86400,
            seconds(0, "days since 1-1-1", "proleptic_gregorian"));
}

TEST(CfTime, units_without_a_date_count_seconds_from_zero) {
  EXPECT_EQ(seconds(2, "days"), 172800);
  EXPECT_FALSE(parse_time_units("", "").has_value());
  EXPECT_FALSE(parse_time_units("m s-1", "").has_value());
  EXPECT_FALSE(parse_time_units("degrees_north", "").has_value());
  EXPECT_FALSE(parse_time_units(std::string(100000, 'a'), "").has_value());
}

TEST(CfTime, refuses_other_calendars_and_dates_that_are_none) {
  EXPECT_THROW(parse_time_units("days since 2000-01-01", "noleap"), Error);
  EXPECT_THROW(parse_time_units("days since 2000-01-01", "360_day"), Error);
  EXPECT_THROW(parse_time_units("days since 2001-02-29", ""), Error);
  EXPECT_THROW(parse_time_units("days since yesterday", ""), Error);
  EXPECT_THROW(parse_time_units("months since 2000-01-01", ""), Error);
}

}  // namespace
}  // namespace lagoon::datasets
