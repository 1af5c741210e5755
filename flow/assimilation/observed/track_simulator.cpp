#include "flow/assimilation/observed/track_simulator.hpp"

#include <array>
#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include <Eigen/Cholesky>
#include <Eigen/QR>

#include "flow/assimilation/variational/drifter_path.hpp"
#include "flow/assimilation/variational/kernels/instruction_sets.hpp"
#include "flow/assimilation/variational/tangent_linear.hpp"
#include "flow/error.hpp"

namespace lagoon::flow {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// One RK4 step from a node of the clock to the next: in it a drifter goes much less far than the
/// shortest wave.
constexpr TangentSteps kNodeToNode = {.steps_per_interval = 1};

/// Pairs of normals of one stream, one after another.
class NormalPairs {
 public:
  explicit NormalPairs(const DrawKey& key) : key_(key) {}
  std::array<double, 2> operator()() { return normal_pair(key_, next_++); }

 private:
  DrawKey key_;
  std::uint32_t next_ = 0;
};

/// A drifter's unresolved motion by the exact transition of velocity and way together (Gillespie
/// 1996, Phys. Rev. E 54, 2084).
class UnresolvedWay {
 public:
  UnresolvedWay(const UnresolvedMotion& motion, NormalPairs& normals)
      : motion_(motion), normals_(normals), velocity_(normals()) {
    for (double& component : velocity_) component *= motion.speed;
  }

  /// The way through the next `length` of time.
  std::array<double, 2> advance(double length) {
    const double tau = motion_.memory;
    const double lost = -std::expm1(-length / tau), kept = 1 - lost;
    const double velocity_std = motion_.speed * std::sqrt(lost * (1 + kept));
    const double shared = motion_.speed * motion_.speed * tau * lost * lost;  // covariance
    const double way_variance =
        std::pow(motion_.speed * tau, 2) * std::max(0.0, 2 * length / tau - 2 * lost - lost * lost);
    const double slope = velocity_std > 0 ? shared / velocity_std : 0;
    const double rest = std::sqrt(std::max(0.0, way_variance - slope * slope));
    std::array<double, 2> way = {};
    for (std::size_t i = 0; i < 2; ++i) {
      const auto z = normals_();
      way[i] = velocity_[i] * tau * lost + slope * z[0] + rest * z[1];
      velocity_[i] = kept * velocity_[i] + velocity_std * z[0];
    }
    return way;
  }

 private:
  const UnresolvedMotion& motion_;
  NormalPairs& normals_;
  std::array<double, 2> velocity_;
};

/// Covariance of a component of that way between two times since the release.
double way_covariance(const UnresolvedMotion& motion, double s, double t) {
  const auto variance = [&](double at) { return std::pow(motion.displacement_std(at), 2); };
  return (variance(s) + variance(t) - variance(std::abs(t - s))) / 2;
}

/// Observation times of drifter p that the case saw.
std::vector<std::size_t> times_seen(const TrackCase& one, std::size_t p) {
  std::vector<std::size_t> times;
  for (std::size_t j = 0; j < one.seen.n_times(); ++j) {
    const std::size_t at = p * one.seen.n_times() + j;
    const bool known = std::isfinite(one.x[at]) && std::isfinite(one.y[at]);
    if (known && one.seen.times[j] > one.seen.release_time[p]) times.push_back(j);
  }
  return times;
}

/// (time, time) covariance of a component of a track's errors.
MatrixXd error_covariance(const TrackCase& one, const UnresolvedMotion& unresolved, std::size_t p,
                          const std::vector<std::size_t>& times) {
  const auto n = static_cast<Index>(times.size());
  const auto since = [&](Index i) {
    return one.seen.times[times[static_cast<std::size_t>(i)]] - one.seen.release_time[p];
  };
  MatrixXd covariance(n, n);
  for (Index i = 0; i < n; ++i) {
    for (Index j = 0; j < n; ++j) {
      covariance(i, j) = way_covariance(unresolved, since(i), since(j));
    }
    covariance(i, i) += std::pow(one.seen.observation_noise_std, 2);
  }
  return covariance;
}

/// What a track's positions count for. Of a motion that lasts, bends would say all, were it really
/// so smooth: then they count alike, as they do in 4D-Var.
MatrixXd weights_of(const MatrixXd& errors, bool lasts) {
  if (lasts) return MatrixXd::Identity(errors.rows(), errors.cols());
  return errors.llt().solve(MatrixXd::Identity(errors.rows(), errors.cols()));
}

/// What the positions of tracks say of the control at rest, where they are linear in it.
class Compression {
 public:
  Compression(const TrackCase& one, const ControlSpace& space)
      : at_rest_(tangent_trajectories(one.seen, space, kNodeToNode, VectorXd::Zero(space.size()))),
        slope_(MatrixXd::Zero(space.size(), space.size())),
        scatter_(slope_) {}

