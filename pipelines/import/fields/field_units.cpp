#include "pipelines/import/fields/field_units.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <ranges>

#include "datasets/text/calendar.hpp"
#include "datasets/text/text.hpp"
#include "flow/error.hpp"

namespace lagoon::pipelines {
namespace {

// "cm s-1", "cm s^-1", "CM/S" and "cm.s**-1" alike: "cm/s".
std::string normalised(const std::string& units) {
  std::string text;
  for (const char c : units) {
    if (std::string(" ^*._").find(c) != std::string::npos) continue;
    text += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  for (const auto& [from, to] : {std::pair{"meters", "m"},
                                 {"metres", "m"},
                                 {"meter", "m"},
                                 {"metre", "m"},
                                 {"degrees", "deg"},
                                 {"degree", "deg"},
                                 {"seconds", "s"},
                                 {"second", "s"},
                                 {"days", "d"},
                                 {"day", "d"},
                                 {"s-1", "/s"},
                                 {"d-1", "/d"}}) {
    const auto at = text.find(from);
    if (at != std::string::npos) text.replace(at, std::string(from).size(), to);
  }
  return text.starts_with("/") ? "1" + text : text;
}

std::map<std::string, UnitFactors> known_units(const std::string& format,
                                               const flow::LocalPlane& place) {
  if (format == "sea-level") return {{"m", {1, 1}}, {"cm", {0.01, 0.01}}, {"mm", {1e-3, 1e-3}}};
  if (format == "streamfunction") {
    return {{"m2/s", {1, 1}},
            {"cm2/s", {1e-4, 1e-4}},
            {"km2/d", {1e6 / datasets::kSecondsPerDay, 1e6 / datasets::kSecondsPerDay}}};
  }
  if (format == "potential-vorticity")
    return {{"1/s", {1, 1}}, {"1/d", {1 / datasets::kSecondsPerDay, 1 / datasets::kSecondsPerDay}}};
  return {{"m/s", {1, 1}},
          {"cm/s", {0.01, 0.01}},
          {"km/d", {1e3 / datasets::kSecondsPerDay, 1e3 / datasets::kSecondsPerDay}},
          {"deg/d",
           {place.metres_per_degree_east() / datasets::kSecondsPerDay,
            place.metres_per_degree_north() / datasets::kSecondsPerDay, true}}};
}

}  // namespace

UnitFactors unit_factors(const std::string& format, const std::string& name,
                         const std::string& units, const flow::LocalPlane& place) {
  const auto known = known_units(format, place);
  const auto found = known.find(normalised(units));
  if (found != known.end()) return found->second;
  throw Error("variable " + name + ": " +
              (units.empty() ? "the file gives no units" : "units '" + units + "' are not those") +
              " of a " + format + " (give --units: " + datasets::joined(known | std::views::keys) +
              ")");
}

}  // namespace lagoon::pipelines
