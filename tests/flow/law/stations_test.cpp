#include <cmath>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "flow/error.hpp"
#include "flow/eulerian_observations.hpp"
#include "flow/law/law_options.hpp"
#include "flow/streamfunction.hpp"
#include "tests/support/flows.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::flow {
namespace {

using tests::Coefficients;

Law law_with_mean_flow() {
  LawOptions options;
  options.mean_velocity_x = 1;
  options.mean_velocity_y = -2;
  return make_law(options);
}

EulerianObservations stations_on_a_line(int n) {
  EulerianObservations stations;
  for (int i = 0; i < n; ++i) {
    stations.station_x.push_back(static_cast<double>(i) / n);
    stations.station_y.push_back(0.3);
  }
  return stations;
}

/// What stations see beyond the flow and the mean velocity, (station).
struct Rest {
  std::vector<double> x, y;
};

Rest rest_of(const Law& law, const EulerianObservations& stations, const Coefficients& psi_hat) {
  Rest rest = {std::vector<double>(stations.n_stations()),
               std::vector<double>(stations.n_stations())};
  observe_stations(law, stations, {1, Purpose::train_station_noise, 0}, psi_hat, rest.x, rest.y);
  const Flow flow{law.modes, psi_hat, law.omega};
  for (std::size_t i = 0; i < stations.n_stations(); ++i) {
    const auto velocity = velocity_at(flow, stations.station_x[i], stations.station_y[i], 0);
    rest.x[i] -= velocity[0] + law.mean_velocity[0];
    rest.y[i] -= velocity[1] + law.mean_velocity[1];
  }
  return rest;
}

TEST(Stations, see_the_flow_carried_by_the_mean_velocity) {
  const Law law = law_with_mean_flow();
  const Rest rest = rest_of(law, stations_on_a_line(5), tests::draw_flows(law, 1));
  for (std::size_t i = 0; i < rest.x.size(); ++i) {
    EXPECT_NEAR(rest.x[i], 0, tests::kFewRoundings);
    EXPECT_NEAR(rest.y[i], 0, tests::kFewRoundings);
  }
}

TEST(Stations, have_independent_errors_of_the_given_deviation) {
  const Law law = law_with_mean_flow();
  constexpr int kStations = 4000;
  EulerianObservations stations = stations_on_a_line(kStations);
  stations.station_noise_std = 0.5;
  const Rest rest = rest_of(law, stations, tests::draw_flows(law, 1));
  double square_x = 0, square_y = 0, product = 0;
  for (std::size_t i = 0; i < rest.x.size(); ++i) {
    square_x += rest.x[i] * rest.x[i] / 0.25 / kStations;
    square_y += rest.y[i] * rest.y[i] / 0.25 / kStations;
    product += rest.x[i] * rest.y[i] / 0.25 / kStations;
  }
  EXPECT_NEAR(square_x, 1, tests::kManySigmas * std::sqrt(2.0 / kStations));
  EXPECT_NEAR(square_y, 1, tests::kManySigmas * std::sqrt(2.0 / kStations));
  EXPECT_NEAR(product, 0, tests::kManySigmas * std::sqrt(1.0 / kStations));
}

/// The message of the Error that require_valid throws, or "".
std::string complaint(const EulerianObservations& observations) {
  try {
    require_valid(observations, law_with_mean_flow().modes);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Stations, that_cannot_be_are_refused) {
  EulerianObservations stations = stations_on_a_line(2);
  EXPECT_EQ(complaint(stations), "");
  stations.station_noise_std = -1;
  EXPECT_NE(complaint(stations).find("station_noise_std"), std::string::npos);
  stations = stations_on_a_line(2);
  stations.station_x[1] = NAN;
  EXPECT_NE(complaint(stations).find("station 1"), std::string::npos);
  stations.station_x.pop_back();
  EXPECT_NE(complaint(stations).find("1 values of x but 2 of y"), std::string::npos);
  stations = {};
  stations.psi = true;
  stations.grid = 6;
  EXPECT_NE(complaint(stations).find("at least 7 points"), std::string::npos);
}

}  // namespace
}  // namespace lagoon::flow