  /// Errors and weights (place, place) of a component at the track's places (drifter, time).
  void add_track(std::span<const std::size_t> places, const MatrixXd& errors,
                 const MatrixXd& weights) {
    const std::vector<Index> rows(places.begin(), places.end());
    MatrixXd columns(slope_.rows(), 2 * errors.rows());
    for (const bool is_y : {false, true}) {
      const MatrixXd tangent = (is_y ? at_rest_.dy : at_rest_.dx)(rows, Eigen::all);
      const MatrixXd weighted = tangent.transpose() * weights;
      columns.middleCols(is_y ? errors.rows() : 0, errors.rows()) = weighted;
      slope_ += weighted * tangent;
      scatter_ += weighted * errors * weighted.transpose();
    }
    n_places_ += errors.rows();
    of_tracks_.push_back(std::move(columns));
  }

  MatrixXd precision() const {
    return slope_.transpose() * scatter_.completeOrthogonalDecomposition().solve(slope_);
  }

  /// (n, place of all tracks x | y)
  MatrixXd joined_columns() const {
    MatrixXd joined(slope_.rows(), 2 * n_places_);
    Index at = 0;
    for (const MatrixXd& columns : of_tracks_) {
      const Index size = columns.cols() / 2;
      joined.middleCols(at, size) = columns.leftCols(size);
      joined.middleCols(n_places_ + at, size) = columns.rightCols(size);
      at += size;
    }
    return joined;
  }

 private:
  TangentTrajectories at_rest_;
  MatrixXd slope_, scatter_;         ///< (n, n) sums over the tracks
  std::vector<MatrixXd> of_tracks_;  ///< (n, place of a track x | y)
  Index n_places_ = 0;
};

}  // namespace

/// The drifters of a law in one flow after another.
class TrackSimulator::Followed {
 public:
  Followed(Law law, const UnknownDrift& drift)
      : law_(std::move(law)),
        space_(law_, drift),
        clock_(variational::make_steps(law_, kNodeToNode)),
        flow_(law_, space_),
        path_(variational::chosen_kernel(), flow_, variational::Follow::position) {}

  const Law& law() const { return law_; }
  const ControlSpace& space() const { return space_; }
  void set(const Eigen::Ref<const VectorXd>& control) { flow_.set(control); }

  /// Calls arrive(time, {x, y}) at every observation time after the release; pushed(length) is the
  /// way that is added to each stretch.
  template <class Pushed, class Arrive>
  void follow(std::size_t drifter, const Pushed& pushed, const Arrive& arrive) {
    std::size_t i = variational::first_step_of(law_, clock_, drifter);
    path_.release(law_.release_x[drifter], law_.release_y[drifter], clock_[i].begin);
    for (; i < clock_.size(); ++i) {
      path_.advance(clock_[i]);
      const std::array<double, 2> way = pushed(clock_[i].length);
      const std::array<double, 2> at = {path_.ends().x[2] + way[0], path_.ends().y[2] + way[1]};
      if (way[0] != 0 || way[1] != 0) path_.release(at[0], at[1], clock_[i].end);
      if (clock_[i].n_observations > 0) arrive(clock_[i].first_observation, at);
    }
  }

 private:
  Law law_;
  ControlSpace space_;
  std::vector<variational::TimeStep> clock_;
  variational::WaveFlow flow_;
  variational::DrifterPath path_;
};

