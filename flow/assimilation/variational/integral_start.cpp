#include "flow/assimilation/variational/integral_start.hpp"

#include <algorithm>

#include <Eigen/Cholesky>

#include "flow/assimilation/variational/normal_equations.hpp"

namespace lagoon::flow::variational {
namespace {

std::vector<std::size_t> observed_times(const Law& law, const ObservedSteps& observed,
                                        std::size_t drifter) {
  std::vector<std::size_t> times;
  const ObservedSteps::Range& seen = observed.steps_of(drifter);
  for (std::size_t i = seen.first; i < seen.end; ++i) {
    const TimeStep& step = observed.steps()[i];
    for (std::size_t n = 0; n < step.n_observations; ++n) {
      const std::size_t j = step.first_observation + n;
      if (j < law.n_times() && observed.is_observed(drifter, j)) times.push_back(j);
    }
  }
  return times;
}

/// Through the steps of one drifter, along its smoothed track.
void add_track(const Law& law, const ObservedSteps& observed, std::size_t drifter,
               const SmoothTrack& track, DrifterPath& path, NormalEquations& equations) {
  const auto [first, end] = observed.steps_of(drifter);
  path.release(law.release_x[drifter], law.release_y[drifter], observed.steps()[first].begin);
  for (std::size_t i = first; i < end; ++i) {
    const TimeStep& step = observed.steps()[i];
    path.advance_along(step, track.at(step.half), track.at(step.end));
    equations.add(drifter, i, path.ends());
  }
}

}  // namespace

SmoothTrack::SmoothTrack(const Law& law, const ObservedSteps& observed, std::size_t drifter)
    : release_{law.release_x[drifter], law.release_y[drifter]} {
  const std::vector<std::size_t> times = observed_times(law, observed, drifter);
  begin_ = observed.steps()[observed.steps_of(drifter).first].begin;
  length_ = law.times[times.back()] - begin_;
  const auto n = static_cast<Eigen::Index>(times.size());
  const Eigen::Index degree = std::min(kDegree, (n + 1) / 2);
  Eigen::MatrixXd design(n, degree);
  Eigen::MatrixX2d shift(n, 2);
  for (Eigen::Index i = 0; i < n; ++i) {
    const std::size_t j = times[static_cast<std::size_t>(i)];
    const std::size_t at = drifter * law.n_times() + j;
    design.row(i) = basis(law.times[j], degree);
    shift.row(i) << observed.tracks().x[at] - release_[0], observed.tracks().y[at] - release_[1];
  }
  // Chebyshev polynomials are nearly orthogonal: the normal equations lose little.
  coefficients_ = (design.transpose() * design).llt().solve(design.transpose() * shift);
  sum_of_squares_ = (shift - design * coefficients_).squaredNorm();
  degrees_of_freedom_ = 2 * (n - degree);
}

Eigen::RowVectorXd SmoothTrack::basis(double t, Eigen::Index degree) const {
  const double z = 2 * std::min((t - begin_) / length_, 1.0) - 1;
  Eigen::RowVectorXd result(degree);
  double before = 1;
  double chebyshev = z;
  double at_begin = -1;
  for (Eigen::Index d = 0; d < degree; ++d) {
    result[d] = chebyshev - at_begin;
    const double next = 2 * z * chebyshev - before;
    before = chebyshev;
    chebyshev = next;
    at_begin = -at_begin;
  }
  return result;
}

std::array<double, 2> SmoothTrack::at(double t) const {
  const Eigen::RowVector2d shift = basis(t, coefficients_.rows()) * coefficients_;
  return {release_[0] + shift[0], release_[1] + shift[1]};
}

Eigen::VectorXd integral_start(const Kernel& kernel, const Law& law, const ControlSpace& space,
                               const ObservedSteps& observed, double observation_std) {
  WaveFlow flow(law, space);
  flow.set(Eigen::VectorXd::Zero(space.size()));
  DrifterPath path(kernel, flow, Follow::tangent);
  NormalEquations equations(kernel, flow, observed, Follow::tangent);
  double sum_of_squares = 0;
  double degrees_of_freedom = 0;
  for (std::size_t drifter = 0; drifter < law.n_drifters(); ++drifter) {
    const auto [first, end] = observed.steps_of(drifter);
    if (first == end) continue;
    const SmoothTrack track(law, observed, drifter);
    sum_of_squares += track.sum_of_squares();
    degrees_of_freedom += static_cast<double>(track.degrees_of_freedom());
    add_track(law, observed, drifter, track, path, equations);
  }
  const double variance = std::max(observation_std * observation_std,
                                   sum_of_squares / std::max(degrees_of_freedom, 1.0));
  Misfit misfit = equations.misfit();
  misfit.normal.diagonal().array() += variance;
  return misfit.normal.llt().solve(-misfit.gradient);
}

}  // namespace lagoon::flow::variational
