#include "pipelines/assimilation/observed/drifter_study.hpp"

#include <algorithm>
#include <cmath>

#include "datasets/probe.hpp"
#include "datasets/reader.hpp"
#include "flow/assimilation/observed/track_forecast.hpp"
#include "flow/assimilation/observed/track_scores.hpp"
#include "flow/assimilation/observed/velocity_regression.hpp"
#include "flow/error.hpp"
#include "flow/random.hpp"
#include "pipelines/assimilation/observed/field_agreement.hpp"
#include "pipelines/assimilation/observed/track_figure.hpp"
#include "pipelines/support/progress.hpp"

namespace lagoon::pipelines {
namespace {

constexpr int kDefaultWavenumber = 7;

/// The tracks of a dataset of one flow.
struct Drifters {
  flow::Law law;
  std::vector<std::complex<double>> psi_hat;
  std::vector<double> x, y;  ///< (drifter, time)
};

Drifters read_drifters(const std::filesystem::path& path) {
  datasets::probe_file(path);
  const datasets::Reader data(path);
  auto positions = data.positions(0, 1);
  Drifters drifters{data.law(), data.psi_hat(0, 1), std::move(positions.x), std::move(positions.y)};
  const auto moves = [](double omega) { return omega != 0; };
  require(std::ranges::none_of(drifters.law.omega, moves) &&
              !drifters.law.has_varying_amplitudes() && drifters.law.diffusivity == 0,
          path.string() +
              ": its law is not steady (--hold-out drifters takes what lagoon import "
              "makes of a quasi-geostrophic run)");
  require(data.n_flows() == 1, path.string() + ": holds " + std::to_string(data.n_flows()) +
                                   " flows, of which one can be asked for (give a file of one)");
  return drifters;
}

/// Every drifter's fold, dealt in a random order.
std::vector<int> deal(std::size_t n, int folds, std::uint64_t seed) {
  require(n >= 2 * static_cast<std::size_t>(folds), std::to_string(n) + " drifters for " +
                                                        std::to_string(folds) +
                                                        " folds: give fewer (--folds)");
  const auto order = flow::random_order(n, seed, flow::Purpose::query_choice);
  std::vector<int> result(n);
  for (std::size_t i = 0; i < n; ++i) result[order[i]] = static_cast<int>(i) % folds;
  return result;
}

/// Velocities over a few intervals of each drifter, apart from one another: neighbouring ones of a
/// track share what the waves leave out.
flow::VelocitySamples velocities_of(const Drifters& drifters,
                                    const std::vector<std::size_t>& chosen) {
  constexpr std::size_t kOfATrack = 3;
  const auto& law = drifters.law;
  flow::VelocitySamples samples;
  for (const std::size_t p : chosen) {
    for (std::size_t i = 0; i < kOfATrack; ++i) {
      const std::size_t j = i * (law.n_times() - 1) / (kOfATrack - 1);
      const std::size_t at = p * law.n_times() + j;
      const double release = law.release_time[p];
      if (law.times[j] <= release) continue;
      const bool is_first = j == 0 || law.times[j - 1] <= release;
      const double x = is_first ? law.release_x[p] : drifters.x[at - 1];
      const double y = is_first ? law.release_y[p] : drifters.y[at - 1];
      const double interval = law.times[j] - (is_first ? release : law.times[j - 1]);
      if (!std::isfinite(x) || !std::isfinite(drifters.x[at])) continue;
      samples.x.push_back((x + drifters.x[at]) / 2);
      samples.y.push_back((y + drifters.y[at]) / 2);
      samples.velocity_x.push_back((drifters.x[at] - x) / interval);
      samples.velocity_y.push_back((drifters.y[at] - y) / interval);
    }
  }
  return samples;
}

/// A law of these drifters in steady waves.
flow::Law law_of(const Drifters& drifters, const std::vector<std::size_t>& chosen,
                 const flow::ModeSet& modes, const flow::VelocityPrior& prior) {
  flow::Law law = flow::steady_law(modes, prior);
  law.times = drifters.law.times;
  for (const std::size_t p : chosen) {
    law.release_x.push_back(drifters.law.release_x[p]);
    law.release_y.push_back(drifters.law.release_y[p]);
    law.release_time.push_back(drifters.law.release_time[p]);
  }
  return law;
}

void append_tracks(const Drifters& drifters, const std::vector<std::size_t>& chosen,
                   std::vector<double>& x, std::vector<double>& y) {
  const auto n = static_cast<std::ptrdiff_t>(drifters.law.n_times());
  for (const std::size_t p : chosen) {
    const std::ptrdiff_t at = static_cast<std::ptrdiff_t>(p) * n;
    x.insert(x.end(), drifters.x.begin() + at, drifters.x.begin() + at + n);
    y.insert(y.end(), drifters.y.begin() + at, drifters.y.begin() + at + n);
  }
}

/// One fold: the drifters that were held out, each a case of its own, and the flow that the others
/// show.
struct DrifterFold {
  flow::VelocityPrior prior;
  flow::TrackCase track_case;
  std::vector<flow::VectorForecast> forecasts;  ///< (method)
  std::vector<std::complex<double>> psi_hat;    ///< (mode) posterior mean
  LearnedForecast learned;                      ///< where it is asked for
};

class DrifterStudy {
 public:
  DrifterStudy(const std::filesystem::path& data, const ObservedRequest& request,
               const LearnedForecaster& learned, std::uint64_t seed)
      : drifters_(read_drifters(data)),
        learned_(learned),
        modes_(flow::steady_modes(request.max_wavenumber > 0 ? request.max_wavenumber
                                                             : kDefaultWavenumber)),
        fold_(deal(drifters_.law.n_drifters(), request.folds, seed)),
        n_folds_(static_cast<std::size_t>(request.folds)) {}

