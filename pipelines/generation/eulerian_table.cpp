#include "pipelines/generation/eulerian_table.hpp"

#include <charconv>
#include <cmath>
#include <optional>
#include <vector>

#include "flow/error.hpp"
#include "flow/law/law_options.hpp"
#include "pipelines/generation/text_lists.hpp"

namespace lagoon::pipelines {
namespace {

/// The number of stations, unless the text is a list of them.
std::optional<int> count_of(const std::string& stations) {
  int count = 0;
  const char* end = stations.data() + stations.size();
  const auto [stop, error] = std::from_chars(stations.data(), end, count);
  if (error != std::errc{} || stop != end || count < 0) return std::nullopt;
  return count;
}

/// Places as drifters are released: on a square grid, or uniformly, by the law's seed.
std::vector<double> laid_out(const EulerianRequest& request, int count, std::uint64_t law_seed) {
  if (count == 0) return {};
  if (request.station_layout == "uniform") {
    std::vector<double> points;
    for (int i = 0; i < count; ++i) {
      const flow::DrawKey key{law_seed, flow::Purpose::law_station, static_cast<std::uint64_t>(i)};
      points.push_back(uniform(key, 0));
      points.push_back(uniform(key, 1));
    }
    return points;
  }
  const auto side = static_cast<int>(std::lround(std::sqrt(count)));
  require(side * side == count, "--stations " + request.stations +
                                    ": a grid takes a square number (1, 4, 9, 16, ...), or give "
                                    "--station-layout uniform");
  flow::LawOptions square;
  square.release = "grid";
  square.n_drifters = count;
  return make_release_points(square);
}

}  // namespace

void declare_eulerian(OptionTable& table, EulerianRequest& request) {
  constexpr const char* kGroup = "Observations of the flow itself, at t = 0";
  const auto has_stations = [&request] { return request.stations != "0"; };
  table.option("stations", &request.stations, anything(), "velocity at N or at \"x,y;x,y;...\"")
      .in_group(kGroup);
  table.option("station-layout", &request.station_layout, one_of({"grid", "uniform"}), "of N")
      .in_group(kGroup)
      .only_if([&request] { return count_of(request.stations).value_or(0) > 0; }, "--stations N");
  table
      .option("station-noise", &request.station_noise_percent, non_negative(),
              "noise a component, percent of the rms speed")
      .in_group(kGroup)
      .only_if(has_stations, "--stations");
  table
      .option("fields", &request.fields, one_of({"none", "psi", "vorticity", "psi,vorticity"}),
              "on the grid (i / N, j / N)")
      .in_group(kGroup);
  table.option("grid", &request.grid, at_least(1), "N, points a side of the fields")
      .in_group(kGroup)
      .only_if([&request] { return request.fields != "none"; }, "--fields");
}

flow::EulerianObservations resolve_eulerian(const EulerianRequest& request, const flow::Law& law,
                                            std::uint64_t law_seed) {
  flow::EulerianObservations result;
  const auto count = count_of(request.stations);
  const auto points =
      count ? laid_out(request, *count, law_seed)
            : parse_pairs(request.stations, {"--stations", "a number or a list \"x,y;x,y;...\""});
  for (std::size_t i = 0; i < points.size(); i += 2) {
    result.station_x.push_back(points[i]);
    result.station_y.push_back(points[i + 1]);
  }
  if (!points.empty()) {
    result.station_noise_std = request.station_noise_percent / 100 * rms_speed(law);
  }
  result.psi = request.fields.starts_with("psi");
  result.vorticity = request.fields.ends_with("vorticity");
  if (result.psi || result.vorticity) result.grid = request.grid;
  require_valid(result, law.modes);
  return result;
}

}  // namespace lagoon::pipelines
