#include "pipelines/assimilation/observed/learned/log_ratio.hpp"

#include "pipelines/pairs/pair_encoders.hpp"

namespace lagoon::pipelines {

flow::LogLikelihoodOf learn_log_ratio(const SimulatedCase& simulated, const PairBudget& budget,
                                      std::uint64_t seed) {
  const auto features = Whitening::fit(simulated.seen, simulated.seen.cols());
  const contrastive::EncoderShapes shapes = {{"seen", shape_of(budget, features.n_features())},
                                             {"flow", shape_of(budget, simulated.controls.cols())}};
  const auto model =
      train_pairs(shapes,
                  {pair_of(contrastive::Critic::l2, "seen", features.apply(simulated.seen), "flow",
                           simulated.controls)},
                  training_options(budget, seed));
  const auto observed = model.embed("seen", as_rows(features.apply(simulated.observed)));
  return [model, observed](const Eigen::MatrixXd& controls) -> Eigen::VectorXd {
    const FeatureRows rows = controls.transpose().cast<float>();
    const auto grid = direct_scores(observed, model.embed("flow", as_rows(rows)), model.link(0));
    return Eigen::Map<const Eigen::VectorXd>(grid.values.data(), grid.cols);
  };
}

}  // namespace lagoon::pipelines
