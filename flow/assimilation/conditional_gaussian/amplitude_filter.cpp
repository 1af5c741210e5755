#include "flow/assimilation/conditional_gaussian/amplitude_filter.hpp"

#include <cmath>
#include <vector>

#include "flow/assimilation/conditional_gaussian/drifter_path.hpp"
#include "flow/assimilation/conditional_gaussian/exactness.hpp"
#include "flow/assimilation/conditional_gaussian/velocity_design.hpp"
#include "flow/error.hpp"
#include "flow/exponential.hpp"
#include "flow/numerics/cholesky.hpp"

namespace lagoon::flow {
namespace {

using Eigen::ArrayXd;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// The increments of all drifters that end at one observation time.
struct Increments {
  std::vector<double> x, y, step_x, step_y;  ///< (drifter); steps over the root of the duration

  Index size() const { return static_cast<Index>(x.size()); }
};

Increments increments_to(std::size_t j, const std::vector<DrifterPath>& paths) {
  Increments all;
  for (const DrifterPath& path : paths) {
    if (j < path.first) continue;
    const auto i = static_cast<Index>(j - path.first);
    if (path.root_duration[i] == 0) continue;
    all.x.push_back(path.x[i]);
    all.y.push_back(path.y[i]);
    all.step_x.push_back(path.step_x[i]);
    all.step_y.push_back(path.step_y[i]);
  }
  return all;
}

/// Through one interval between observation times.
class Stepper {
 public:
  Stepper(const Law& law, const ControlSpace& space)
      : law_(law),
        space_(space),
        design_(law, space),
        factor_(space.size()),
        fresh_(space.size()) {}

  void observe(const Increments& increments, double begin, double end,
               ConditionalGaussianFilter& filter) {
    if (increments.size() == 0) return;
    const Index n = increments.size();
    const Phases at_begin = design_.phases(ArrayXd::Constant(1, begin));
    design_.fill_waves(as_array(increments.x), as_array(increments.y),
                       {at_begin.cosine.replicate(n, 1), at_begin.sine.replicate(n, 1)}, waves_);
    rows_.setZero(2 * n, space_.size());
    const Index n_waves = design_.size();
    rows_.topLeftCorner(n, n_waves) = waves_ * design_.slope_x().asDiagonal();
    rows_.bottomLeftCorner(n, n_waves) = waves_ * design_.slope_y().asDiagonal();
    if (space_.has_mean_velocity()) {
      rows_.col(n_waves).head(n).setConstant(space_.mean_velocity_std());
      rows_.col(n_waves + 1).tail(n).setConstant(space_.mean_velocity_std());
    }
    rows_ *= end - begin;
    VectorXd data(2 * n);
    data << as_array(increments.step_x), as_array(increments.step_y);
    data *= std::sqrt(end - begin);
    filter.observe(rows_, data, 2 * law_.diffusivity * (end - begin));
  }

  /// As draw_amplitudes().
  void advance(double duration, ConditionalGaussianFilter& filter) {
    factor_.setOnes();
    fresh_.setZero();
    for (std::size_t i = 0; i < space_.modes().size(); ++i) {
      const double exponent = law_.damping[space_.modes()[i]] * duration;
      factor_.segment<2>(2 * static_cast<Index>(i)).setConstant(exponential(-exponent).value);
      fresh_.segment<2>(2 * static_cast<Index>(i))
          .setConstant(-exponential(-2 * exponent).minus_one);
    }
    filter.advance(factor_, fresh_);
  }

 private:
  const Law& law_;
  const ControlSpace& space_;
  VelocityDesign design_;
  VectorXd factor_, fresh_;
  MatrixXd waves_, rows_;
};

void require_filter(const Law& law) {
  require_brownian_increments(law, "the conditional-Gaussian filter");
  require(!has_release_between_times(law),
          "the conditional-Gaussian filter knows amplitudes at observation times only, and a "
          "drifter is released between them: release it at 0 or at an observation time");
}

std::vector<DrifterPath> paths_of(const Law& law, const Tracks& tracks) {
  std::vector<DrifterPath> paths;
  for (std::size_t p = 0; p < law.n_drifters(); ++p) paths.push_back(path_of(law, tracks, p));
  return paths;
}

}  // namespace

GaussianPosterior prior_of(const ControlSpace& space) {
  return {VectorXd::Zero(space.size()), MatrixXd::Identity(space.size(), space.size())};
}

void filter_amplitudes(const Law& law, const ControlSpace& space, const Tracks& tracks,
                       ConditionalGaussianFilter& filter, const AfterObservation& after) {
  require_filter(law);
  const std::vector<DrifterPath> paths = paths_of(law, tracks);
  Stepper stepper(law, space);
  double begin = 0;
  for (std::size_t j = 0; j < law.n_times(); begin = law.times[j], ++j) {
    stepper.observe(increments_to(j, paths), begin, law.times[j], filter);
    if (law.has_varying_amplitudes()) stepper.advance(law.times[j] - begin, filter);
    if (after) after(j, filter);
  }
}

FilteredPosterior filtered_posterior(const Law& law, const ControlSpace& space,
                                     const Tracks& tracks) {
  ConditionalGaussianFilter filter(prior_of(space));
  filter.remember();
  filter_amplitudes(law, space, tracks, filter);
  const Index n = space.size();
  const GaussianPosterior& both = filter.state();
  FilteredPosterior result;
  result.at_end = {both.mean.head(n), both.covariance.topLeftCorner(n, n)};
  result.at_start = {both.mean.tail(n), both.covariance.bottomRightCorner(n, n)};
  result.log_evidence = filter.log_evidence();
  result.information = -half_log_determinant(result.at_start.covariance.llt());
  return result;
}

}  // namespace lagoon::flow
