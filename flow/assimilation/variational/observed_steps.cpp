#include "flow/assimilation/variational/observed_steps.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include <Eigen/QR>

#include "flow/error.hpp"

namespace lagoon::flow::variational {
namespace {

void require_not_infinite(std::span<const double> positions, std::size_t n_times,
                          const char* name) {
  for (std::size_t i = 0; i < positions.size(); ++i) {
    if (!std::isinf(positions[i])) continue;
    throw Error("tracks: " + std::string(name) + " of drifter " + std::to_string(i / n_times) +
                " at time " + std::to_string(i % n_times) +
                " is infinite: give NaN where nothing was observed");
  }
}

}  // namespace

ObservedSteps::ObservedSteps(const Law& law, std::vector<TimeStep> steps, const Tracks& tracks)
    : law_(law),
      n_times_(law.n_times()),
      steps_(std::move(steps)),
      weights_(hermite_weights(law, steps_)),
      tracks_(tracks) {
  require_shape(law, tracks);
  require_not_infinite(tracks.x, n_times_, "x");
  require_not_infinite(tracks.y, n_times_, "y");
  require(is_observed_after_release(law, tracks),
          "tracks: no position after a release is observed: give at least one that is not NaN");
  for (const TimeStep& step : steps_) {
    std::vector<std::size_t> all;
    for (std::size_t i = 0; i < step.n_observations; ++i) all.push_back(step.first_observation + i);
    rows_of_complete_.push_back(append_rows(all));
  }
  rows_.resize(law.n_drifters() * steps_.size());
  for (std::size_t drifter = 0; drifter < law.n_drifters(); ++drifter) find_rows(drifter);
}

void ObservedSteps::find_rows(std::size_t drifter) {
  const std::size_t first = first_step_of(law_, steps_, drifter);
  ranges_.push_back({first, first});
  std::vector<std::size_t> observed;
  for (std::size_t i = first; i < steps_.size(); ++i) {
    const TimeStep& step = steps_[i];
    observed.clear();
    for (std::size_t j = step.first_observation; j < step.first_observation + step.n_observations;
         ++j) {
      if (is_observed(drifter, j)) observed.push_back(j);
    }
    if (observed.empty()) continue;
    ranges_.back().end = i + 1;
    rows_[drifter * steps_.size() + i] =
        observed.size() == step.n_observations ? rows_of_complete_[i] : append_rows(observed);
  }
}

ObservedSteps::Rows ObservedSteps::append_rows(const std::vector<std::size_t>& observed) {
  const Rows rows = {storage_.size(), std::min<std::size_t>(observed.size(), 4)};
  Eigen::Matrix<double, Eigen::Dynamic, 4, Eigen::RowMajor> all(observed.size(), 4);
  for (std::size_t i = 0; i < observed.size(); ++i) {
    const HermiteWeights& weights = weights_[observed[i]];
    for (std::size_t q = 0; q < 4; ++q) {
      all(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(q)) = weights[q];
    }
  }
  if (observed.size() > 4) {
    const Eigen::Matrix4d upper = all.householderQr().matrixQR().topRows<4>();
    all = upper.triangularView<Eigen::Upper>();
  }
  storage_.insert(storage_.end(), all.data(), all.data() + 4 * rows.size);
  return rows;
}

std::span<const double> ObservedSteps::rows(std::size_t drifter, std::size_t step) const {
  const Rows& rows = rows_[drifter * steps_.size() + step];
  return std::span(storage_).subspan(rows.at, 4 * rows.size);
}

}  // namespace lagoon::flow::variational
