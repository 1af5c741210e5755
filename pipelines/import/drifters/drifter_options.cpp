#include "pipelines/import/drifters/drifter_options.hpp"

#include <algorithm>
#include <optional>

#include "datasets/text/calendar.hpp"
#include "flow/error.hpp"

namespace lagoon::pipelines {
namespace {

constexpr double kSecondsPerHour = 3600;

void declare_reading(OptionGroup group, DrifterImportOptions& o) {
  group.add("columns", &o.columns, anything(),
            "ROLE=NAME of columns without a usual name; roles id, time, longitude, latitude, x, y, "
            "velocity_x, velocity_y");
  group.add("numbered-time", &o.numbered_time, one_of({"unix-seconds", "matlab-days"}),
            "what a time that is a bare number means");
  group.add("velocities", &o.velocities, anything(),
            "table of velocities (m/s, two columns, no header) at the positions (km) of FIELD");
}

void declare_cleaning(OptionGroup group, DrifterImportOptions& o) {
  group.add("period", &o.period, anything(), "START,END to keep; either may be left out");
  group.add("max-speed", &o.max_speed, non_negative(), "m/s, beyond which a fix is wrong; 0: any");
  group.add("max-gap", &o.max_gap_hours, non_negative(),
            "hours without a fix at which a track is cut; 0: any");
  group.add("stationary-hours", &o.stationary_hours, non_negative(),
            "rest that is no drifting: not deployed yet, or stranded; 0: kept");
  group
      .add("stationary-metres", &o.stationary_metres, positive(),
           "what a drifter at rest may seem to move")
      .only_if([&o] { return o.stationary_hours > 0; }, "--stationary-hours");
  group.add("min-records", &o.min_records, at_least(1), "fewest fixes of a track, or piece of one");
}

void declare_result(OptionGroup group, DrifterImportOptions& o) {
  group.add("box-km", &o.box_km, non_negative(),
            "side of the box that is the unit of length; 0: the tracks fill 4/5 of it");
  group.add("regular", &o.regular_seconds, non_negative(),
            "seconds between common times to which tracks are interpolated; 0: as measured");
  group
      .add("common-times", &o.common_times, non_negative(),
           "number of common times from the first fix to the last; 0: as measured")
      .refused_unless([&o] { return o.regular_seconds == 0; }, "--regular sets them already");
  group
      .add("layout", &o.layout, one_of({"ragged", "orthogonal"}),
           "tracks one after another, or a table (trajectory, time)")
      .refused_unless(
          [&o] { return o.layout == "ragged" || o.regular_seconds > 0 || o.common_times > 0; },
          "orthogonal needs --regular or --common-times");
}

std::optional<double> read_end(const std::string& text, const std::string& period) {
  if (text.empty()) return std::nullopt;
  const auto time = datasets::parse_time(text, datasets::NumberedTime::unix_seconds);
  require(time.has_value(), "--period " + period + ": " + text +
                                " is no time (write START,END as 2023-04-24T08:00,2023-05-06)");
  return time;
}

}  // namespace

void declare_drifter_import(OptionTable& table, DrifterImportOptions& options,
                            const std::function<bool()>& asked) {
  const auto group = [&](const std::string& heading) {
    return OptionGroup(table, [heading, asked](Option& option) {
      option.in_group(heading).only_if(asked, "--format drifters");
    });
  };
  declare_reading(group("Real drifters: reading"), options);
  declare_cleaning(group("Real drifters: what is kept"), options);
  declare_result(group("Real drifters: result"), options);
}

datasets::CsvRequest csv_request(const DrifterImportOptions& options) {
  datasets::CsvRequest request;
  for (const std::string& words : options.columns) {
    for (std::size_t begin = 0; begin <= words.size();) {
      const std::size_t end = std::min(words.find(',', begin), words.size());
      request.columns.push_back(words.substr(begin, end - begin));
      begin = end + 1;
    }
  }
  request.numbers = options.numbered_time == "matlab-days" ? datasets::NumberedTime::matlab_days
                                                           : datasets::NumberedTime::unix_seconds;
  return request;
}

datasets::CleaningRules cleaning_rules(const DrifterImportOptions& options) {
  datasets::CleaningRules rules;
  rules.box = options.box;
  const std::string& period = options.period;
  const std::size_t comma = period.find(',');
  require(period.empty() || comma != std::string::npos,
          "--period " + period + ": is not START,END (either may be left out)");
  if (!period.empty()) {
    rules.start = read_end(period.substr(0, comma), period).value_or(rules.start);
    rules.end = read_end(period.substr(comma + 1), period).value_or(rules.end);
  }
  if (options.max_speed > 0) rules.max_speed = options.max_speed;
  if (options.max_gap_hours > 0) rules.max_gap = options.max_gap_hours * kSecondsPerHour;
  rules.stationary_seconds = options.stationary_hours * kSecondsPerHour;
  rules.stationary_metres = options.stationary_metres;
  rules.min_records = options.min_records;
  return rules;
}

datasets::TrackScalesRequest scales_request(const DrifterImportOptions& options) {
  return {options.box_km * datasets::kMetresPerKilometre,
          options.window_days * datasets::kSecondsPerDay, options.final_time};
}

}  // namespace lagoon::pipelines
