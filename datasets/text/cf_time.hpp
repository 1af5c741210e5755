#pragma once

#include <optional>
#include <string>
#include <vector>

namespace lagoon::datasets {

/// How numbers of a time coordinate become seconds: origin + unit * number.
struct TimeUnits {
  double unit = 1;    ///< seconds
  double origin = 0;  ///< seconds since 1970-01-01 00:00 UTC; 0 without a date
};

/// Reads CF time units: "UNIT" or "UNIT since YEAR-MONTH-DAY[ HOUR[:MINUTE[:SECOND]]][ ZONE]", UNIT
/// being weeks, days, hours, minutes, seconds or milliseconds in UDUNITS' spellings, ZONE Z, UTC or
/// +HH:MM. `calendar`: standard, gregorian (Julian before 1582-10-15, as CF says; also meant by an
/// empty one) or proleptic_gregorian. Nothing if there is neither a unit of time nor a date; Error
/// for a date that cannot be read and for other calendars.
std::optional<TimeUnits> parse_time_units(const std::string& units, const std::string& calendar);

/// Numbers in such units to seconds; without a unit of time they are left as they are. Throws Error
/// as parse_time_units() does, with `place` before it.
void to_seconds(std::vector<double>& values, const std::string& units, const std::string& calendar,
                const std::string& place);

}  // namespace lagoon::datasets
