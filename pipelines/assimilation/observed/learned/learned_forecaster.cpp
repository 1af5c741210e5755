#include "pipelines/assimilation/observed/learned/learned_forecaster.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <Eigen/Eigenvalues>

#include "flow/assimilation/information.hpp"
#include "flow/assimilation/library/weights.hpp"
#include "flow/assimilation/observed/track_simulator.hpp"
#include "flow/assimilation/population.hpp"
#include "flow/integration/parallel.hpp"
#include "flow/numerics/sample_moments.hpp"
#include "flow/scores/moments.hpp"
#include "pipelines/programs/learning.hpp"
#include "pipelines/support/progress.hpp"

namespace lagoon::pipelines {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Cases draw from streams that never meet.
constexpr std::uint64_t kFarApart = std::uint64_t{1} << 32;

/// Flows of the prior that are effective in the moments that draws begin with.
constexpr double kFirstEffective = 200;

/// No case says so much.
constexpr double kMostWidening = 1e6;

/// Of a hundred unknowns, draws from a law much wider than the posterior carry no weight.
constexpr flow::PopulationOptions kSearch = {.draws = 4000, .most_rounds = 20, .inflation = 1.05};

VectorXd standard_normals(Index n, const flow::DrawKey& key) {
  VectorXd result(n);
  for (Index i = 0; i < n; i += 2) {
    const auto pair = flow::normal_pair(key, static_cast<std::uint32_t>(i));
    result[i] = pair[0];
    if (i + 1 < n) result[i + 1] = pair[1];
  }
  return result;
}

/// Velocities (point) of a linear function's rows, x and then y.
Eigen::MatrixX2d by_component(const VectorXd& rows) {
  return Eigen::Map<const Eigen::MatrixX2d>(rows.data(), rows.size() / 2, 2);
}

VectorXd stacked(const flow::VelocitySamples& samples) {
  const auto n = static_cast<Index>(samples.size());
  VectorXd result(2 * n);
  result << Eigen::Map<const VectorXd>(samples.velocity_x.data(), n),
      Eigen::Map<const VectorXd>(samples.velocity_y.data(), n);
  return result;
}

/// (n, direction) Eigenvectors of a precision along which it is not negligible beside the
/// prior's, 1.
MatrixXd told_directions(const MatrixXd& precision) {
  constexpr double kNegligible = 0.04;  // .02 nats
  const Eigen::SelfAdjointEigenSolver<MatrixXd> solver(precision);
  Index n = 0;
  while (n < precision.rows() && solver.eigenvalues()[precision.rows() - 1 - n] > kNegligible) ++n;
  return solver.eigenvectors().rightCols(std::max<Index>(n, 1));
}

}  // namespace

void LearnedForecaster::for_each_case(std::size_t n, int threads,
                                      const std::function<void(std::size_t)>& task) const {
  const auto run = is_on() ? learning_->run_side_by_side : &flow::parallel_for;
  run(n, threads, task);
}

double LearnedForecaster::widening_of(const MatrixXd& precision) const {
  const double most = std::log(request_.encoders.batch_size);
  const auto nats = [&](double widening) {
    return flow::information(precision / (widening * widening));
  };
  if (nats(1) <= most) return 1;
  constexpr int kHalvings = 40;
  double low = 0, high = std::log(kMostWidening);
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = (low + high) / 2;
    (nats(std::exp(middle)) > most ? low : high) = middle;
  }
  return std::exp(high);
}

