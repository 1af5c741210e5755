#include "pipelines/assimilation/observed/sample_study.hpp"

#include "datasets/drifters/storage/drifter_file.hpp"
#include "flow/assimilation/observed/interpolation.hpp"
#include "flow/assimilation/observed/spatial_blocks.hpp"
#include "flow/assimilation/observed/velocity_regression.hpp"
#include "flow/error.hpp"
#include "pipelines/assimilation/observed/sample_figure.hpp"
#include "pipelines/support/progress.hpp"

namespace lagoon::pipelines {
namespace {

using flow::VectorForecast;
using flow::VelocitySamples;

/// Positions in boxes, velocities in m/s.
VelocitySamples samples_of(const datasets::DrifterFile& file, const std::string& name) {
  require(file.tracks.has_velocity(),
          name + ": holds no velocities (import them with --velocities, or hold out tracks)");
  return {file.records.x, file.records.y, file.tracks.velocity_x, file.tracks.velocity_y};
}

VelocitySamples pick(const VelocitySamples& all, const std::vector<std::size_t>& rows) {
  VelocitySamples result;
  for (const std::size_t i : rows) {
    result.x.push_back(all.x[i]), result.y.push_back(all.y[i]);
    result.velocity_x.push_back(all.velocity_x[i]), result.velocity_y.push_back(all.velocity_y[i]);
  }
  return result;
}

VectorForecast rows_of(const VectorForecast& all, const std::vector<Eigen::Index>& rows) {
  VectorForecast result = flow::no_forecast(static_cast<Eigen::Index>(rows.size()));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    result.mean.row(static_cast<Eigen::Index>(i)) = all.mean.row(rows[i]);
    result.std.row(static_cast<Eigen::Index>(i)) = all.std.row(rows[i]);
  }
  return result;
}

/// One fold: what was fitted to the others, and what every method says of it.
struct BlockFold {
  std::vector<std::size_t> held_out;  ///< samples
  flow::VelocityPrior prior;
  flow::OptimalInterpolation interpolation;
  std::vector<VectorForecast> forecasts;  ///< (method)
  LearnedForecast learned;                ///< where it is asked for
};

class SampleStudy {
 public:
  SampleStudy(const std::filesystem::path& data, const ObservedRequest& request,
              const LearnedForecaster& learned, std::uint64_t seed)
      : file_(datasets::read_drifter_file(data)),
        samples_(samples_of(file_, data.string())),
        box_km_(file_.scales.length / datasets::kMetresPerKilometre),
        blocks_(flow::deal_blocks(samples_.x, samples_.y, request.block_km / box_km_, request.folds,
                                  seed)),
        modes_(flow::steady_modes(request.max_wavenumber > 0 ? request.max_wavenumber : 10)),
        request_(request),
        learned_(learned) {}

  ObservedStudy run(std::uint64_t seed, int threads) {
    std::vector<BlockFold> folds(static_cast<std::size_t>(request_.folds));
    Progress progress("fitting priors", request_.folds, "folds");
    learned_.for_each_case(folds.size(), threads,
                           [&](std::size_t f) { folds[f] = run_fold(static_cast<int>(f)); });
    progress.finish();
    ObservedStudy study;
    study.title = "Velocities of real drifters, spatial blocks held out";
    study.parts.push_back(score(folds, seed));
    describe(folds, study);
    study.draw = [samples = samples_, box = box_km_, modes = modes_](const FigureFolder& folder) {
      return draw_samples(folder, samples, box, modes);
    };
    return study;
  }

 private:
  BlockFold run_fold(int f) const {
    BlockFold fold;
    std::vector<std::size_t> others;
    for (std::size_t i = 0; i < samples_.size(); ++i) {
      (blocks_.fold[blocks_.block[i]] == f ? fold.held_out : others).push_back(i);
    }
    const auto seen = pick(samples_, others);
    const auto asked = pick(samples_, fold.held_out);
    const flow::VelocityRegression regression(modes_, seen);
    fold.prior = regression.fit();
    fold.interpolation = flow::OptimalInterpolation::fit(seen, kShortest, 1);
    fold.forecasts = {flow::climatology(seen, static_cast<Eigen::Index>(asked.size())),
                      flow::nearest_sample(seen, asked.x, asked.y),
                      flow::inverse_distance(seen, asked.x, asked.y),
                      fold.interpolation.forecast(seen, asked.x, asked.y),
                      regression.forecast(fold.prior, asked.x, asked.y)};
    if (learned_.is_on()) {
      fold.learned =
          learned_.of_samples(regression, fold.prior, seen, asked, static_cast<std::uint64_t>(f));
      fold.forecasts.push_back(fold.learned.sampled);
    }
    return fold;
  }

