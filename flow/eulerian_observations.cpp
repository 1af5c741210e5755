#include "flow/eulerian_observations.hpp"

#include <cassert>
#include <cmath>
#include <string>

#include "flow/error.hpp"
#include "flow/streamfunction.hpp"

namespace lagoon::flow {

void observe_stations(const Law& law, const EulerianObservations& observations, const DrawKey& key,
                      std::span<const std::complex<double>> psi_hat, std::span<double> velocity_x,
                      std::span<double> velocity_y) {
  assert(velocity_x.size() == observations.n_stations() && velocity_y.size() == velocity_x.size());
  const Flow flow{law.modes, psi_hat, law.omega};
  for (std::size_t i = 0; i < observations.n_stations(); ++i) {
    const auto velocity =
        velocity_at(flow, observations.station_x[i], observations.station_y[i], 0);
    const auto error = normal_pair(key, static_cast<std::uint32_t>(i));
    const double sigma = observations.station_noise_std;
    velocity_x[i] = velocity[0] + law.mean_velocity[0] + sigma * error[0];
    velocity_y[i] = velocity[1] + law.mean_velocity[1] + sigma * error[1];
  }
}

void require_valid(const EulerianObservations& observations, const ModeSet& modes) {
  require(observations.station_x.size() == observations.station_y.size(),
          "stations: " + std::to_string(observations.station_x.size()) + " values of x but " +
              std::to_string(observations.station_y.size()) + " of y: give one pair a station");
  for (std::size_t i = 0; i < observations.n_stations(); ++i) {
    require(std::isfinite(observations.station_x[i]) && std::isfinite(observations.station_y[i]),
            "stations: the position of station " + std::to_string(i) +
                " is not finite: give finite numbers");
  }
  require(std::isfinite(observations.station_noise_std) && observations.station_noise_std >= 0,
          "station_noise_std is " + std::to_string(observations.station_noise_std) +
              ": give 0 or more");
  const int smallest = 2 * max_wavenumber(modes) + 1;
  const bool has_fields = observations.psi || observations.vorticity;
  require(!has_fields || observations.grid >= smallest,
          "grid (--grid) is " + std::to_string(observations.grid) + ": these modes need at least " +
              std::to_string(smallest) + " points a side");
}

}  // namespace lagoon::flow
