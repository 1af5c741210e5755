#include "flow/assimilation/variational/trajectory_misfit.hpp"

namespace lagoon::flow::variational {

Misfit TrajectoryMisfit::follow(const Eigen::VectorXd& control, Follow follow) {
  flow_.set(control);
  DrifterPath path(kernel_, flow_, follow);
  NormalEquations equations(kernel_, flow_, observed_, follow);
  for (std::size_t drifter = 0; drifter < law_.n_drifters(); ++drifter) {
    const ObservedSteps::Range& range = observed_.steps_of(drifter);
    if (range.first == range.end) continue;
    path.release(law_.release_x[drifter], law_.release_y[drifter],
                 observed_.steps()[range.first].begin);
    for (std::size_t i = range.first; i < range.end; ++i) {
      path.advance(observed_.steps()[i]);
      equations.add(drifter, i, path.ends());
    }
  }
  return equations.misfit();
}

}  // namespace lagoon::flow::variational
