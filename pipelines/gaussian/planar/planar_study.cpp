#include "pipelines/gaussian/planar/planar_study.hpp"

#include <algorithm>
#include <mutex>

#include "contrastive/theory/optimal_tilts.hpp"
#include "contrastive/threads.hpp"
#include "contrastive/training/linear_encoders.hpp"
#include "flow/error.hpp"
#include "pipelines/support/progress.hpp"

namespace lagoon::pipelines {
namespace {

using contrastive::GaussianPair;
using contrastive::Optimum;

constexpr double kLearningRate = 0.02;
constexpr double kAveragedShare = 0.5;

GaussianPair pair_of(const PlanarOptions& options) {
  const auto one = [](double value) { return Eigen::MatrixXd::Constant(1, 1, value); };
  const Eigen::VectorXd zero = Eigen::VectorXd::Zero(1);
  return {zero, zero, one(options.var_u), one(options.cov_uv), one(options.var_v)};
}

std::string title_of(Optimum optimum) {
  switch (optimum) {
    case Optimum::cosine_conditional:
      return "inner product, conditional loss";
    case Optimum::quadratic_one_sided:
      return "quadratic, one-sided loss of u|v";
    case Optimum::cosine_joint:
      return "inner product, joint loss";
    case Optimum::quadratic_two_sided:
      return "quadratic, conditional loss";
    case Optimum::quadratic_joint:
      return "quadratic, joint loss";
  }
  return "";
}

contrastive::LinearFitOptions fit_options(const PlanarOptions& options, std::uint64_t seed) {
  contrastive::LinearFitOptions fit;
  fit.steps = options.steps;
  fit.learning_rate = kLearningRate;
  fit.average_share = kAveragedShare;
  fit.seed = seed;
  return fit;
}

contrastive::LinearFitOptions fit_options(Optimum optimum, const PlanarOptions& options,
                                          std::uint64_t seed) {
  auto fit = fit_options(options, seed);
  fit.tilting = contrastive::is_quadratic(optimum) ? "quadratic" : "inner_product";
  const bool joint = optimum == Optimum::cosine_joint || optimum == Optimum::quadratic_joint;
  if (joint) fit.objective.loss = "joint";
  if (optimum == Optimum::quadratic_one_sided) {
    fit.objective.lambda_u = 2;
    fit.objective.lambda_v = 0;
  }
  return fit;
}

// Signs have no gradient: they are given, and the temperature alone is trained.
contrastive::LinearFitOptions sign_fit_options(const PlanarOptions& options, std::uint64_t seed) {
  auto fit = fit_options(options, seed);
  fit.tilting = "cosine";
  fit.fixed.G = Eigen::MatrixXd::Ones(1, 1);
  fit.fixed.H = Eigen::MatrixXd::Constant(1, 1, options.cov_uv > 0 ? 1 : -1);
  fit.learn_temperature = true;
  return fit;
}

contrastive::SignEncoders signs(const PlanarStudy& study, double temperature) {
  return {study.data, temperature, study.data.cov_uv(0, 0) < 0};
}

PlanarStudy closed_forms(const PlanarOptions& options) {
  PlanarStudy study;
  study.data = pair_of(options);
  study.mutual_information = contrastive::mutual_information(study.data);
  study.truth = data_law(study.data);
  study.reference = tilted_law(study.data, contrastive::cosine_conditional(study.data, 0));
  for (const Optimum optimum : contrastive::kOptima) {
    study.models.push_back({contrastive::to_string(optimum),
                            title_of(optimum),
                            tilted_law(study.data, optimal_tilt(optimum, study.data, 1)),
                            {}});
  }
  const double best = contrastive::SignEncoders::best_temperature(study.data);
  study.models.push_back({kNormalizedKey,
                          "normalised encoders, conditional loss",
                          sign_law(study.data, signs(study, best)),
                          {},
                          best});
  study.unit_temperature = sign_law(study.data, signs(study, 1));
  return study;
}

/// Fresh pairs at each step, the same for all models.
contrastive::PairRows fresh_pairs(const GaussianPair& data, std::uint64_t seed, std::int64_t step,
                                  std::int64_t n) {
  const flow::DrawKey key{seed, flow::Purpose::train, static_cast<std::uint64_t>(step * n)};
  const Eigen::MatrixXf rows = contrastive::draw(contrastive::joint(data), key, n).cast<float>();
  return {rows.leftCols(1), rows.rightCols(1)};
}

void train(PlanarStudy& study, const PlanarOptions& options, std::uint64_t seed, int threads) {
  const auto total = static_cast<std::int64_t>(study.models.size()) * options.steps;
  Progress progress("training", total, "steps");
  std::mutex turn;
  std::int64_t done = 0;
  const auto draw = [&](std::int64_t step) {
    auto pairs = fresh_pairs(study.data, seed, step, options.pairs);
    const std::scoped_lock lock(turn);
    progress.update(++done);
    return pairs;
  };
  // A fit is one thread's work; the fits are what is done side by side.
  contrastive::run_side_by_side(study.models.size(), threads, [&](std::size_t i) {
    PlanarModel& model = study.models[i];
    const bool normalized = model.key == kNormalizedKey;
    const auto fit = contrastive::fit_linear_encoders(
        normalized ? sign_fit_options(options, seed)
                   : fit_options(contrastive::kOptima.at(i), options, seed),
        draw);
    model.trained_temperature = fit.temperature;
    model.trained = normalized ? sign_law(study.data, signs(study, fit.temperature))
                               : tilted_law(study.data, fit.tilt);
  });
  progress.finish();
}

}  // namespace

const PlanarModel& PlanarStudy::model(const std::string& key) const {
  const auto found = std::ranges::find(models, key, &PlanarModel::key);
  require(found != models.end(), key + ": no such model");
  return *found;
}

PlanarStudy study_planar(const PlanarOptions& options, std::uint64_t seed, int threads) {
  PlanarStudy study = closed_forms(options);
  if (options.train) train(study, options, seed, threads);
  return study;
}

}  // namespace lagoon::pipelines