  ObservedStudy run(std::uint64_t seed, int threads) const {
    std::vector<DrifterFold> folds(n_folds_ + 1);  // the last holds nothing out
    Progress progress("assimilating", static_cast<std::int64_t>(folds.size()), "folds");
    learned_.for_each_case(folds.size(), threads,
                           [&](std::size_t f) { folds[f] = run_fold(static_cast<int>(f)); });
    progress.finish();
    ObservedStudy study;
    study.title = "Drifters of a turbulent flow held out";
    study.parts = {score(folds, seed)};
    study.more = describe(folds);
    study.paragraphs = setting(folds.back().prior);
    if (learned_.is_on()) describe_learned(record_of(folds), learned_.request(), study);
    study.draw = [first = folds.front()](const FigureFolder& folder) {
      return std::vector<Figure>{
          draw_held_out(folder, first.track_case, first.forecasts[3], first.forecasts[2])};
    };
    return study;
  }

 private:
  DrifterFold run_fold(int f) const {
    std::vector<std::size_t> seen, asked;
    for (std::size_t p = 0; p < fold_.size(); ++p) (fold_[p] == f ? asked : seen).push_back(p);
    DrifterFold fold;
    fold.prior = flow::VelocityRegression(modes_, velocities_of(drifters_, seen)).fit();
    auto& one = fold.track_case;
    one.seen = law_of(drifters_, seen, modes_, fold.prior);
    append_tracks(drifters_, seen, one.x, one.y);
    const flow::UnresolvedMotion unresolved{fold.prior.noise_std, one.seen.times.back()};
    const flow::UnknownDrift drift{flow::kMeanShare * fold.prior.rms_speed, 1};
    const auto posterior = flow::assimilate_case(one, drift, unresolved);
    fold.psi_hat = flow::ControlSpace(one.seen, drift).psi_hat(posterior.mean);
    if (asked.empty()) return fold;
    one.asked = law_of(drifters_, asked, modes_, fold.prior);
    append_tracks(drifters_, asked, one.truth_x, one.truth_y);
    const auto n = static_cast<Eigen::Index>(asked.size());
    fold.forecasts = {flow::forecast_by_velocity(one, Eigen::MatrixX2d::Zero(n, 2)),
                      flow::forecast_by_neighbours(one, false),
                      flow::forecast_by_neighbours(one, true),
                      flow::forecast_by_variational(one, drift, unresolved, posterior)};
    if (learned_.is_on()) {
      fold.learned = learned_.of_tracks(one, drift, unresolved, static_cast<std::uint64_t>(f));
      fold.forecasts.insert(fold.forecasts.end(), {fold.learned.sampled, fold.learned.refined});
    }
    return fold;
  }

