#include "contrastive/minimize.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

using Eigen::VectorXd;

constexpr double kDecrease = 1e-4;        // share of the promised fall that is asked for
constexpr double kFlattening = 0.9;       // share of the first slope that may be left
constexpr double kValueRounding = 1e-13;  // values that differ by less, relatively, are equal
constexpr double kExpansion = 4;
constexpr int kMostExpansions = 40;
constexpr int kMostSections = 60;
constexpr double kNearestEnd = 0.1;     // of an interval, to which interpolation may come
constexpr std::size_t kMostPairs = 20;  // of steps and changes of gradient that are remembered

/// The function on a line, `step` from its start.
struct Probe {
  double step = 0, value = 0, slope = 0;
  VectorXd x, gradient;

  bool is_finite() const { return std::isfinite(value) && std::isfinite(slope); }
};

/// The place in (0, 1) between two probes where the cubic through their values and slopes is least,
/// kept away from the ends; the middle if there is none.
double interpolate(const Probe& from, const Probe& to) {
  if (!from.is_finite() || !to.is_finite()) return 0.5;
  const double width = to.step - from.step;
  const double first = from.slope + to.slope - 3 * (to.value - from.value) / width;
  const double radicand = first * first - from.slope * to.slope;
  if (!(radicand >= 0)) return 0.5;
  const double root = std::copysign(std::sqrt(radicand), width);
  const double place = 1 - (to.slope + root - first) / (to.slope - from.slope + 2 * root);
  return std::isfinite(place) ? std::clamp(place, kNearestEnd, 1 - kNearestEnd) : 0.5;
}

/// Searches a step along a direction of descent.
class LineSearch {
 public:
  LineSearch(const SmoothFunction& function, const Probe& start, const VectorXd& direction)
      : function_(function),
        start_(start),
        direction_(direction),
        rounding_(kValueRounding * std::abs(start.value)) {}

  /// Nothing if no step was found that makes progress.
  std::optional<Probe> search(double first_step) {
    Probe previous = start_;
    double step = first_step;
    for (int i = 0; i < kMostExpansions; ++i, step *= kExpansion) {
      Probe probe = at(step);
      if (is_good(probe)) return probe;
      if (is_too_high(probe, previous)) return narrow(std::move(previous), std::move(probe));
      if (probe.slope >= 0) return narrow(std::move(probe), std::move(previous));
      previous = std::move(probe);
    }
    return previous;  // falls as far as was looked: the function may have no lower bound
  }

 private:
  Probe at(double step) {
    Probe probe{step, 0, 0, start_.x + step * direction_, VectorXd(start_.x.size())};
    probe.value = function_(probe.x, probe.gradient);
    probe.slope = probe.gradient.dot(direction_);
    return probe;
  }

  bool falls_enough(const Probe& probe) const {
    return probe.value <= start_.value + kDecrease * probe.step * start_.slope;
  }

  /// The strong Wolfe conditions, or, among equal values, the approximate ones, which ask slopes
  /// alone.
  bool is_good(const Probe& probe) const {
    if (!probe.is_finite()) return false;
    if (falls_enough(probe)) return std::abs(probe.slope) <= -kFlattening * start_.slope;
    return probe.value <= start_.value + rounding_ && probe.slope >= kFlattening * start_.slope &&
           probe.slope <= (2 * kDecrease - 1) * start_.slope;
  }

  bool is_too_high(const Probe& probe, const Probe& lowest) const {
    if (!probe.is_finite()) return true;
    const bool rises = !falls_enough(probe) && probe.value > start_.value + rounding_;
    return rises || probe.value > lowest.value + rounding_;
  }

  /// Between `low`, the lowest so far with its slope towards `high`, and `high`.
  std::optional<Probe> narrow(Probe low, Probe high) {
    for (int i = 0; i < kMostSections; ++i) {
      Probe probe = at(low.step + interpolate(low, high) * (high.step - low.step));
      if (is_good(probe)) return probe;
      if (probe.step == low.step || probe.step == high.step) break;
      if (is_too_high(probe, low)) {
        high = std::move(probe);
      } else {
        if (probe.slope * (high.step - low.step) >= 0) high = std::move(low);
        low = std::move(probe);
      }
    }
    if (low.step > 0 && low.value < start_.value) return low;
    return std::nullopt;
  }

  const SmoothFunction& function_;
  const Probe& start_;
  const VectorXd& direction_;
  double rounding_;
};

/// The latest steps and changes of gradient, which stand for the inverse of the Hessian.
class History {
 public:
  bool is_empty() const { return pairs_.empty(); }
  void clear() { pairs_.clear(); }

  /// A pair without curvature would make the inverse indefinite.
  void add(VectorXd step, VectorXd change) {
    const double curvature = step.dot(change);
    if (!(curvature > 1e-14 * step.norm() * change.norm())) return;
    if (pairs_.size() == kMostPairs) pairs_.pop_front();
    pairs_.push_back({std::move(step), std::move(change), 1 / curvature});
  }

  VectorXd direction(const VectorXd& gradient) const {
    VectorXd result = -gradient;
    std::vector<double> along(pairs_.size());
    for (std::size_t i = pairs_.size(); i-- > 0;) {
      along[i] = pairs_[i].inverse_curvature * pairs_[i].step.dot(result);
      result -= along[i] * pairs_[i].change;
    }
    if (!pairs_.empty()) {
      const Pair& last = pairs_.back();
      result /= last.inverse_curvature * last.change.squaredNorm();
    }
    for (std::size_t i = 0; i < pairs_.size(); ++i) {
      const double back = pairs_[i].inverse_curvature * pairs_[i].change.dot(result);
      result += (along[i] - back) * pairs_[i].step;
    }
    return result;
  }

 private:
  struct Pair {
    VectorXd step, change;
    double inverse_curvature;
  };
  std::deque<Pair> pairs_;
};

/// The next point; nothing if neither the history's direction nor the steepest one has progress.
std::optional<Probe> advance(const SmoothFunction& function, Probe& point, History& history) {
  for (;;) {
    VectorXd direction = history.direction(point.gradient);
    point.slope = point.gradient.dot(direction);
    if (point.slope < 0) {
      const double first = history.is_empty() ? std::min(1.0, 1 / point.gradient.norm()) : 1.0;
      LineSearch line(function, point, direction);
      std::optional<Probe> found = line.search(first);
      if (found) return found;
    }
    if (history.is_empty()) return std::nullopt;
    history.clear();
  }
}

}  // namespace

Minimum minimize(const SmoothFunction& function, VectorXd start, const MinimizeOptions& options) {
  Probe point{0, 0, 0, std::move(start), {}};
  point.gradient.resize(point.x.size());
  point.value = function(point.x, point.gradient);
  require(std::isfinite(point.value) && point.gradient.allFinite(),
          "the function to minimise is not finite at the start: start inside its domain");
  Minimum result;
  History history;
  while (point.gradient.norm() > options.gradient_tolerance &&
         result.iterations < options.max_iterations) {
    std::optional<Probe> next = advance(function, point, history);
    if (!next) break;
    history.add(next->x - point.x, next->gradient - point.gradient);
    next->step = 0;
    point = std::move(*next);
    ++result.iterations;
  }
  result.gradient_norm = point.gradient.norm();
  result.converged = result.gradient_norm <= options.gradient_tolerance;
  result.value = point.value;
  result.x = std::move(point.x);
  return result;
}

}  // namespace lagoon::contrastive