  HeldOutPart score(const std::vector<BlockFold>& folds, std::uint64_t seed) const {
    HeldOutPart part{
        "blocks",
        "Blocks of " + figures_text(request_.block_km) + " km held out",
        "m/s",
        "blocks",
        {"climatology", "nearest", "inverse_distance", "optimal_interpolation", "regression"},
        {"climatology", "nearest sample", "inverse distance", "optimal interpolation",
         "regression on waves"},
        3,
        {},
        0,
        0};
    if (learned_.is_on()) add_learned_methods(part, /*has_refined=*/false);
    flow::HeldOutRecord record(part.methods);
    for (const auto& fold : folds) add_blocks(fold, record);
    score_part(record, seed, part);
    return part;
  }

  void add_blocks(const BlockFold& fold, flow::HeldOutRecord& record) const {
    for (std::size_t block = 0; block < blocks_.size(); ++block) {
      std::vector<Eigen::Index> rows;
      std::vector<std::size_t> members;
      for (std::size_t i = 0; i < fold.held_out.size(); ++i) {
        if (blocks_.block[fold.held_out[i]] != block) continue;
        rows.push_back(static_cast<Eigen::Index>(i));
        members.push_back(fold.held_out[i]);
      }
      if (rows.empty()) continue;
      const auto seen = pick(samples_, members);
      Eigen::MatrixX2d truth(static_cast<Eigen::Index>(members.size()), 2);
      for (std::size_t i = 0; i < members.size(); ++i) {
        truth.row(static_cast<Eigen::Index>(i)) << seen.velocity_x[i], seen.velocity_y[i];
      }
      for (std::size_t m = 0; m < fold.forecasts.size(); ++m) {
        record.add(m, block, truth, rows_of(fold.forecasts[m], rows));
      }
    }
  }

  void describe(const std::vector<BlockFold>& folds, ObservedStudy& study) const {
    nlohmann::json fitted = nlohmann::json::array();
    for (const auto& fold : folds) {
      fitted.push_back({{"matern_tau", fold.prior.matern_tau},
                        {"matern_alpha", fold.prior.matern_alpha},
                        {"rms_speed", fold.prior.rms_speed},
                        {"noise_std", fold.prior.noise_std},
                        {"log_evidence", fold.prior.log_evidence},
                        {"interpolation_length_km", fold.interpolation.length * box_km_},
                        {"interpolation_signal_std", fold.interpolation.signal_std},
                        {"interpolation_noise_std", fold.interpolation.noise_std}});
    }
    study.more = {{"n_samples", samples_.size()},
                  {"n_blocks", blocks_.size()},
                  {"n_unknowns", 2 * modes_.size() + 2},
                  {"box_km", box_km_},
                  {"folds", fitted}};
    const auto& prior = folds.front().prior;
    study.paragraphs = {
        std::to_string(samples_.size()) + " velocities, in " + std::to_string(blocks_.size()) +
            " blocks and " + std::to_string(folds.size()) +
            " folds. All priors are fitted to the other folds.",
        "Regression on " + std::to_string(modes_.size()) + " steady waves in a box of " +
            figures_text(box_km_) + " km and a mean velocity. Fitted without the first fold: rms " +
            figures_text(prior.rms_speed) + " m/s, errors and finer motion " +
            figures_text(prior.noise_std) + " m/s a component, spectrum of psi (4 pi^2 |k|^2 + " +
            figures_text(prior.matern_tau) + "^2)^-" + figures_text(2 * prior.matern_alpha) +
            ". Optimal interpolation there: correlation length " +
            figures_text(folds.front().interpolation.length * box_km_) + " km."};
    if (!learned_.is_on()) return;
    LearnedRecord record;
    record.resize(folds.size());
    for (std::size_t f = 0; f < folds.size(); ++f) record.put(f, folds[f].learned);
    describe_learned(record, learned_.request(), study);
  }

  static constexpr double kShortest = 0.005;  // of correlations, boxes

  datasets::DrifterFile file_;
  VelocitySamples samples_;
  double box_km_;
  flow::SpatialBlocks blocks_;
  flow::ModeSet modes_;
  const ObservedRequest& request_;
  const LearnedForecaster& learned_;
};

}  // namespace

ObservedStudy study_samples(const std::filesystem::path& data, const ObservedRequest& request,
                            const LearnedForecaster& learned, std::uint64_t seed, int threads) {
  return SampleStudy(data, request, learned, seed).run(seed, threads);
}

}  // namespace lagoon::pipelines