TrackSimulator::TrackSimulator(const TrackCase& track_case, const UnknownDrift& drift,
                               const UnresolvedMotion& unresolved)
    : case_(track_case),
      unresolved_(unresolved),
      seen_(std::make_unique<Followed>(track_case.seen, drift)) {
  if (track_case.asked.n_drifters() > 0) {
    asked_ = std::make_unique<Followed>(track_case.asked, drift);
  }
  Compression compression(track_case, seen_->space());
  for (std::size_t p = 0; p < track_case.seen.n_drifters(); ++p) {
    const auto times = times_seen(track_case, p);
    if (times.empty()) continue;
    for (const std::size_t j : times) places_.push_back(p * track_case.seen.n_times() + j);
    const MatrixXd errors = error_covariance(track_case, unresolved, p, times);
    compression.add_track(std::span(places_).last(times.size()), errors,
                          weights_of(errors, unresolved.lasts(track_case.seen)));
  }
  require(!places_.empty(), "no drifter was seen: give tracks");
  precision_ = compression.precision();
  compression_ = compression.joined_columns();
}

TrackSimulator::~TrackSimulator() = default;

VectorXd TrackSimulator::summary(const Tracks& tracks) const {
  const auto n_places = static_cast<Index>(places_.size());
  VectorXd displacements(2 * n_places);
  for (std::size_t i = 0; i < places_.size(); ++i) {
    const std::size_t drifter = places_[i] / case_.seen.n_times();
    const auto row = static_cast<Index>(i);
    displacements[row] = tracks.x[places_[i]] - case_.seen.release_x[drifter];
    displacements[n_places + row] = tracks.y[places_[i]] - case_.seen.release_y[drifter];
  }
  return compression_ * displacements;
}

Tracks TrackSimulator::draw(const VectorXd& control, const DrawKey& key, double widening) {
  const Law& law = seen_->law();
  const UnresolvedMotion unresolved{widening * unresolved_.speed, unresolved_.memory};
  const double error_std = widening * law.observation_noise_std;
  x_.assign(case_.x.size(), std::nan(""));
  y_.assign(case_.y.size(), std::nan(""));
  seen_->set(control);
  NormalPairs normals(key);
  for (std::size_t p = 0; p < law.n_drifters(); ++p) {
    UnresolvedWay way(unresolved, normals);
    seen_->follow(
        p, [&](double length) { return way.advance(length); },
        [&](std::size_t j, const std::array<double, 2>& at) {
          const auto error = normals();
          x_[p * law.n_times() + j] = at[0] + error_std * error[0];
          y_[p * law.n_times() + j] = at[1] + error_std * error[1];
        });
  }
  return {x_, y_};
}

VectorForecast TrackSimulator::forecast(const EnsemblePosterior& members) {
  const auto places = asked_places(case_);
  const auto n = static_cast<Index>(places.size());
  if (n == 0) return no_forecast(0);
  const Law& law = asked_->law();
  MatrixXd positions = MatrixXd::Zero(static_cast<Index>(case_.truth_x.size()), 2);
  VectorForecast result{Eigen::MatrixX2d::Zero(n, 2), Eigen::MatrixX2d::Zero(n, 2)};
  Eigen::MatrixX2d squares = Eigen::MatrixX2d::Zero(n, 2);
  for (Index member = 0; member < members.members.cols(); ++member) {
    asked_->set(members.members.col(member));
    for (std::size_t p = 0; p < law.n_drifters(); ++p) {
      asked_->follow(
          p, [](double) { return std::array<double, 2>{}; },
          [&](std::size_t j, const std::array<double, 2>& at) {
            const auto row = static_cast<Index>(p * law.n_times() + j);
            positions.row(row) << at[0] - law.release_x[p], at[1] - law.release_y[p];
          });
    }
    for (Index i = 0; i < n; ++i) {
      const auto way = positions.row(static_cast<Index>(places[static_cast<std::size_t>(i)]));
      result.mean.row(i) += members.weights[member] * way;
      squares.row(i) += members.weights[member] * way.cwiseProduct(way);
    }
  }
  for (Index i = 0; i < n; ++i) {
    const std::size_t place = places[static_cast<std::size_t>(i)];
    const std::size_t p = place / law.n_times();
    const double unresolved = unresolved_variance(law, place, unresolved_);
    result.std.row(i) = ((squares.row(i) - result.mean.row(i).cwiseProduct(result.mean.row(i)))
                             .cwiseMax(0)
                             .array() +
                         unresolved)
                            .sqrt();
    result.mean.row(i) += Eigen::RowVector2d(law.release_x[p], law.release_y[p]);
  }
  return result;
}

}  // namespace lagoon::flow
