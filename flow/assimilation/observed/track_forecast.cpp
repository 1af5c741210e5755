#include "flow/assimilation/observed/track_forecast.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "flow/assimilation/variational/variational.hpp"
#include "flow/error.hpp"

namespace lagoon::flow {
namespace {

using Eigen::Index;

/// The same observations as increments: a drifter is released anew wherever it was seen, and is
/// seen once, when it is next. What the flow leaves of one increment is then no part of the next.
struct Increments {
  Law law;
  std::vector<double> x, y;  ///< (increment, time)

  explicit Increments(const TrackCase& track_case) : law(track_case.seen) {
    law.release_x.clear(), law.release_y.clear(), law.release_time.clear();
    for (std::size_t p = 0; p < track_case.seen.n_drifters(); ++p) add_track(track_case, p);
  }

  double n_times_seen = 0;  ///< of the drifter that was seen most often

 private:
  void add_track(const TrackCase& track_case, std::size_t p) {
    const Law& seen = track_case.seen;
    double from_x = seen.release_x[p], from_y = seen.release_y[p], from = seen.release_time[p];
    double n = 0;
    for (std::size_t j = 0; j < law.n_times(); ++j) {
      const std::size_t at = p * law.n_times() + j;
      if (!std::isfinite(track_case.x[at]) || law.times[j] <= from) continue;
      law.release_x.push_back(from_x), law.release_y.push_back(from_y);
      law.release_time.push_back(from);
      x.insert(x.end(), law.n_times(), std::numeric_limits<double>::quiet_NaN());
      y.insert(y.end(), law.n_times(), std::numeric_limits<double>::quiet_NaN());
      x[x.size() - law.n_times() + j] = from_x = track_case.x[at];
      y[y.size() - law.n_times() + j] = from_y = track_case.y[at];
      from = law.times[j];
      ++n;
    }
    n_times_seen = std::max(n_times_seen, n);
  }
};

/// What an increment is taken to be wrong by, per component: so that all of a track's add up to
/// what the unresolved motion does in the seen time, beside the errors of its ends.
double error_of_increment(const Increments& increments, const UnresolvedMotion& unresolved) {
  double last = 0;
  for (std::size_t i = 0; i < increments.x.size(); ++i) {
    if (std::isfinite(increments.x[i])) {
      last = std::max(last, increments.law.times[i % increments.law.n_times()]);
    }
  }
  return std::sqrt(std::pow(unresolved.displacement_std(last), 2) / increments.n_times_seen +
                   2 * std::pow(increments.law.observation_noise_std, 2));
}

bool is_seen(const TrackCase& track_case, std::size_t time) {
  for (std::size_t at = time; at < track_case.x.size(); at += track_case.seen.n_times()) {
    if (std::isfinite(track_case.x[at])) return true;
  }
  return false;
}

/// What a position is taken to be wrong by, per component, where all of a track share one error:
/// its mean square over the seen times, times their number.
double error_of_track(const TrackCase& track_case, const UnresolvedMotion& unresolved) {
  const Law& law = track_case.seen;
  double squares = std::pow(law.observation_noise_std, 2);
  for (std::size_t j = 0; j < law.n_times(); ++j) {
    if (is_seen(track_case, j)) squares += std::pow(unresolved.displacement_std(law.times[j]), 2);
  }
  return std::sqrt(squares);
}

/// The mean displacement of seen drifters between two observation times, from the release points at
/// time -1; NaN where none was seen at both.
class SeenDisplacements {
 public:
  explicit SeenDisplacements(const TrackCase& track_case) : case_(track_case) {}

  Eigen::RowVector2d position(std::size_t drifter, Index time) const {
    if (time < 0) return {case_.seen.release_x[drifter], case_.seen.release_y[drifter]};
    const std::size_t at = drifter * case_.seen.n_times() + static_cast<std::size_t>(time);
    return {case_.x[at], case_.y[at]};
  }

  Eigen::RowVector2d displacement(std::size_t drifter, Index from, Index to) const {
    return position(drifter, to) - position(drifter, from);
  }

  Eigen::RowVector2d mean(Index from, Index to) const {
    Eigen::RowVector2d sum = Eigen::RowVector2d::Zero();
    double n = 0;
    for (std::size_t drifter = 0; drifter < case_.seen.n_drifters(); ++drifter) {
      const Eigen::RowVector2d moved = displacement(drifter, from, to);
      if (!moved.allFinite()) continue;
      sum += moved;
      ++n;
    }
    return sum / n;
  }

  /// The drifter seen at both times that was nearest to a point at the first.
  Eigen::RowVector2d of_nearest(const Eigen::RowVector2d& point, Index from, Index to) const {
    double least = std::numeric_limits<double>::infinity();
    Eigen::RowVector2d result =
        Eigen::RowVector2d::Constant(std::numeric_limits<double>::quiet_NaN());
    for (std::size_t drifter = 0; drifter < case_.seen.n_drifters(); ++drifter) {
      const Eigen::RowVector2d moved = displacement(drifter, from, to);
      const double distance = (position(drifter, from) - point).squaredNorm();
      if (!moved.allFinite() || distance >= least) continue;
      least = distance;
      result = moved;
    }
    return result;
  }

