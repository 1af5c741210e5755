#include "flow/scores/moments.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <string>
#include <vector>

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <boost/math/special_functions/erf.hpp>

#include "flow/error.hpp"

namespace lagoon::flow {
namespace {

constexpr double kWeightRounding = 1e-9;  ///< of a sum over a million weights

Eigen::MatrixXd departures(const EnsemblePosterior& ensemble, const Eigen::VectorXd& weights) {
  const Eigen::VectorXd mean = ensemble.members * weights;
  return ensemble.members.colwise() - mean;
}

/// What makes a variance over members of equal weight unbiased.
double divisor(const EnsemblePosterior& ensemble) {
  const auto n = static_cast<double>(ensemble.members.cols());
  return ensemble.weights.size() == 0 && n > 1 ? (n - 1) / n : 1;
}

/// R with R R^T = covariance. Roundings may leave a singular one slightly negative.
Eigen::MatrixXd root_of(const Eigen::MatrixXd& covariance) {
  const Eigen::LLT<Eigen::MatrixXd> factor(covariance);
  if (factor.info() == Eigen::Success) return factor.matrixL();
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(covariance);
  return solver.eigenvectors() * solver.eigenvalues().cwiseMax(0).cwiseSqrt().asDiagonal();
}

Eigen::MatrixXd standard_normals(Eigen::Index n, int count, const DrawKey& key) {
  Eigen::MatrixXd normals(n, count);
  std::uint32_t first_pair = 0;
  for (auto sample : normals.colwise()) {
    fill_normals({sample.data(), static_cast<std::size_t>(n)}, key, first_pair);
    first_pair += static_cast<std::uint32_t>((n + 1) / 2);
  }
  return normals;
}

/// `count` members of a weighted ensemble, drawn with replacement.
Eigen::MatrixXd resample(const EnsemblePosterior& ensemble, int count, const DrawKey& key) {
  const Eigen::VectorXd weights = weights_of(ensemble);
  std::vector<double> ends(static_cast<std::size_t>(weights.size()));
  std::partial_sum(weights.begin(), weights.end(), ends.begin());
  Eigen::MatrixXd drawn(ensemble.members.rows(), count);
  for (int i = 0; i < count; ++i) {
    const double place = uniform(key, static_cast<std::uint32_t>(i)) * ends.back();
    const auto member = std::upper_bound(ends.begin(), ends.end() - 1, place) - ends.begin();
    drawn.col(i) = ensemble.members.col(member);
  }
  return drawn;
}

/// Where a member stands among quantiles, `half_way` being the weights before it and half its own.
double place_of(double half_way, double size) {
  return (size * half_way + 0.5) / (size + 1);
}

/// Quantile of one component: values (member).
double weighted_quantile(const Eigen::VectorXd& values, const Eigen::VectorXd& weights, double size,
                         double probability) {
  std::vector<Eigen::Index> order(static_cast<std::size_t>(values.size()));
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return values[a] < values[b]; });
  double before = 0, last_place = 0, last_value = values[order.front()];
  for (const Eigen::Index member : order) {
    const double place = place_of(before + weights[member] / 2, size);
    if (place >= probability) {
      const double share = (probability - last_place) / (place - last_place);
      return last_value + share * (values[member] - last_value);
    }
    before += weights[member];
    last_place = place;
    last_value = values[member];
  }
  return last_value;
}

Eigen::VectorXd quantile(const EnsemblePosterior& ensemble, double probability) {
  const Eigen::VectorXd weights = weights_of(ensemble);
  const double size = effective_sample_size(weights);
  Eigen::VectorXd result(ensemble.members.rows());
  for (Eigen::Index i = 0; i < result.size(); ++i) {
    result[i] = weighted_quantile(ensemble.members.row(i).transpose(), weights, size, probability);
  }
  return result;
}

/// The neighbours of a value among members, with their weights, and the weights below it.
struct Neighbours {
  double low = -std::numeric_limits<double>::infinity(), low_weight = 0;
  double high = std::numeric_limits<double>::infinity(), high_weight = 0;
  double below = 0;

  void take(double member, double weight, double value) {
    if (member < value) {
      below += weight;
      if (member >= low) low = member, low_weight = weight;
    } else if (member < high) {
      high = member, high_weight = weight;
    }
  }

  double place(double value, double size) const {
    const double of_high = place_of(below + high_weight / 2, size);
    if (high == value) return of_high;
    if (std::isinf(low)) return 0;
    if (std::isinf(high)) return 1;
    return std::lerp(place_of(below - low_weight / 2, size), of_high, (value - low) / (high - low));
  }
};

Eigen::VectorXd places_among_members(const EnsemblePosterior& ensemble,
                                     const Eigen::VectorXd& values) {
  const Eigen::VectorXd weights = weights_of(ensemble);
  const double size = effective_sample_size(weights);
  std::vector<Neighbours> neighbours(static_cast<std::size_t>(values.size()));
  for (Eigen::Index member = 0; member < weights.size(); ++member) {
    for (Eigen::Index i = 0; i < values.size(); ++i) {
      neighbours[static_cast<std::size_t>(i)].take(ensemble.members(i, member), weights[member],
                                                   values[i]);
    }
  }
  Eigen::VectorXd places(values.size());
  for (Eigen::Index i = 0; i < values.size(); ++i) {
    places[i] = neighbours[static_cast<std::size_t>(i)].place(values[i], size);
  }
  return places;
}

