#include "pipelines/bridge/flow/instruments.hpp"

#include <algorithm>
#include <vector>

#include "flow/assimilation/linear_observations.hpp"
#include "flow/integration/accuracy.hpp"
#include "flow/integration/parallel.hpp"
#include "flow/integration/trajectories.hpp"
#include "flow/law/law_options.hpp"
#include "flow/observations.hpp"
#include "flow/prior.hpp"

namespace lagoon::pipelines {
namespace {

using flow::Purpose;

/// Far below any noise; what single precision can do at this speed.
constexpr double kTolerance = 2e-5;
constexpr flow::Scheme kSinglePrecision = {flow::Method::runge_kutta4, flow::Precision::float32, 1};

/// Errors of the vorticity come after those of the stations, from the same stream.
constexpr std::uint32_t kFirstVorticityError = std::uint32_t{1} << 20;

/// Flows that a thread follows at once.
constexpr std::int64_t kBlock = 512;

flow::Law make_law(const FlowBridgeOptions& options) {
  flow::LawOptions law;
  law.law_seed = options.law_seed;
  law.max_wavenumber = options.max_wavenumber;
  law.drop_mean_mode = true;
  law.rms_speed = options.rms_speed;
  law.n_times = options.times;
  law.release = "uniform";
  law.n_drifters = options.drifters;
  law.noise_percent = options.noise;
  return flow::make_law(law);
}

flow::EulerianObservations make_stations(const FlowBridgeOptions& options, const flow::Law& law) {
  flow::EulerianObservations stations;
  for (int i = 0; i < options.stations; ++i) {
    const flow::DrawKey key{options.law_seed, Purpose::law_station, static_cast<std::uint64_t>(i)};
    stations.station_x.push_back(uniform(key, 0));
    stations.station_y.push_back(uniform(key, 1));
  }
  stations.station_noise_std = options.noise / 100 * rms_speed(law);
  return stations;
}

/// The purposes of what is drawn beside the flows of a range.
struct NoisePurposes {
  Purpose positions, fields;
};
NoisePurposes noise_of(Purpose purpose) {
  return purpose == Purpose::test
             ? NoisePurposes{Purpose::test_noise, Purpose::test_station_noise}
             : NoisePurposes{Purpose::train_noise, Purpose::train_station_noise};
}

/// Some of the flows of a range.
class Block {
 public:
  Block(const FlowInstruments& instruments, const FlowRange& range, std::int64_t begin)
      : instruments_(instruments),
        range_(range),
        begin_(begin),
        n_(std::min(kBlock, range.n - begin)) {}

  void draw(ObservedFlows& flows) {
    const auto& law = instruments_.law;
    psi_hat_.resize(static_cast<std::size_t>(n_) * law.n_modes());
    for (std::int64_t i = 0; i < n_; ++i) {
      const auto of_flow =
          std::span(psi_hat_).subspan(static_cast<std::size_t>(i) * law.n_modes(), law.n_modes());
      draw_psi_hat(law, key(range_.purpose, i), of_flow);
      flows.controls.row(begin_ + i) =
          instruments_.space.control(of_flow).cast<float>().transpose();
    }
  }

  void follow(ObservedFlows& flows) const {
    const auto& law = instruments_.law;
    const std::size_t size = law.n_drifters() * law.n_times();
    std::vector<double> x(static_cast<std::size_t>(n_) * size), y(x.size());
    flow::Scheme scheme = kSinglePrecision;
    scheme.steps_per_interval = instruments_.steps_per_interval;
    integrate_fixed(law, scheme, {psi_hat_, {}, {}}, /*threads=*/1, x, y);
    for (std::int64_t i = 0; i < n_; ++i) {
      const auto at = static_cast<std::size_t>(i) * size;
      const auto of_x = std::span(x).subspan(at, size), of_y = std::span(y).subspan(at, size);
      add_observation_noise(law, key(noise_of(range_.purpose).positions, i), of_x, of_y);
      float* row = flows.trajectories.row(begin_ + i).data();
      const auto narrow = [](double value) { return static_cast<float>(value); };
      std::ranges::transform(of_y, std::ranges::transform(of_x, row, narrow).out, narrow);
    }
  }