flow::EnsemblePosterior LearnedForecaster::sample(const MatrixXd& precision,
                                                  const VectorXd& observed,
                                                  const Summarise& summarise,
                                                  std::uint64_t number) const {
  const auto n = static_cast<Index>(request_.flows);
  const MatrixXd told = told_directions(precision);
  SimulatedCase simulated{FeatureRows(n, told.cols()), FeatureRows(n, told.cols()),
                          (told.transpose() * observed).cast<float>().transpose()};
  MatrixXd flows(told.cols(), n);
  for (Index i = 0; i < n; ++i) {
    const std::uint64_t sample = number * kFarApart + static_cast<std::uint64_t>(i);
    const VectorXd control =
        standard_normals(precision.rows(), {seed_, flow::Purpose::train, sample});
    flows.col(i) = told.transpose() * control;
    simulated.seen.row(i) = (told.transpose() * summarise(control, sample)).cast<float>();
  }
  simulated.controls = flows.transpose().cast<float>();
  const auto log_ratio = learning_->learn_log_ratio(simulated, request_.encoders, seed_ + number);
  const auto draws =
      flow::sample_population(flow::tempered_moments(flows, log_ratio(flows), kFirstEffective),
                              log_ratio, {seed_, flow::Purpose::conditional_draw, number}, kSearch);
  auto posterior = flow::weighted_members(draws.members, draws.weights);
  MatrixXd members(precision.rows(), posterior.members.cols());
  for (Index i = 0; i < members.cols(); ++i) {
    const VectorXd rest = standard_normals(
        precision.rows(),
        {seed_, flow::Purpose::library_draw, number * kFarApart + static_cast<std::uint64_t>(i)});
    members.col(i) = rest + told * (posterior.members.col(i) - told.transpose() * rest);
  }
  return {std::move(members), std::move(posterior.weights)};
}

LearnedForecast LearnedForecaster::of_tracks(const flow::TrackCase& track_case,
                                             const flow::UnknownDrift& drift,
                                             const flow::UnresolvedMotion& unresolved,
                                             std::uint64_t number) const {
  flow::TrackSimulator simulator(track_case, drift, unresolved);
  const double widening = widening_of(simulator.precision());
  const auto posterior = sample(
      simulator.precision() / (widening * widening), simulator.summary(),
      [&](const VectorXd& control, std::uint64_t sample) {
        return simulator.summary(
            simulator.draw(control, {seed_, flow::Purpose::train_noise, sample}, widening));
      },
      number);
  const auto refined =
      flow::assimilate_case(track_case, drift, unresolved, flow::posterior_mean(posterior));
  return {simulator.forecast(posterior),
          flow::forecast_by_variational(track_case, drift, unresolved, refined),
          flow::effective_sample_size(posterior.weights), widening};
}

LearnedForecast LearnedForecaster::of_samples(const flow::VelocityRegression& regression,
                                              const flow::VelocityPrior& prior,
                                              const flow::VelocitySamples& seen,
                                              const flow::VelocitySamples& asked,
                                              std::uint64_t number) const {
  const MatrixXd map = regression.map(prior, seen.x, seen.y);
  const double widening = widening_of(flow::linear_precision(map, prior.noise_std));
  const double error_std = widening * prior.noise_std;
  // map^T y is sufficient: errors are normal and alike.
  const auto posterior = sample(
      flow::linear_precision(map, error_std), map.transpose() * stacked(seen),
      [&](const VectorXd& control, std::uint64_t sample) -> VectorXd {
        const VectorXd errors =
            standard_normals(map.rows(), {seed_, flow::Purpose::train_noise, sample});
        return map.transpose() * (map * control + error_std * errors);
      },
      number);
  const MatrixXd velocities = regression.map(prior, asked.x, asked.y) * posterior.members;
  const auto moments = flow::weighted_moments(velocities, posterior.weights);
  flow::VectorForecast forecast{by_component(moments.mean), by_component(moments.spread)};
  forecast.std = (forecast.std.array().square() + std::pow(prior.noise_std, 2)).sqrt();
  return {forecast, {}, flow::effective_sample_size(posterior.weights), widening};
}

nlohmann::json learned_json(const LearnedRequest& request, const LearnedRecord& record) {
  return {{"flows", request.flows},
          {"effective_sample_size", flow::sample_mean(record.effective_sample_sizes)},
          {"widening", flow::sample_mean(record.widenings)}};
}

std::string learned_setting(const LearnedRequest& request, const LearnedRecord& record) {
  return "Contrastive: a pair of encoders for each case, trained on " +
         std::to_string(request.flows) +
         " flows of its prior and what would have been seen in them, with errors " +
         figures_text(flow::sample_mean(record.widenings)) +
         " times as large, so that a batch can tell flows apart. Draws from their posterior have a "
         "mean effective sample size of " +
         figures_text(flow::sample_mean(record.effective_sample_sizes)) + ".";
}

}  // namespace lagoon::pipelines
