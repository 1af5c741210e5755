#include "flow/assimilation/variational/tangent_linear.hpp"

#include <string>

#include "flow/assimilation/variational/drifter_path.hpp"
#include "flow/assimilation/variational/kernels/instruction_sets.hpp"
#include "flow/error.hpp"
#include "flow/integration/requirements.hpp"
#include "flow/law/requirement.hpp"

namespace lagoon::flow {
namespace variational {

std::vector<TimeStep> make_steps(const Law& law, const TangentSteps& steps) {
  return steps.steps_per_interval > 0 ? steps_of_law(law, steps.steps_per_interval)
                                      : coarse_steps(law, steps.steps);
}

void require_deterministic(const Law& law) {
  for (const double damping : law.damping) {
    if (damping > 0) {
      refuse("law: damping", damping,
             "the variational method takes constant amplitudes: use the ensemble method");
    }
  }
  if (law.diffusivity > 0) {
    refuse("law: diffusivity", law.diffusivity,
           "the variational method takes drifters without diffusion: use the exact or the ensemble "
           "method");
  }
}

void require_control(const ControlSpace& space, const Eigen::VectorXd& control) {
  require(control.size() == space.size(),
          "control: " + std::to_string(control.size()) + " components where the law has " +
              std::to_string(space.size()) + " unknowns: give one each");
  require(control.allFinite(), "control: a component is not a finite number: give finite ones");
}

}  // namespace variational

namespace {

using variational::DrifterPath;
using variational::HermiteWeights;
using variational::StepEnds;

/// One drifter's step at one observation time, into row `row` of the result.
class RowWriter {
 public:
  RowWriter(const variational::Kernel& kernel, const variational::WaveFlow& flow)
      : kernel_(kernel), flow_(flow), columns_(flow.n_columns()) {}

  void write(const StepEnds& ends, const HermiteWeights& w, std::size_t row,
             TangentTrajectories& to) {
    to.x[row] = w[0] * ends.x[0] + w[1] * ends.x[1] + w[2] * ends.x[2] + w[3] * ends.x[3];
    to.y[row] = w[0] * ends.y[0] + w[1] * ends.y[1] + w[2] * ends.y[2] + w[3] * ends.y[3];
    write(ends.tangent_x.data(), w, static_cast<Eigen::Index>(row), to.dx);
    write(ends.tangent_y.data(), w, static_cast<Eigen::Index>(row), to.dy);
  }

 private:
  void write(const double* const* tangent, const HermiteWeights& w, Eigen::Index row,
             Eigen::MatrixXd& to) {
    kernel_.combine(tangent, w.data(), 1, static_cast<int>(columns_.size()), columns_.data());
    for (Eigen::Index i = 0; i < to.cols(); ++i) {
      to(row, i) =
          columns_[static_cast<std::size_t>(flow_.column_of()[static_cast<std::size_t>(i)])];
    }
  }

  const variational::Kernel& kernel_;
  const variational::WaveFlow& flow_;
  Aligned<double> columns_;
};

/// Drifters stay at their release points until their release.
TangentTrajectories at_release_points(const Law& law, const ControlSpace& space) {
  TangentTrajectories result;
  for (std::size_t drifter = 0; drifter < law.n_drifters(); ++drifter) {
    result.x.insert(result.x.end(), law.n_times(), law.release_x[drifter]);
    result.y.insert(result.y.end(), law.n_times(), law.release_y[drifter]);
  }
  const auto n_rows = static_cast<Eigen::Index>(result.x.size());
  result.dx = result.dy = Eigen::MatrixXd::Zero(n_rows, space.size());
  return result;
}

}  // namespace

TangentTrajectories tangent_trajectories(const Law& law, const ControlSpace& space,
                                         const TangentSteps& steps,
                                         const Eigen::VectorXd& control) {
  require_valid(law);
  variational::require_deterministic(law);
  variational::require_control(space, control);
  const std::vector<variational::TimeStep> clock = variational::make_steps(law, steps);
  const std::vector<HermiteWeights> weights = variational::hermite_weights(law, clock);
  const variational::Kernel& kernel = variational::chosen_kernel();
  variational::WaveFlow flow(law, space);
  flow.set(control);
  DrifterPath path(kernel, flow, variational::Follow::tangent);
  RowWriter writer(kernel, flow);
  TangentTrajectories result = at_release_points(law, space);
  for (std::size_t drifter = 0; drifter < law.n_drifters(); ++drifter) {
    const std::size_t first = variational::first_step_of(law, clock, drifter);
    path.release(law.release_x[drifter], law.release_y[drifter], clock[first].begin);
    for (std::size_t i = first; i < clock.size(); ++i) {
      path.advance(clock[i]);
      for (std::size_t n = 0; n < clock[i].n_observations; ++n) {
        const std::size_t j = clock[i].first_observation + n;
        writer.write(path.ends(), weights[j], drifter * law.n_times() + j, result);
      }
    }
  }
  require_finite_positions(law, result.x, result.y);
  return result;
}

}  // namespace lagoon::flow