  /// As observe_stations() errs: x and y of a station are a pair of normals.
  void see_velocities(ObservedFlows& flows) const {
    const auto n_stations = static_cast<Eigen::Index>(instruments_.stations.n_stations());
    const double noise = instruments_.stations.station_noise_std;
    for (std::int64_t i = 0; i < n_; ++i) {
      Eigen::VectorXd seen = instruments_.station_map * control(flows, i);
      for (Eigen::Index s = 0; s < n_stations; ++s) {
        const auto error =
            normal_pair(key(noise_of(range_.purpose).fields, i), static_cast<std::uint32_t>(s));
        seen(s) += noise * error[0];
        seen(n_stations + s) += noise * error[1];
      }
      flows.velocities.row(begin_ + i) = seen.cast<float>().transpose();
    }
  }

  void see_vorticity(ObservedFlows& flows) const {
    for (std::int64_t i = 0; i < n_; ++i) {
      Eigen::VectorXd seen = instruments_.vorticity_map * control(flows, i);
      for (Eigen::Index p = 0; p < seen.size(); ++p) {
        const auto error = normal_pair(key(noise_of(range_.purpose).fields, i),
                                       kFirstVorticityError + static_cast<std::uint32_t>(p / 2));
        seen(p) += instruments_.vorticity_noise_std * error[static_cast<std::size_t>(p % 2)];
      }
      flows.vorticity.row(begin_ + i) = seen.cast<float>().transpose();
    }
  }

 private:
  flow::DrawKey key(Purpose purpose, std::int64_t i) const {
    return {range_.seed, purpose, range_.first + static_cast<std::uint64_t>(begin_ + i)};
  }
  Eigen::VectorXd control(const ObservedFlows& flows, std::int64_t i) const {
    return flows.controls.row(begin_ + i).cast<double>().transpose();
  }

  const FlowInstruments& instruments_;
  const FlowRange& range_;
  std::int64_t begin_, n_;
  std::vector<std::complex<double>> psi_hat_;
};

}  // namespace

FlowInstruments make_instruments(const FlowBridgeOptions& options, int threads) {
  const flow::Law law = make_law(options);
  const flow::ControlSpace space(law);
  const auto stations = make_stations(options, law);
  return {law,
          space,
          stations,
          station_map(law, space, stations),
          vorticity_map(law, space, options.grid),
          options.noise / 100 * rms_vorticity(law),
          choose_step(law, kSinglePrecision, kTolerance, threads).steps_per_interval};
}

ObservedFlows observe_flows(const FlowInstruments& instruments, const FlowRange& range,
                            const Wanted& wanted, int threads) {
  const auto n_positions =
      static_cast<Eigen::Index>(2 * instruments.law.n_drifters() * instruments.law.n_times());
  ObservedFlows flows;
  flows.controls.resize(range.n, instruments.space.size());
  if (wanted.trajectories) flows.trajectories.resize(range.n, n_positions);
  if (wanted.velocities) flows.velocities.resize(range.n, instruments.station_map.rows());
  if (wanted.vorticity) flows.vorticity.resize(range.n, instruments.vorticity_map.rows());
  const auto n_blocks = static_cast<std::size_t>((range.n + kBlock - 1) / kBlock);
  flow::parallel_for(n_blocks, threads, [&](std::size_t b) {
    Block block(instruments, range, static_cast<std::int64_t>(b) * kBlock);
    block.draw(flows);
    if (wanted.trajectories) block.follow(flows);
    if (wanted.velocities) block.see_velocities(flows);
    if (wanted.vorticity) block.see_vorticity(flows);
  });
  return flows;
}

}  // namespace lagoon::pipelines
