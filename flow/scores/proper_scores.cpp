#include "flow/scores/proper_scores.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

#include "flow/error.hpp"
#include "flow/scores/moments.hpp"
#include "flow/scores/pair_distances.hpp"

namespace lagoon::flow {
namespace {

void require_same_size(const Posterior& posterior, const Eigen::VectorXd& truth) {
  require(dimension(posterior) == truth.size(), "a truth of " + std::to_string(truth.size()) +
                                                    " components cannot score a posterior of " +
                                                    std::to_string(dimension(posterior)) +
                                                    ": give one of its control space");
}

/// What turns 1/2 E|X - X'| over all pairs of members into that over pairs of different ones.
double fairness(const EnsemblePosterior& ensemble) {
  const auto n = static_cast<double>(ensemble.members.cols());
  return ensemble.weights.size() == 0 && n > 1 ? n / (n - 1) : 1;
}

/// 1/2 sum w_i w_j |x_i - x_j| = sum w_i x_i (sum of weights up to x_i + that before it - 1) of the
/// sorted x_i. Distances from y instead of values: fewer digits are lost.
double half_mean_difference(const Eigen::VectorXd& from_truth, const Eigen::VectorXd& weights) {
  std::vector<std::pair<double, double>> members;
  for (Eigen::Index i = 0; i < weights.size(); ++i) members.emplace_back(from_truth[i], weights[i]);
  std::sort(members.begin(), members.end());
  double sum = 0, before = 0;
  for (const auto& [value, weight] : members) {
    sum += weight * value * (2 * before + weight - 1);
    before += weight;
  }
  return sum;
}

Eigen::VectorXd ensemble_crps(const EnsemblePosterior& ensemble, const Eigen::VectorXd& truth) {
  const Eigen::VectorXd weights = weights_of(ensemble);
  const double fair = fairness(ensemble);
  Eigen::VectorXd result(truth.size());
  for (Eigen::Index i = 0; i < truth.size(); ++i) {
    const Eigen::VectorXd from_truth = ensemble.members.row(i).transpose().array() - truth[i];
    result[i] =
        weights.dot(from_truth.cwiseAbs()) - fair * half_mean_difference(from_truth, weights);
  }
  return result;
}

double ensemble_energy_score(const EnsemblePosterior& ensemble, const Eigen::VectorXd& truth) {
  const Eigen::VectorXd weights = weights_of(ensemble);
  const Eigen::MatrixXd from_truth = ensemble.members.colwise() - truth;
  const double between = weights.dot(pair_distances(from_truth, from_truth) * weights);
  return weights.dot(from_truth.colwise().norm()) - fairness(ensemble) * between / 2;
}

}  // namespace

double normal_crps(double error, double std) {
  if (!(std > 0)) return std::abs(error);
  const double z = error / std;
  const double density = std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi);
  return std * (z * std::erf(z / std::numbers::sqrt2) + 2 * density - std::numbers::inv_sqrtpi);
}

Eigen::VectorXd crps(const Posterior& posterior, const Eigen::VectorXd& truth) {
  require_same_size(posterior, truth);
  if (const auto* ensemble = std::get_if<EnsemblePosterior>(&posterior)) {
    return ensemble_crps(*ensemble, truth);
  }
  const auto& gaussian = std::get<GaussianPosterior>(posterior);
  const Eigen::VectorXd std = posterior_std(posterior);
  Eigen::VectorXd result(truth.size());
  for (Eigen::Index i = 0; i < truth.size(); ++i) {
    result[i] = normal_crps(truth[i] - gaussian.mean[i], std[i]);
  }
  return result;
}

double energy_score(const Posterior& posterior, const Eigen::VectorXd& truth, int draws,
                    const DrawKey& key) {
  require_same_size(posterior, truth);
  require(draws >= 2, "an energy score by " + std::to_string(draws) +
                          " draws has no distance between draws: take at least 2");
  const auto* ensemble = std::get_if<EnsemblePosterior>(&posterior);
  if (ensemble != nullptr && ensemble->members.cols() <= draws) {
    return ensemble_energy_score(*ensemble, truth);
  }
  return ensemble_energy_score({draw_samples(posterior, draws, key), {}}, truth);
}

}  // namespace lagoon::flow
