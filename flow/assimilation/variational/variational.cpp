#include "flow/assimilation/variational/variational.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>

#include "flow/assimilation/observed_window.hpp"
#include "flow/assimilation/variational/gauss_newton.hpp"
#include "flow/assimilation/variational/integral_start.hpp"
#include "flow/assimilation/variational/kernels/instruction_sets.hpp"
#include "flow/error.hpp"
#include "flow/law/requirement.hpp"

namespace lagoon::flow {
namespace {

using variational::Cost;
using variational::Kernel;

void require_valid(const VariationalOptions& options) {
  if (!is_non_negative(options.background_weight)) {
    refuse("background_weight", options.background_weight, "give 0 or more");
  }
  if (!is_non_negative(options.observation_std)) {
    refuse("observation_std", options.observation_std, "give 0 (the law's) or more");
  }
  if (!is_non_negative(options.tolerance)) {
    refuse("tolerance", options.tolerance, "give nats, 0 or more");
  }
  if (options.max_iterations < 0) {
    refuse("max_iterations", options.max_iterations, "give 0 or more");
  }
}

double observation_std(const Law& law, const VariationalOptions& options) {
  if (options.observation_std > 0) return options.observation_std;
  return law.observation_noise_std > 0 ? law.observation_noise_std : kExactObservationStd;
}

/// What one query is made of, checked.
class Query {
 public:
  Query(const Law& law, const ControlSpace& space, const Tracks& tracks,
        const VariationalOptions& options)
      : law_(checked(law, options)),
        space_(space),
        options_(options),
        kernel_(variational::chosen_kernel()),
        std_(observation_std(law, options)),
        observed_(law, variational::make_steps(law, options.steps), tracks),
        misfit_(kernel_, law, space, observed_),
        cost_(misfit_, std_, options.background_weight) {}

  Cost& cost() { return cost_; }

  Eigen::VectorXd start() const {
    switch (options_.start) {
      case VariationalStart::integral:
        return variational::integral_start(kernel_, law_, space_, observed_, std_);
      case VariationalStart::zero:
        return Eigen::VectorXd::Zero(space_.size());
      case VariationalStart::given:
        variational::require_control(space_, options_.given);
        return options_.given;
    }
    return {};
  }

 private:
  static const Law& checked(const Law& law, const VariationalOptions& options) {
    flow::require_valid(law);
    variational::require_deterministic(law);
    require_valid(options);
    return law;
  }

  const Law& law_;
  const ControlSpace& space_;
  const VariationalOptions& options_;
  const Kernel& kernel_;
  double std_;
  variational::ObservedSteps observed_;
  variational::TrajectoryMisfit misfit_;
  Cost cost_;
};

/// Of a Hessian whose eigenvalues are at least `weight`, but for rounding: far from the truth
/// drifters may part so fast that it hides the background.
Eigen::MatrixXd spectral_inverse(const Eigen::MatrixXd& hessian, double weight) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(hessian);
  const Eigen::VectorXd inverse = solver.eigenvalues().cwiseMax(weight).cwiseInverse();
  return solver.eigenvectors() * inverse.asDiagonal() * solver.eigenvectors().transpose();
}

Eigen::MatrixXd laplace_covariance(const Eigen::MatrixXd& hessian, double background_weight) {
  const Eigen::LLT<Eigen::MatrixXd> factor(hessian);
  const bool is_regular = factor.info() == Eigen::Success && factor.rcond() > 1e-15;
  require(is_regular || background_weight > 0,
          "background_weight is 0 and the observations leave a direction of the flow unseen: give "
          "a background_weight above 0, or more drifters");
  if (!is_regular) return spectral_inverse(hessian, background_weight);
  const Eigen::MatrixXd inverse =
      factor.solve(Eigen::MatrixXd::Identity(hessian.rows(), hessian.cols()));
  return (inverse + inverse.transpose()) / 2;
}

/// The time of the last observation, 0 without one.
double last_observation(const Law& law, const Tracks& tracks) {
  double last = 0;
  for (std::size_t i = 0; i < tracks.x.size(); ++i) {
    if (!std::isnan(tracks.x[i])) last = std::max(last, law.times[i % law.n_times()]);
  }
  return last;
}

/// From the best control for the first half of the time.
VariationalResult assimilate_lengthened(double last, const Law& law, const ControlSpace& space,
                                        const Tracks& tracks, VariationalOptions options) {
  const ObservedWindow half(law, tracks, last / 2);
  Eigen::VectorXd start = Eigen::VectorXd::Zero(space.size());
  int iterations = 0;
  if (is_observed_after_release(law, half.tracks())) {
    auto best = assimilate_variational(law, space, half.tracks(), options);
    start = std::move(best.posterior.mean);
    iterations = best.iterations;
  }
  options.start = VariationalStart::given;
  options.given = std::move(start);
  options.lengthened_from = 0;
  auto result = assimilate_variational(law, space, tracks, options);
  result.iterations += iterations;
  return result;
}

}  // namespace

VariationalResult assimilate_variational(const Law& law, const ControlSpace& space,
                                         const Tracks& tracks, const VariationalOptions& options) {
  require_shape(law, tracks);
  const double last = options.lengthened_from > 0 ? last_observation(law, tracks) : 0;
  if (last > options.lengthened_from) {
    return assimilate_lengthened(last, law, space, tracks, options);
  }
  Query query(law, space, tracks, options);
  const Eigen::VectorXd start = query.start();
  require(std::isfinite(query.cost().value(start)),
          "start: a drifter's position overflowed: give a start of smaller coefficients");
  const variational::Minimum minimum =
      minimize(query.cost(), start, {options.max_iterations, options.tolerance});
  VariationalResult result;
  result.cost = minimum.at.value;
  result.misfit = minimum.at.misfit;
  result.iterations = minimum.iterations;
  result.converged = minimum.converged;
  result.posterior = {minimum.at.control,
                      laplace_covariance(minimum.at.hessian, options.background_weight)};
  return result;
}

VariationalCost variational_cost(const Law& law, const ControlSpace& space, const Tracks& tracks,
                                 const VariationalOptions& options,
                                 const Eigen::VectorXd& control) {
  variational::require_control(space, control);
  Query query(law, space, tracks, options);
  Cost::Linearised at = query.cost().linearised(control);
  return {at.value, std::move(at.gradient), std::move(at.hessian)};
}

VariationalDiagnostics variational_diagnostics(const Law& law, const ControlSpace& space,
                                               const Tracks& tracks,
                                               const VariationalOptions& options,
                                               const Eigen::VectorXd& control) {
  Eigen::MatrixXd hessian = variational_cost(law, space, tracks, options, control).hessian;
  hessian.diagonal().array() -= options.background_weight;
  const Eigen::VectorXd eigenvalues =
      Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(hessian, Eigen::EigenvaluesOnly).eigenvalues();
  const double largest = eigenvalues[eigenvalues.size() - 1];
  const double smallest = std::max(eigenvalues[0], 1e-16 * largest);
  VariationalDiagnostics diagnostics = {std::sqrt(largest / smallest), 0};
  for (const double eigenvalue : eigenvalues) {
    diagnostics.information += std::log1p(std::max(eigenvalue, 0.0)) / 2;
  }
  return diagnostics;
}

}  // namespace lagoon::flow
