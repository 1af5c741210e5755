// Dates and CF's units of time: datasets/text/. The input is units, a line end, and a calendar; or
// a date.
#include "datasets/text/calendar.hpp"
#include "datasets/text/cf_time.hpp"
#include "datasets/text/text.hpp"
#include "tests/fuzz/target.hpp"

namespace lagoon::fuzz {

std::vector<std::string> seeds() {
  return {"days since 1950-01-01\nproleptic_gregorian",
          "seconds since 1582-10-04 24:00:00.5 +02:30\nstandard",
          "msec since 2000-1-1 Z\n",
          "weeks",
          "24-Apr-2023 08:00:00",
          "2023-04-24T08:00:00.5Z",
          "1e9",
          "-1e308"};
}

void read(const std::string& bytes) {
  for (const auto numbers :
       {datasets::NumberedTime::unix_seconds, datasets::NumberedTime::matlab_days})
    if (const auto time = datasets::parse_time(bytes, numbers)) datasets::format_time(*time);
  datasets::parse_number(bytes);
  const auto end = std::min(bytes.find('\n'), bytes.size());
  datasets::parse_time_units(bytes.substr(0, end),
                             end == bytes.size() ? "" : bytes.substr(end + 1));
}

}  // namespace lagoon::fuzz
