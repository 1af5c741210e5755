#include "pipelines/bridge/flow/bayes.hpp"

#include <atomic>
#include <cmath>
#include <numbers>

#include "flow/assimilation/library/log_likelihoods.hpp"
#include "flow/assimilation/variational/variational.hpp"
#include "flow/integration/parallel.hpp"
#include "flow/numerics/cholesky.hpp"
#include "flow/scores/moments.hpp"

namespace lagoon::pipelines {
namespace {

using contrastive::ScoreGrid;
using flow::GaussianPosterior;

/// One flow's positions in double precision.
class PositionsOf {
 public:
  PositionsOf(const ObservedFlows& flows, std::int64_t i)
      : values_(flows.trajectories.row(i).begin(), flows.trajectories.row(i).end()) {}
  flow::Tracks tracks() const {
    const std::size_t half = values_.size() / 2;
    return {std::span(values_).first(half), std::span(values_).last(half)};
  }
  double n_observed() const { return static_cast<double>(values_.size()) / 2; }

 private:
  std::vector<double> values_;
};

/// Half the sum of 2 n squares of noise has mean n and standard deviation sqrt n.
bool is_unlikely(double misfit, double n) {
  constexpr double kDeviations = 5;
  return misfit > n + kDeviations * std::sqrt(n);
}

GaussianPosterior laplace_posterior(const FlowInstruments& instruments,
                                    const PositionsOf& positions) {
  auto best = assimilate_variational(instruments.law, instruments.space, positions.tracks());
  if (is_unlikely(best.misfit, positions.n_observed())) {
    flow::VariationalOptions options;
    options.start = flow::VariationalStart::zero;
    auto other =
        assimilate_variational(instruments.law, instruments.space, positions.tracks(), options);
    if (other.cost < best.cost) best = std::move(other);
  }
  return best.posterior;
}

/// A normal law with what its density needs.
class NormalLaw {
 public:
  NormalLaw(Eigen::VectorXd mean, const Eigen::MatrixXd& covariance)
      : mean_(std::move(mean)), root_(covariance) {
    log_scale_ = -flow::half_log_determinant(root_) -
                 static_cast<double>(mean_.size()) / 2 * std::log(2 * std::numbers::pi);
  }

  /// Of each column.
  Eigen::VectorXd log_densities(const Eigen::MatrixXd& values) const {
    const Eigen::MatrixXd whitened = root_.matrixL().solve(values.colwise() - mean_);
    return (-whitened.colwise().squaredNorm().transpose() / 2).array() + log_scale_;
  }