  HeldOutPart score(const std::vector<DrifterFold>& folds, std::uint64_t seed) const {
    HeldOutPart part{
        "drifters",
        "Drifters held out",
        "boxes",
        "drifters",
        {"rest", "neighbours", "nearest", "variational"},
        {"stays where it is", "mean way of the others", "nearest drifter's way", "4D-Var"},
        2,
        {},
        0,
        0};
    if (learned_.is_on()) add_learned_methods(part, /*has_refined=*/true);
    flow::HeldOutRecord record(part.methods);
    std::size_t unit = 0;
    for (const auto& fold : folds) {
      const auto n = fold.track_case.asked.n_drifters();
      for (std::size_t p = 0; p < n; ++p) add_drifter(fold, p, unit++, record);
    }
    score_part(record, seed, part);
    return part;
  }

  /// One of a fold's drifters: errors of the others are its own business.
  static void add_drifter(const DrifterFold& fold, std::size_t drifter, std::size_t unit,
                          flow::HeldOutRecord& record) {
    const auto places = flow::asked_places(fold.track_case);
    const std::size_t n_times = fold.track_case.asked.n_times();
    const Eigen::MatrixX2d truth = flow::asked_displacements(fold.track_case, 1);
    std::vector<Eigen::Index> rows;
    for (std::size_t i = 0; i < places.size(); ++i) {
      if (places[i] / n_times == drifter) rows.push_back(static_cast<Eigen::Index>(i));
    }
    for (std::size_t m = 0; m < fold.forecasts.size(); ++m) {
      const auto all = flow::to_displacements(fold.track_case, fold.forecasts[m], 1);
      record.add(m, unit, truth(rows, Eigen::all),
                 {all.mean(rows, Eigen::all), all.std(rows, Eigen::all)});
    }
  }

  nlohmann::json describe(const std::vector<DrifterFold>& folds) const {
    std::vector<std::vector<std::complex<double>>> estimates;
    for (const auto& fold : folds) estimates.push_back(fold.psi_hat);
    const auto& prior = folds.back().prior;
    return {{"n_drifters", drifters_.law.n_drifters()},
            {"n_times", drifters_.law.n_times()},
            {"n_unknowns", 2 * modes_.size() + 2},
            {"prior",
             {{"matern_tau", prior.matern_tau},
              {"matern_alpha", prior.matern_alpha},
              {"rms_speed", prior.rms_speed},
              {"unresolved_speed", prior.noise_std}}},
            {"flow", agreement_json({drifters_.law.modes, drifters_.psi_hat}, modes_, estimates)}};
  }

  std::vector<std::string> setting(const flow::VelocityPrior& prior) const {
    return {std::to_string(drifters_.law.n_drifters()) + " drifters at " +
                std::to_string(drifters_.law.n_times()) + " times, held out in " +
                std::to_string(n_folds_) + " folds.",
            "4D-Var of " + std::to_string(modes_.size()) +
                " steady waves and a mean velocity; prior and unresolved motion are those of the "
                "largest evidence for the velocities of the drifters seen (with all: rms " +
                figures_text(prior.rms_speed) + ", unresolved " + figures_text(prior.noise_std) +
                " a component, which lasts as long as the window)."};
  }

  /// Of the folds that hold something out.
  LearnedRecord record_of(const std::vector<DrifterFold>& folds) const {
    LearnedRecord record;
    record.resize(n_folds_);
    for (std::size_t f = 0; f < n_folds_; ++f) record.put(f, folds[f].learned);
    return record;
  }

  Drifters drifters_;
  const LearnedForecaster& learned_;
  flow::ModeSet modes_;
  std::vector<int> fold_;
  std::size_t n_folds_;
};

}  // namespace

ObservedStudy study_drifters(const std::filesystem::path& data, const ObservedRequest& request,
                             const LearnedForecaster& learned, std::uint64_t seed, int threads) {
  return DrifterStudy(data, request, learned, seed).run(seed, threads);
}

}  // namespace lagoon::pipelines
