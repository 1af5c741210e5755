#include "flow/assimilation/variational/gauss_newton.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include <Eigen/Cholesky>

namespace lagoon::flow::variational {
namespace {

constexpr double kRoundingOfCost = 1e-9;
constexpr double kLeastShare = 1e-3;      ///< of the promised decrease that a step must bring
constexpr double kFirstDamping = 1e-4;    ///< over the Hessian's mean diagonal
constexpr double kLeastDamping = 1e-6;    ///< below it a step is not damped
constexpr double kLargestDamping = 1e12;  ///< steps this short change nothing

/// Levenberg's damping, over the Hessian's mean diagonal.
class Damping {
 public:
  double value() const { return value_; }
  void raise() {
    value_ = std::max(value_ * growth_, kFirstDamping);
    growth_ *= 2;
  }
  void lower(double share) {
    value_ *= std::max(1.0 / 3, 1 - std::pow(2 * share - 1, 3));
    if (value_ < kLeastDamping) value_ = 0;
    growth_ = 2;
  }

 private:
  double value_ = 0;
  double growth_ = 2;
};

struct Step {
  Eigen::VectorXd change;
  double promised = 0;  ///< decrease of J's quadratic model
};

/// None where the damped Hessian is not positive definite, but for rounding.
std::optional<Step> step_from(const Cost::Linearised& at, double damping) {
  Eigen::MatrixXd hessian = at.hessian;
  hessian.diagonal().array() += damping * at.hessian.diagonal().mean();
  const Eigen::LLT<Eigen::MatrixXd> factor(hessian);
  if (factor.info() != Eigen::Success) return std::nullopt;
  Step step = {factor.solve(-at.gradient), 0};
  step.promised = -step.change.dot(at.gradient) - step.change.dot(at.hessian * step.change) / 2;
  return step;
}

}  // namespace

double Cost::value(const Eigen::VectorXd& control) {
  return precision_ * misfit_.value(control) + weight_ / 2 * control.squaredNorm();
}

Cost::Linearised Cost::linearised(const Eigen::VectorXd& control) {
  Misfit misfit = misfit_.linearised(control);
  Linearised result = {control, 0, precision_ * misfit.value,
                       precision_ * misfit.gradient + weight_ * control,
                       precision_ * misfit.normal};
  result.value = result.misfit + weight_ / 2 * control.squaredNorm();
  result.hessian.diagonal().array() += weight_;
  return result;
}

Minimum minimize(Cost& cost, const Eigen::VectorXd& start, const GaussNewtonOptions& options) {
  Minimum minimum = {cost.linearised(start), 0, false};
  Cost::Linearised& at = minimum.at;
  Damping damping;
  while (minimum.iterations < options.max_iterations && damping.value() < kLargestDamping) {
    const std::optional<Step> full = step_from(at, 0);
    minimum.converged = full && full->promised <= options.tolerance + kRoundingOfCost * at.value;
    const std::optional<Step> step =
        damping.value() > 0 && !minimum.converged ? step_from(at, damping.value()) : full;
    const double gained = step ? at.value - cost.value(at.control + step->change) : 0;
    if (step && gained > (minimum.converged ? 0 : kLeastShare * step->promised)) {
      at = cost.linearised(at.control + step->change);
      ++minimum.iterations;
      damping.lower(std::min(gained / step->promised, 1.0));
    } else {
      damping.raise();
    }
    if (minimum.converged) break;
  }
  return minimum;
}

}  // namespace lagoon::flow::variational