 private:
  Eigen::VectorXd mean_;
  Eigen::LLT<Eigen::MatrixXd> root_;
  double log_scale_;
};

double velocity_variance(const FlowInstruments& instruments) {
  return std::pow(instruments.stations.station_noise_std, 2);
}

/// Of velocities where a flow's law is N(mean, covariance).
NormalLaw velocities_under(const FlowInstruments& instruments, const Eigen::VectorXd& mean,
                           const Eigen::MatrixXd& covariance) {
  const auto& map = instruments.station_map;
  Eigen::MatrixXd seen = map * covariance * map.transpose();
  seen.diagonal().array() += velocity_variance(instruments);
  return {map * mean, seen};
}

Eigen::VectorXd prior_log_densities(const FlowInstruments& instruments,
                                    const Eigen::MatrixXd& velocities) {
  const Eigen::Index n = instruments.space.size();
  return velocities_under(instruments, Eigen::VectorXd::Zero(n), Eigen::MatrixXd::Identity(n, n))
      .log_densities(velocities);
}

/// A grid filled row by row, on all threads.
ScoreGrid grid_by_rows(std::int64_t n, int threads, const FlowsDone& done,
                       const std::function<Eigen::VectorXd(std::int64_t)>& row_of) {
  ScoreGrid grid{n, n, std::vector<double>(static_cast<std::size_t>(n * n))};
  std::atomic<std::int64_t> finished = 0;
  flow::parallel_for(static_cast<std::size_t>(n), threads, [&](std::size_t i) {
    const auto at = static_cast<std::int64_t>(i);
    Eigen::Map<Eigen::VectorXd>(grid.values.data() + at * n, n) = row_of(at);
    const auto so_far = ++finished;
    if (done) done(so_far);
  });
  return grid;
}

/// Draws from a flow's posterior with the logarithms of their weights.
struct WeightedDraws {
  Eigen::MatrixXd controls;     ///< (n, draw)
  Eigen::VectorXd log_weights;  ///< (draw) normalised
};

WeightedDraws weighted_draws(const FlowInstruments& instruments, const PositionsOf& positions,
                             const GaussianPosterior& posterior, std::int64_t n,
                             const flow::DrawKey& key) {
  WeightedDraws draws{draw_samples(posterior, static_cast<int>(n), key), {}};
  std::vector<std::complex<double>> psi_hat;
  for (Eigen::Index k = 0; k < n; ++k) {
    const auto one = instruments.space.psi_hat(draws.controls.col(k));
    psi_hat.insert(psi_hat.end(), one.begin(), one.end());
  }
  const std::vector<flow::Tracks> query = {positions.tracks()};
  const flow::LibraryScheme scheme{instruments.steps_per_interval, flow::Precision::float32, 1};
  const auto likelihoods = library_log_likelihoods(instruments.law, psi_hat, query, scheme);
  const NormalLaw proposal(posterior.mean, posterior.covariance);
  draws.log_weights = likelihoods.row(0).transpose() -
                      draws.controls.colwise().squaredNorm().transpose() / 2 -
                      proposal.log_densities(draws.controls);
  const double largest = draws.log_weights.maxCoeff();
  draws.log_weights.array() -=
      largest + std::log((draws.log_weights.array() - largest).exp().sum());
  return draws;
}

/// log sum_k weight_k N(c_j; map control_k, variance) of each column c_j.
Eigen::VectorXd mixture_log_densities(const FlowInstruments& instruments,
                                      const WeightedDraws& draws,
                                      const Eigen::MatrixXd& velocities) {
  const double variance = velocity_variance(instruments);
  const Eigen::MatrixXd seen = instruments.station_map * draws.controls;  // (2 S, draw)
  Eigen::MatrixXd log_terms = seen.transpose() * velocities / variance;   // (draw, flow)
  log_terms.colwise() +=
      draws.log_weights - seen.colwise().squaredNorm().transpose() / (2 * variance);
  const Eigen::RowVectorXd largest = log_terms.colwise().maxCoeff();
  const Eigen::RowVectorXd sums =
      (log_terms.rowwise() - largest).array().exp().matrix().colwise().sum();
  const double log_scale =
      -static_cast<double>(velocities.rows()) / 2 * std::log(2 * std::numbers::pi * variance);
  return (largest + sums.array().log().matrix() -
          velocities.colwise().squaredNorm() / (2 * variance))
             .transpose()
             .array() +
         log_scale;
}

Eigen::MatrixXd velocity_columns(const ObservedFlows& flows) {
  return flows.velocities.cast<double>().transpose();
}

}  // namespace

std::vector<GaussianPosterior> laplace_posteriors(const FlowInstruments& instruments,
                                                  const ObservedFlows& flows, int threads,
                                                  const FlowsDone& done) {
  std::vector<GaussianPosterior> posteriors(static_cast<std::size_t>(flows.controls.rows()));
  std::atomic<std::int64_t> finished = 0;
  flow::parallel_for(posteriors.size(), threads, [&](std::size_t i) {
    posteriors[i] =
        laplace_posterior(instruments, PositionsOf(flows, static_cast<std::int64_t>(i)));
    const auto so_far = ++finished;
    if (done) done(so_far);
  });
  return posteriors;
}

ScoreGrid laplace_log_ratios(const FlowInstruments& instruments, const ObservedFlows& flows,
                             const std::vector<GaussianPosterior>& posteriors, int threads) {
  const Eigen::MatrixXd velocities = velocity_columns(flows);
  const Eigen::VectorXd prior = prior_log_densities(instruments, velocities);
  return grid_by_rows(flows.controls.rows(), threads, {}, [&](std::int64_t i) -> Eigen::VectorXd {
    const auto& [mean, covariance] = posteriors[static_cast<std::size_t>(i)];
    return velocities_under(instruments, mean, covariance).log_densities(velocities) - prior;
  });
}

ScoreGrid simulated_log_ratios(const FlowInstruments& instruments, const ObservedFlows& flows,
                               const std::vector<GaussianPosterior>& posteriors, std::int64_t draws,
                               std::uint64_t seed, int threads, const FlowsDone& done) {
  const Eigen::MatrixXd velocities = velocity_columns(flows);
  const Eigen::VectorXd prior = prior_log_densities(instruments, velocities);
  return grid_by_rows(flows.controls.rows(), threads, done, [&](std::int64_t i) -> Eigen::VectorXd {
    const flow::DrawKey key{seed, flow::Purpose::conditional_draw, static_cast<std::uint64_t>(i)};
    const auto weighted = weighted_draws(instruments, PositionsOf(flows, i),
                                         posteriors[static_cast<std::size_t>(i)], draws, key);
    return mixture_log_densities(instruments, weighted, velocities) - prior;
  });
}

FlowInformation flow_information(const FlowInstruments& instruments, const ObservedFlows& flows,
                                 int threads) {
  const Eigen::Index n = flows.controls.rows();
  const Eigen::MatrixXd stations =
      flow::linear_precision(instruments.station_map, instruments.stations.station_noise_std);
  std::vector<flow::BridgeInformation> of_flows(static_cast<std::size_t>(n));
  flow::parallel_for(of_flows.size(), threads, [&](std::size_t i) {
    const Eigen::VectorXd control =
        flows.controls.row(static_cast<Eigen::Index>(i)).cast<double>().transpose();
    const auto tracks = flow::trajectory_precision(instruments.law, instruments.space, {}, control);
    of_flows[i] = flow::bridge_information(tracks, stations);
  });
  FlowInformation mean;
  for (const auto& one : of_flows) {
    mean.bridge.a_b += one.a_b / static_cast<double>(n);
    mean.bridge.b_c += one.b_c / static_cast<double>(n);
    mean.bridge.ac_b += one.ac_b / static_cast<double>(n);
  }
  mean.b_d = flow::information(
      flow::linear_precision(instruments.vorticity_map, instruments.vorticity_noise_std));
  return mean;
}

}  // namespace lagoon::pipelines