double normal_distribution(double z) {
  return std::erfc(-z / std::numbers::sqrt2) / 2;
}

}  // namespace

Eigen::Index dimension(const Posterior& posterior) {
  if (const auto* gaussian = std::get_if<GaussianPosterior>(&posterior)) {
    return gaussian->mean.size();
  }
  return std::get<EnsemblePosterior>(posterior).members.rows();
}

Eigen::VectorXd weights_of(const EnsemblePosterior& ensemble) {
  const Eigen::Index n = ensemble.members.cols();
  require(n > 0, "an ensemble without members is no posterior: give at least one");
  if (ensemble.weights.size() == 0)
    return Eigen::VectorXd::Constant(n, 1.0 / static_cast<double>(n));
  require(ensemble.weights.size() == n, std::to_string(ensemble.weights.size()) + " weights for " +
                                            std::to_string(n) +
                                            " members of an ensemble: give one each");
  const bool is_law =
      ensemble.weights.minCoeff() >= 0 && std::abs(ensemble.weights.sum() - 1) <= kWeightRounding;
  require(is_law, "the weights of an ensemble add up to " + std::to_string(ensemble.weights.sum()) +
                      ": they must not be negative and of sum 1");
  return ensemble.weights;
}

Eigen::VectorXd posterior_mean(const Posterior& posterior) {
  if (const auto* gaussian = std::get_if<GaussianPosterior>(&posterior)) return gaussian->mean;
  const auto& ensemble = std::get<EnsemblePosterior>(posterior);
  return ensemble.members * weights_of(ensemble);
}

Eigen::VectorXd posterior_std(const Posterior& posterior) {
  if (const auto* gaussian = std::get_if<GaussianPosterior>(&posterior)) {
    return gaussian->covariance.diagonal().cwiseMax(0).cwiseSqrt();
  }
  const auto& ensemble = std::get<EnsemblePosterior>(posterior);
  const Eigen::VectorXd weights = weights_of(ensemble);
  const Eigen::VectorXd variance = departures(ensemble, weights).cwiseAbs2() * weights;
  return (variance / divisor(ensemble)).cwiseSqrt();
}

GaussianPosterior to_gaussian(const Posterior& posterior) {
  if (const auto* gaussian = std::get_if<GaussianPosterior>(&posterior)) return *gaussian;
  const auto& ensemble = std::get<EnsemblePosterior>(posterior);
  const Eigen::VectorXd weights = weights_of(ensemble);
  const Eigen::MatrixXd scaled =
      departures(ensemble, weights) * (weights / divisor(ensemble)).cwiseSqrt().asDiagonal();
  return {ensemble.members * weights, scaled * scaled.transpose()};
}

Posterior linear_image(const Posterior& posterior, const Eigen::MatrixXd& map) {
  require(map.cols() == dimension(posterior),
          "a map of " + std::to_string(map.cols()) + " components cannot take a posterior of " +
              std::to_string(dimension(posterior)) + ": give one of its control space");
  if (const auto* gaussian = std::get_if<GaussianPosterior>(&posterior)) {
    return GaussianPosterior{map * gaussian->mean, map * gaussian->covariance * map.transpose()};
  }
  const auto& ensemble = std::get<EnsemblePosterior>(posterior);
  return EnsemblePosterior{map * ensemble.members, ensemble.weights};
}

Eigen::MatrixXd draw_samples(const Posterior& posterior, int count, const DrawKey& key) {
  if (const auto* gaussian = std::get_if<GaussianPosterior>(&posterior)) {
    const Eigen::MatrixXd root = root_of(gaussian->covariance);
    return (root * standard_normals(root.cols(), count, key)).colwise() + gaussian->mean;
  }
  return resample(std::get<EnsemblePosterior>(posterior), count, key);
}

Eigen::VectorXd posterior_quantile(const Posterior& posterior, double probability) {
  require(probability > 0 && probability < 1,
          "quantile " + std::to_string(probability) + ": give a probability between 0 and 1");
  if (const auto* gaussian = std::get_if<GaussianPosterior>(&posterior)) {
    const double normal = -std::sqrt(2.0) * boost::math::erfc_inv(2 * probability);
    return gaussian->mean + normal * posterior_std(posterior);
  }
  return quantile(std::get<EnsemblePosterior>(posterior), probability);
}

Eigen::VectorXd pit_values(const Posterior& posterior, const Eigen::VectorXd& values) {
  const auto* gaussian = std::get_if<GaussianPosterior>(&posterior);
  if (gaussian == nullptr) {
    return places_among_members(std::get<EnsemblePosterior>(posterior), values);
  }
  const Eigen::VectorXd std = posterior_std(posterior);
  return ((values - gaussian->mean).array() / std.array()).unaryExpr(&normal_distribution);
}

double effective_sample_size(const Eigen::VectorXd& weights) {
  return 1 / weights.squaredNorm();
}

double effective_sample_size(const Posterior& posterior) {
  const auto* ensemble = std::get_if<EnsemblePosterior>(&posterior);
  if (ensemble == nullptr) return std::numeric_limits<double>::quiet_NaN();
  return effective_sample_size(weights_of(*ensemble));
}

}  // namespace lagoon::flow