 private:
  const TrackCase& case_;
};

/// The last observation time not after t; -1 before the first.
Index time_index(const Law& law, double t) {
  Index result = -1;
  while (static_cast<std::size_t>(result + 1) < law.n_times() &&
         law.times[static_cast<std::size_t>(result + 1)] <= t + 1e-12 * law.times.back()) {
    ++result;
  }
  return result;
}

}  // namespace

double UnresolvedMotion::displacement_std(double t) const {
  if (t <= 0) return 0;
  const double grown = t / memory;
  // t - memory (1 - exp(-t / memory)) loses its digits where t is short against the memory.
  const double area =
      grown < 1e-3 ? memory * grown * grown / 2 * (1 - grown / 3) : t + memory * std::expm1(-grown);
  return speed * std::sqrt(2 * memory * area);
}

std::vector<std::size_t> asked_places(const TrackCase& track_case) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < track_case.truth_x.size(); ++i) {
    if (std::isfinite(track_case.truth_x[i]) && std::isfinite(track_case.truth_y[i])) {
      places.push_back(i);
    }
  }
  return places;
}

double unresolved_variance(const Law& law, std::size_t place, const UnresolvedMotion& unresolved) {
  const double since = law.times[place % law.n_times()] - law.release_time[place / law.n_times()];
  return std::pow(unresolved.displacement_std(since), 2) + std::pow(law.observation_noise_std, 2);
}

GaussianPosterior assimilate_case(const TrackCase& track_case, const UnknownDrift& drift,
                                  const UnresolvedMotion& unresolved,
                                  const Eigen::VectorXd& start) {
  const Increments increments(track_case);
  require(!increments.x.empty(), "no drifter was seen: give tracks");
  const bool is_whole = unresolved.lasts(track_case.seen);
  VariationalOptions options;
  if (start.size() > 0) {
    options.start = VariationalStart::given;
    options.given = start;
  } else if (!is_whole) {
    options.start = VariationalStart::zero;  // increments are nearly linear in the control
  }
  if (is_whole) {
    options.observation_std = error_of_track(track_case, unresolved);
    return assimilate_variational(track_case.seen, ControlSpace(track_case.seen, drift),
                                  track_case.tracks(), options)
        .posterior;
  }
  options.observation_std = error_of_increment(increments, unresolved);
  return assimilate_variational(increments.law, ControlSpace(increments.law, drift),
                                {increments.x, increments.y}, options)
      .posterior;
}

VectorForecast forecast_by_variational(const TrackCase& track_case, const UnknownDrift& drift,
                                       const UnresolvedMotion& unresolved,
                                       const GaussianPosterior& posterior) {
  const auto paths = tangent_trajectories(track_case.asked, ControlSpace(track_case.asked, drift),
                                          TangentSteps{}, posterior.mean);
  const auto places = asked_places(track_case);
  VectorForecast forecast = no_forecast(static_cast<Index>(places.size()));
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto row = static_cast<Index>(places[i]);
    const double variance = unresolved_variance(track_case.asked, places[i], unresolved);
    const auto std = [&](const Eigen::MatrixXd& tangent) {
      return std::sqrt(tangent.row(row).dot(posterior.covariance * tangent.row(row).transpose()) +
                       variance);
    };
    forecast.mean.row(static_cast<Index>(i)) << paths.x[places[i]], paths.y[places[i]];
    forecast.std.row(static_cast<Index>(i)) << std(paths.dx), std(paths.dy);
  }
  return forecast;
}

VectorForecast forecast_by_neighbours(const TrackCase& track_case, bool nearest) {
  const Law& law = track_case.asked;
  const SeenDisplacements seen(track_case);
  const auto places = asked_places(track_case);
  VectorForecast forecast = no_forecast(static_cast<Index>(places.size()));
  for (std::size_t i = 0; i < places.size(); ++i) {
    const std::size_t drifter = places[i] / law.n_times();
    const auto to = static_cast<Index>(places[i] % law.n_times());
    const Index from = time_index(track_case.seen, law.release_time[drifter]);
    const Eigen::RowVector2d release(law.release_x[drifter], law.release_y[drifter]);
    Eigen::RowVector2d moved = nearest ? seen.of_nearest(release, from, to) : seen.mean(from, to);
    if (!moved.allFinite()) moved.setZero();
    forecast.mean.row(static_cast<Index>(i)) = release + moved;
  }
  return forecast;
}

VectorForecast forecast_by_velocity(const TrackCase& track_case,
                                    const Eigen::MatrixX2d& velocities) {
  const Law& law = track_case.asked;
  const auto places = asked_places(track_case);
  VectorForecast forecast = no_forecast(static_cast<Index>(places.size()));
  for (std::size_t i = 0; i < places.size(); ++i) {
    const std::size_t drifter = places[i] / law.n_times();
    const double since = law.times[places[i] % law.n_times()] - law.release_time[drifter];
    forecast.mean.row(static_cast<Index>(i)) =
        Eigen::RowVector2d(law.release_x[drifter], law.release_y[drifter]) +
        since * velocities.row(static_cast<Index>(drifter));
  }
  return forecast;
}

}  // namespace lagoon::flow
